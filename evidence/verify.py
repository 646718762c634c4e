"""Verifying: whether a folder is exactly what a trusted device sealed. It only reads.

It needs the package and the trust roots, no network, database or clock. Steps, each refusing:

 1. The package is a folder itself, not a link to one.
 2. All in it are regular files with one name each, in folders that are not empty, with plain
    names, at most 256 of them.
 3. ``envelope.dsse.json`` is there, at most 1 MiB, canonical JSON with exactly the members of
    a DSSE v1 envelope, of the known payload type, with one signature.
 4. The trust roots name the signing key, and it is not revoked.
 5. The Ed25519 signature over type and payload (PAE) holds.
 6. The payload is a canonical in-toto Statement of a known version and known algorithms.
 7. The key belongs to the statement's device and was valid at ``created_utc``.
 8. The files are exactly those the statement names, and the envelope.
 9. Every file has the signed size; looked at before anything is read.
10. Every file has the signed sha256.
11. The four BagIt files are what the statement makes of them, byte for byte.
12. ``data/violation.json`` is a strict record, and the statement's violation id is its own.
13. Every still and clip the record names is among the signed files.

What it cannot say: that no later package of the device was withheld (that needs the expected
head of its chain), and that ``created_utc`` is more than the device's claim.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn

from xunjie.evidence import envelope, violation
from xunjie.evidence.bag import tag_files
from xunjie.evidence.envelope import parse_statement
from xunjie.evidence.errors import FormatError, Reason, Step, VerificationError
from xunjie.evidence.paths import ENVELOPE, MAX_DEPTH, MAX_FILES, RECORD, TAG_FILES, check_name
from xunjie.evidence.statement import Statement
from xunjie.evidence.trust import TrustRoots
from xunjie.evidence.violation import Violation

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verified package says; ``steps`` are the titles of the steps passed, in order."""

    digest: str
    package_id: str
    device_id: str
    seq: int
    prev: str | None
    violation: Violation
    steps: tuple[str, ...]


def verify(package: Path, trust: TrustRoots) -> VerificationReport:
    """The report of a package that holds; VerificationError with step and reason if it does not.

    The steps and what they cannot say: at the head of this file.
    """
    _check_folder(package)
    found = _list_entries(package)
    envelope_bytes = _read_envelope(package, found)
    statement = parse_statement(envelope_bytes, trust)
    _check_file_set(found, statement)
    _check_sizes(found, statement)
    contents = _check_digests(package, statement)
    _check_bag(contents, statement)
    record = _read_record(contents[RECORD], statement)
    _check_media(record, statement)
    return VerificationReport(
        digest=hashlib.sha256(envelope_bytes).hexdigest(),
        package_id=statement.package_id,
        device_id=statement.device_id,
        seq=statement.seq,
        prev=statement.prev,
        violation=record,
        steps=tuple(step.title for step in Step),
    )


def _check_folder(package: Path) -> None:
    try:
        mode = package.lstat().st_mode
    except OSError as e:
        detail = f"{package}: {e.strerror}"
        raise VerificationError(Step.FOLDER, Reason.NOT_A_FOLDER, detail) from e
    if not stat.S_ISDIR(mode):
        detail = f"{package}: expected a folder, not a link or a file"
        raise VerificationError(Step.FOLDER, Reason.NOT_A_FOLDER, detail)


def _list_entries(package: Path) -> dict[str, int]:
    """Path → size of every file; nothing is opened."""
    found: dict[str, int] = {}
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        names = _names(package / prefix)
        if not names:
            _refuse_entry(
                Reason.EMPTY_FOLDER, f"{prefix or 'package'}: a folder with nothing in it"
            )
        for name in names:
            path = prefix + name
            info = _lstat(package, path)
            if stat.S_ISDIR(info.st_mode):
                waiting.append(f"{path}/")
            else:
                found[path] = info.st_size
            if len(found) + len(waiting) > MAX_FILES + 1 or path.count("/") >= MAX_DEPTH:
                _refuse_entry(Reason.TOO_MANY_FILES, f"{path}: more files or deeper than allowed")
    return found


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MAX_FILES + 2)]
    except OSError as e:
        raise VerificationError(Step.ENTRIES, Reason.UNREADABLE, f"{folder}: {e.strerror}") from e


