"""Sealing: from a violation and its files to one signed folder, there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xunjie.evidence.bag import tag_files
from xunjie.evidence.durable import fsync_folder, write_new
from xunjie.evidence.envelope import sign_statement
from xunjie.evidence.errors import EvidenceError, FormatError
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.members import PACKAGE_ID, check_instant, check_text
from xunjie.evidence.paths import ENVELOPE, RECORD, check_payload_path
from xunjie.evidence.statement import FileEntry, Statement
from xunjie.evidence.violation import Violation


@dataclass(frozen=True, slots=True)
class SealRequest:
    """All that goes into one package.

    ``files``: package path (``data/…``) → bytes, or the path of a file to copy. The violation
    becomes ``data/violation.json`` by itself. ``seq`` and ``prev`` continue the device's chain
    (0 and None at its first package, then the sha256 hex of the envelope before).
    """

    violation: Violation
    files: Mapping[str, Path | bytes]
    device_id: str
    key: DeviceKey
    seq: int
    prev: str | None
    created_utc: str
    package_id: str


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A package on disk; ``digest``, sha256 hex of its envelope file, names it for ever."""

    path: Path
    package_id: str
    digest: str


def seal(request: SealRequest, into: Path) -> SealedPackage:
    """Writes the package to ``into/<package_id>``; readers see all of it or nothing.

    1. Write every file into a hidden sibling folder, fsync each, then each folder.
    2. Rename the folder to its name, fsync ``into``.

    EvidenceError names the path: a full or read-only disk, a source file that cannot be read, a
    package already there. The hidden folder is removed then; after a crash one may be left
    (``.<package_id>.<random>.tmp``), which holds nothing that was ever acknowledged.
    """
    _check(request)
    target = into / request.package_id
    if os.path.lexists(target):
        raise EvidenceError(f"{target}: stands there already; a sealed package is never replaced")
    temporary = into / f".{request.package_id}.{secrets.token_hex(8)}.tmp"
    with _cleaned_up(temporary, target):
        temporary.mkdir()
        digest = _write_all(request, temporary)
        temporary.rename(target)
        fsync_folder(into)
    return SealedPackage(target, request.package_id, digest)


def _check(request: SealRequest) -> None:
    check_text("package_id", request.package_id, PACKAGE_ID)
    check_instant("created_utc", request.created_utc)
    for path in request.files:
        check_payload_path(path)
    if RECORD in request.files:
        raise FormatError(f"{RECORD}: is written from the violation, expected not among the files")
    for path in request.violation.media:
        if path not in request.files:
            raise FormatError(f"{path}: the violation names it, expected it among the files")


def _write_all(request: SealRequest, folder: Path) -> str:
    contents = {**request.files, RECORD: request.violation.to_json_bytes()}
    entries = [_write(folder, path, contents[path]) for path in sorted(contents)]
    tags = tag_files(request.package_id, request.created_utc, entries)
    entries += [_write(folder, name, content) for name, content in tags.items()]
    statement = Statement(
        package_id=request.package_id,
        device_id=request.device_id,
        violation_id=request.violation.violation_id,
        seq=request.seq,
        prev=request.prev,
        created_utc=request.created_utc,
        files=tuple(sorted(entries, key=lambda entry: entry.path)),
    )
    envelope = sign_statement(statement, request.key)
    write_new(folder / ENVELOPE, envelope)
    for path, _, _ in os.walk(folder, topdown=False):
        fsync_folder(Path(path))
    return hashlib.sha256(envelope).hexdigest()


def _write(folder: Path, path: str, content: Path | bytes) -> FileEntry:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        return FileEntry(path, *write_new(target, content))
    with content.open("rb") as source:
        return FileEntry(path, *write_new(target, source))


@contextlib.contextmanager
def _cleaned_up(temporary: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        where = e.filename or target
        raise EvidenceError(f"{target}: cannot seal: {where}: {e.strerror}") from e
    finally:
        # After the rename there is nothing left under this name.
        shutil.rmtree(temporary, ignore_errors=True)
