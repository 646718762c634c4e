"""What goes wrong on a real street desk: one clear line, the right exit code, nothing lost."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.command import ROOT, free_port, xunjie

STREET = ROOT / "examples" / "street"


def write_config(folder: Path, *, url: str, extra: str = "", head: str = "") -> Path:
    path = folder / "xunjie.toml"
    path.write_text(
        f'{head}\n[device]\nid = "pole"\n[outbox]\ndir = "outbox"\n'
        f'[[source]]\nid = "cam"\nurl = "{url}"\nstart_utc = "2026-05-16T02:00:00Z"\n{extra}\n'
    )
    return path


def only_line(text: str) -> str:
    """The single line a command says when it fails, box drawing and colour apart."""
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines, "it said nothing"
    return " ".join(lines)


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first megabyte of the street clip, cut in the middle of a packet."""
    path = tmp_path_factory.mktemp("clip") / "cut.mp4"
    path.write_bytes((STREET / "street.mp4").read_bytes()[:1_000_000])
    return path


def test_a_missing_video_is_named(tmp_path: Path) -> None:
    done = xunjie("run", write_config(tmp_path, url="gone.mp4"), "--once")
    assert done.returncode in (1, 2)
    assert "gone.mp4" in only_line(done.stderr)


def test_a_zero_length_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    done = xunjie("run", write_config(tmp_path, url="empty.mp4"), "--once")
    assert done.returncode == 1
    assert "empty.mp4" in only_line(done.stderr)


def test_a_text_file_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "story.mp4").write_text("once upon a time " * 1000)
    done = xunjie("run", write_config(tmp_path, url="story.mp4"), "--once")
    assert done.returncode == 1
    assert "story.mp4" in only_line(done.stderr)


def test_a_truncated_video_is_used_as_far_as_it_goes(tmp_path: Path, short_clip: Path) -> None:
    done = xunjie("run", write_config(tmp_path, url=str(short_clip)), "--once")
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr


def test_a_second_source_goes_on_when_the_first_is_broken(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    other = f'[[source]]\nid = "good"\nurl = "{STREET / "street.mp4"}"\nsample_hz = 0.1\n'
    other += 'start_utc = "2026-05-16T02:00:00Z"\n'
    done = xunjie("run", write_config(tmp_path, url="empty.mp4", extra=other), "--once")
    assert done.returncode == 1
    assert "good" in done.stdout + done.stderr


def test_a_wrong_zone_file_stops_before_the_start(tmp_path: Path) -> None:
    bad = {"type": "Feature", "properties": {"id": "z1", "kind": "no_stalls"}, "geometry": None}
    zones = tmp_path / "zones.geojson"
    zones.write_text(json.dumps({"type": "FeatureCollection", "features": [bad]}))
    config = write_config(tmp_path, url=str(STREET / "street.mp4"), extra=f'zones = "{zones}"')
    done = xunjie("run", config, "--once")
    assert done.returncode == 2
    assert re.search("z1.*no_stalls|no_stalls.*z1", only_line(done.stderr))
    assert xunjie("zones", "check", zones).returncode == 1


def test_an_unknown_class_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    head = '[model]\nclasses = ["stall", "dragon"]'
    done = xunjie("run", write_config(tmp_path, url="x.mp4", head=head), "--once")
    assert done.returncode == 2
    assert "dragon" in only_line(done.stderr)


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    done = xunjie("run", write_config(tmp_path, url="x.mp4", extra="sampel_hz = 1"), "--once")
    assert done.returncode == 2
    assert "sampel_hz" in only_line(done.stderr)


def test_an_outbox_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("not a folder")
    done = xunjie("run", write_config(tmp_path, url=str(STREET / "street.mp4")), "--once")
    assert done.returncode in (1, 2)
    assert "outbox" in only_line(done.stderr)


def test_a_dead_api_loses_nothing(tmp_path: Path) -> None:
    head = f'[api]\nurl = "http://127.0.0.1:{free_port()}"'
    extra = f'zones = "{STREET / "zones.geojson"}"'
    url = str(STREET / "street.mp4")
    config = write_config(tmp_path, url=url, head=head, extra=extra.replace("street", "street"))
    text = config.read_text().replace('id = "cam"', 'id = "street"')
    config.write_text(text)
    done = xunjie("run", config, "--once")
    assert done.returncode == 0, done.stderr
    ready = list((tmp_path / "outbox" / "ready").iterdir())
    assert ready, "the clip holds violations"
    assert "127.0.0.1" in done.stdout + done.stderr


def test_a_picture_that_is_none_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "a.jpg").write_text("no picture")
    shutil.copy(ROOT / "docs" / "console.png", pictures / "b.png")
    done = xunjie("detect", pictures, "--out", tmp_path / "found.jsonl")
    assert done.returncode == 1
    assert "a.jpg" in only_line(done.stderr)
    assert len((tmp_path / "found.jsonl").read_text().splitlines()) == 1


def test_an_unknown_model_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    picture = ROOT / "docs" / "console.png"
    done = xunjie("detect", picture, "--out", tmp_path / "o.jsonl", "--model", "dragon")
    assert done.returncode == 2
    assert "dragon" in only_line(done.stderr)


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["run"], ["verify", "x"], ["detect"], ["serve", "--port", "x"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert xunjie(*arguments).returncode == 2


def test_verify_of_nothing_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text("{}")
    done = xunjie("verify", tmp_path / "gone", "--trust", tmp_path / "trust.json")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
