"""Any byte of any file: a changed package never verifies, whatever was changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.evidence.builders import copied, roots, sealed, violation_with
from tests.evidence.test_zoo import judged_by_shell
from xunjie.evidence.envelope import parse_statement
from xunjie.evidence.errors import Reason, VerificationError
from xunjie.evidence.paths import ENVELOPE
from xunjie.evidence.verify import verify

TRUST = roots()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One package for the whole file; each test leaves it as it was."""
    return sealed(tmp_path_factory.mktemp("tamper")).path


def _files(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.is_file())


def _refused(package: Path, file: Path, content: bytes) -> bool:
    good = file.read_bytes()
    file.write_bytes(content)
    try:
        verify(package, TRUST)
    except VerificationError:
        return True
    finally:
        file.write_bytes(good)
    return False


def _flipped(content: bytes, at: int, mask: int) -> bytes:
    return content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]


def test_every_byte_of_the_envelope_matters(package: Path) -> None:
    chosen = random.Random(8785)
    good = (package / ENVELOPE).read_bytes()
    for at in range(len(good)):
        mask = 1 << chosen.randrange(8)
        with pytest.raises(VerificationError):
            parse_statement(_flipped(good, at, mask), TRUST)


def test_every_byte_of_the_small_files_and_some_of_the_big_matter(package: Path) -> None:
    chosen = random.Random(20260516)
    for file in _files(package):
        good = file.read_bytes()
        places = list(range(len(good)))
        for at in places if len(good) < 400 else chosen.sample(places, 50):
            assert _refused(package, file, _flipped(good, at, 1 << chosen.randrange(8))), (file, at)
    verify(package, TRUST)


def test_every_truncation_and_append_and_emptying_matters(package: Path) -> None:
    for file in _files(package):
        good = file.read_bytes()
        for content in (good[:-1], good[: len(good) // 2], b"", good + b"\0", good + good):
            assert _refused(package, file, content), file


def test_every_file_matters_when_removed_or_renamed(package: Path) -> None:
    for file in _files(package):
        aside = file.with_name("renamed")
        file.rename(aside)
        with pytest.raises(VerificationError):
            verify(package, TRUST)
        content = aside.read_bytes()
        aside.unlink()
        with pytest.raises(VerificationError):
            verify(package, TRUST)
        file.write_bytes(content)


def test_shell_refuses_random_flips_too(package: Path) -> None:
    chosen = random.Random(1)
    for file in chosen.sample(_files(package), 6):
        good = file.read_bytes()
        file.write_bytes(_flipped(good, chosen.randrange(len(good)), 1))
        assert judged_by_shell(package, TRUST)[0] == 1, file
        file.write_bytes(good)


def test_envelope_of_another_device_does_not_cover_this_package(
    package: Path, tmp_path: Path
) -> None:
    # Same package id and same files, but the record differs: a replay across devices.
    other = sealed(tmp_path, violation=violation_with(source_id="cam2"), device_id="pole-18")
    envelope = (other.path / ENVELOPE).read_bytes()
    assert _refused(package, package / ENVELOPE, envelope)


def test_verifying_changes_nothing(package: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in _files(package)}
    verify(package, TRUST)
    assert before == {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in _files(package)}


@pytest.mark.parametrize("name", ["envelope.dsse.json", "data/clip.mp4"])
def test_file_that_became_a_link_after_the_listing_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copied(tmp_path)
    original = verify.__globals__["_list_entries"]

    def listed_then_exchanged(folder: Path) -> dict[str, int]:
        found: dict[str, int] = original(folder)
        (package / name).rename(tmp_path / "aside")
        (package / name).symlink_to(tmp_path / "aside")
        return found

    monkeypatch.setitem(verify.__globals__, "_list_entries", listed_then_exchanged)
    with pytest.raises(VerificationError) as refused:
        verify(package, TRUST)
    assert refused.value.reason is Reason.UNREADABLE


def test_folder_that_vanished_while_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copied(tmp_path)
    vanish = lambda folder: folder.rename(tmp_path / "x")  # noqa: E731
    monkeypatch.setitem(verify.__globals__, "_check_folder", vanish)
    with pytest.raises(VerificationError) as refused:
        verify(package, TRUST)
    assert refused.value.reason is Reason.UNREADABLE


def test_file_that_vanished_while_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copied(tmp_path)
    monkeypatch.setitem(verify.__globals__, "_names", lambda _: ["gone.jpg"])
    with pytest.raises(VerificationError) as refused:
        verify(package, TRUST)
    assert refused.value.reason is Reason.UNREADABLE


def test_package_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VerificationError) as refused:
        verify(tmp_path / "nothing", TRUST)
    assert refused.value.reason is Reason.NOT_A_FOLDER


def test_envelope_over_the_wire_is_bounded_before_it_is_parsed() -> None:
    with pytest.raises(VerificationError) as refused:
        parse_statement(b"[" * (1024 * 1024 + 1), TRUST)
    assert refused.value.reason is Reason.TOO_LARGE
