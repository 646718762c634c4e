from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xunjie.detector.config import check_classes, load_config
from xunjie.detector.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[device]
id = "pole-17"
[outbox]
dir = "outbox"
[[source]]
id = "cam1"
url = "street.mp4"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, text))
    return caught.value.faults


def test_the_smallest_config_gets_defaults_and_paths_beside_the_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert config.outbox.dir == tmp_path / "outbox"
    assert config.key_path == tmp_path / "outbox" / "device.key"
    assert config.file_of(config.source[0]) == tmp_path / "street.mp4"
    assert config.source[0].sample_hz == 0.5
    assert not config.source[0].is_live


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("[outbox]", "[outbox]\nquota = 3"), "[outbox] quota: unknown key; known here: dir"),
        (('url = "street.mp4"', ""), "[[source]] number 1 ('cam1') url: missing"),
        (('"street.mp4"', '"ftp://a/b"'), "'ftp://a/b': expected a file path or a rtsp://"),
        (('id = "cam1"', 'id = "../x"'), "id: found '../x'"),
        (('"street.mp4"', '"a.mp4"\nsample_hz = 0'), "sample_hz: found 0: Input should be greater"),
        (('"street.mp4"', '"a.mp4"\nsample_hz = "1"'), "sample_hz: found '1'"),
        (('"street.mp4"', '"a.mp4"\nstart_utc = 3'), "start_utc: found 3: expected an instant"),
        (('"street.mp4"', '"a.mp4"\nstart_utc = "2026-05-16T02:00:00"'), "timezone"),
        (('"street.mp4"', '"a.mp4"\nzones = "no.geojson"'), "zones: no such file: "),
        (("[outbox]", "[api]\nurl = '127.0.0.1:8000'\n[outbox]"), "[api] url: found"),
        (("[outbox]", "[outbox"), "not valid TOML: "),
        (("[device]", "[devise]"), "[devise]: unknown key; known here: device, outbox"),
    ],
)
def test_a_fault_is_one_line_with_file_key_value_and_what_was_expected(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    found = faults(tmp_path, GOOD.replace(*change))
    assert any(expected in line for line in found), found
    assert all(str(tmp_path / "config.toml") in line and "\n" not in line for line in found)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("pole-17", "").replace("dir =", "folder =")
    assert len(faults(tmp_path, text)) == 3


def test_a_source_id_used_twice_is_refused(tmp_path: Path) -> None:
    text = GOOD + '[[source]]\nid = "cam1"\nurl = "b.mp4"\n'
    assert "'cam1': used 2 times" in faults(tmp_path, text)[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: no such configuration file"):
        load_config(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="expected UTF-8"):
        load_config(path)


def test_an_unknown_class_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD + '[model]\nclasses = ["stall", "cow"]\n'))
    with pytest.raises(ConfigError, match="unknown class 'cow'; the model knows: person, stall"):
        check_classes(config, ("person", "stall"))


def test_the_digest_ignores_folder_comments_and_passwords_but_no_setting(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    camera = GOOD.replace("street.mp4", "rtsp://root:%s@10.0.0.7/live")
    digest = load_config(written(tmp_path, camera % "old")).digest
    assert load_config(written(other, "# moved\n" + camera % "new")).digest == digest
    faster = camera + "sample_hz = 1.0\n"
    assert load_config(written(other, faster % "old")).digest != digest


def test_a_password_is_not_told_in_a_fault(tmp_path: Path) -> None:
    text = GOOD.replace("street.mp4", "rtmp://root:secret@10.0.0.7/live")
    assert "secret" not in "".join(faults(tmp_path, text))
