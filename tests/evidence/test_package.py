"""Sealing: whole or not at all, and what stands in the folder."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.builders import DIGEST, FILES, MEDIA, roots, sealed, violation_with
from xunjie.evidence import durable
from xunjie.evidence.errors import EvidenceError, FormatError
from xunjie.evidence.verify import verify


def test_digest_is_the_sha256_of_the_envelope_file(tmp_path: Path) -> None:
    package = sealed(tmp_path)
    content = (package.path / "envelope.dsse.json").read_bytes()
    assert package.digest == hashlib.sha256(content).hexdigest()
    assert package.path == tmp_path / "p-0001"


def test_files_from_disk_are_copied_and_the_original_stays(tmp_path: Path) -> None:
    clip = tmp_path / "from-ring.mp4"
    clip.write_bytes(os.urandom(durable.CHUNK + 17))
    package = sealed(tmp_path, files={**FILES, "data/clip.mp4": clip})
    assert (package.path / "data/clip.mp4").read_bytes() == clip.read_bytes()
    verify(package.path, roots())


def test_sha256sum_accepts_the_manifests(tmp_path: Path) -> None:
    package = sealed(tmp_path)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=package.path, check=True)


def test_chain_goes_on_with_the_digest_before(tmp_path: Path) -> None:
    first = sealed(tmp_path)
    second = sealed(tmp_path, package_id="p-0002", seq=1, prev=first.digest)
    report = verify(second.path, roots())
    assert (report.seq, report.prev) == (1, first.digest)


def test_every_file_and_folder_is_synced_before_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(handle: int) -> None:
        steps.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    def noted_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    package = sealed(tmp_path).path
    inside = {path.relative_to(package).as_posix() for path in package.rglob("*")} | {"."}
    at = steps.index("rename")
    temporary = Path(os.path.commonpath(steps[:at]))
    assert {Path(path).relative_to(temporary).as_posix() for path in steps[:at]} == inside
    assert steps[at + 1 :] == [str(tmp_path)]


@pytest.mark.parametrize(
    "changes",
    [
        {"package_id": "../p"},
        {"package_id": ""},
        {"device_id": "pole 17"},
        {"created_utc": "yesterday"},
        {"seq": 1},
        {"prev": DIGEST},
        {"files": {"clip.mp4": b""}},
        {"files": {"data/../x": b""}},
        {"files": {**FILES, "data/violation.json": b"{}"}},
        {"files": {**FILES, "data/CLIP.mp4": b""}},
        {"files": dict.fromkeys(MEDIA[1:], b"")},
        {"files": {**FILES, **{f"data/n{n}": b"" for n in range(256)}}},
        {"violation": violation_with(facts={"text": "x" * 262_000})},
    ],
)
def test_request_outside_the_format_is_refused_and_leaves_nothing(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(FormatError):
        sealed(tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


def test_existing_target_is_never_replaced(tmp_path: Path) -> None:
    digest = sealed(tmp_path).digest
    with pytest.raises(EvidenceError, match="never replaced"):
        sealed(tmp_path, violation=violation_with(score=0.1))
    assert verify(tmp_path / "p-0001", roots()).digest == digest
    assert [path.name for path in tmp_path.iterdir()] == ["p-0001"]


def test_source_file_that_is_not_there_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    into = tmp_path / "ready"
    into.mkdir()
    with pytest.raises(EvidenceError, match=r"gone\.mp4.*No such file"):
        sealed(into, files={**FILES, "data/clip.mp4": tmp_path / "gone.mp4"})
    assert list(into.iterdir()) == []


def test_missing_outbox_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="nowhere"):
        sealed(tmp_path / "nowhere")


@pytest.mark.parametrize("errno_name", ["ENOSPC", "EROFS", "EIO"])
def test_disk_that_fails_at_any_sync_leaves_no_half_package(
    errno_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = getattr(errno, errno_name)
    for good_syncs in range(14):
        left = iter(range(good_syncs))

        def failing(handle: int, left: Any = left) -> None:
            if next(left, None) is None:
                raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(EvidenceError, match=os.strerror(code)):
            sealed(tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_full_disk_is_named_and_cleaned_up(tmp_path: Path) -> None:
    # A child with a file size limit stands for the full disk: the write itself fails.
    code = (
        "import resource, signal, sys, pathlib;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from tests.evidence.builders import sealed;"
        "sealed(pathlib.Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        capture_output=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}"},
        text=True,
    )
    assert "EvidenceError" in ran.stderr
    assert "File too large" in ran.stderr
    assert list(tmp_path.iterdir()) == []