def _lstat(package: Path, path: str) -> os.stat_result:
    try:
        check_name(path.rpartition("/")[2])
        info = (package / path).lstat()
    except FormatError as e:
        raise VerificationError(Step.ENTRIES, Reason.BAD_NAME, str(e)) from e
    except OSError as e:
        raise VerificationError(Step.ENTRIES, Reason.UNREADABLE, f"{path}: {e.strerror}") from e
    if stat.S_ISDIR(info.st_mode):
        return info
    if not stat.S_ISREG(info.st_mode):
        _refuse_entry(
            Reason.NOT_A_PLAIN_FILE, f"{path}: expected a regular file, no link or device"
        )
    if info.st_nlink != 1:
        # Through another name the content could be changed while, or after, it is read.
        _refuse_entry(Reason.HARD_LINK, f"{path}: expected one name, found {info.st_nlink} links")
    return info


def _refuse_entry(reason: Reason, detail: str) -> NoReturn:
    raise VerificationError(Step.ENTRIES, reason, detail)


def _read_envelope(package: Path, found: dict[str, int]) -> bytes:
    if ENVELOPE not in found:
        raise VerificationError(Step.ENVELOPE, Reason.NO_ENVELOPE, f"{ENVELOPE} is not there")
    if found[ENVELOPE] > envelope.MAX_BYTES:
        detail = f"{ENVELOPE}: {found[ENVELOPE]} bytes, expected at most {envelope.MAX_BYTES}"
        raise VerificationError(Step.ENVELOPE, Reason.TOO_LARGE, detail)
    _, content = _read(package / ENVELOPE, found[ENVELOPE], Step.ENVELOPE, keeps=True)
    return content


def _check_file_set(found: dict[str, int], statement: Statement) -> None:
    expected = {entry.path for entry in statement.files} | {ENVELOPE}
    for path in sorted(expected - found.keys()):
        detail = f"{path}: the statement names it, it is not there"
        raise VerificationError(Step.FILE_SET, Reason.MISSING_FILE, detail)
    for path in sorted(found.keys() - expected):
        detail = f"{path}: the statement does not name it"
        raise VerificationError(Step.FILE_SET, Reason.EXTRA_FILE, detail)


def _check_sizes(found: dict[str, int], statement: Statement) -> None:
    for entry in statement.files:
        if found[entry.path] != entry.size:
            detail = f"{entry.path}: expected {entry.size} bytes, found {found[entry.path]}"
            raise VerificationError(Step.SIZES, Reason.WRONG_SIZE, detail)


def _check_digests(package: Path, statement: Statement) -> dict[str, bytes]:
    """The bytes of the small files that are looked into; they are the very bytes hashed."""
    contents = {}
    for entry in statement.files:
        keeps = entry.path in (*TAG_FILES, RECORD) and entry.size <= violation.MAX_BYTES
        digest, content = _read(package / entry.path, entry.size, Step.DIGESTS, keeps)
        if digest != entry.sha256:
            detail = f"{entry.path}: expected {entry.sha256}, found {digest}"
            raise VerificationError(Step.DIGESTS, Reason.WRONG_DIGEST, detail)
        contents[entry.path] = content
    return contents


def _check_bag(contents: dict[str, bytes], statement: Statement) -> None:
    expected = tag_files(statement.package_id, statement.created_utc, statement.files)
    for name, content in expected.items():
        if contents[name] != content:
            detail = f"{name}: not what the statement makes of it"
            raise VerificationError(Step.BAG, Reason.BAD_BAG, detail)


def _read_record(content: bytes, statement: Statement) -> Violation:
    try:
        record = Violation.from_json_bytes(content)
    except FormatError as e:
        raise VerificationError(Step.RECORD, Reason.BAD_RECORD, f"{RECORD}: {e}") from e
    if record.violation_id != statement.violation_id:
        detail = f"statement says {statement.violation_id}, {RECORD} says {record.violation_id}"
        raise VerificationError(Step.RECORD, Reason.RECORD_MISMATCH, detail)
    return record


def _check_media(record: Violation, statement: Statement) -> None:
    signed = {entry.path for entry in statement.files}
    for path in record.media:
        if path not in signed:
            detail = f"{path}: the record names it, the statement does not"
            raise VerificationError(Step.MEDIA, Reason.MISSING_MEDIA, detail)


def _read(path: Path, size: int, step: Step, keeps: bool) -> tuple[str, bytes]:
    """sha256 hex of at most ``size`` + 1 bytes, and the bytes if ``keeps``."""
    digest = hashlib.sha256()
    kept = bytearray()
    try:
        # NOFOLLOW and NONBLOCK: the entry may have been exchanged for a link or FIFO since lstat.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            left = size + 1
            while chunk := file.read(min(CHUNK, left)):
                digest.update(chunk)
                left -= len(chunk)
                if keeps:
                    kept += chunk
    except OSError as e:
        raise VerificationError(step, Reason.UNREADABLE, f"{path}: {e.strerror}") from e
    return digest.hexdigest(), bytes(kept)
