"""What a device signs: an in-toto Statement v1 that names every file of one package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xunjie.evidence.canonical import parse_canonical, render
from xunjie.evidence.errors import FormatError, Reason, Step, VerificationError
from xunjie.evidence.members import (
    ID,
    PACKAGE_ID,
    REMARK,
    SHA256,
    Members,
    check_instant,
    check_integer,
    check_text,
)
from xunjie.evidence.paths import MAX_FILES, RECORD, TAG_FILES, check_no_clash, check_signed_path

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
# .invalid (RFC 2606) never resolves: the text is a name, not a place to fetch anything from.
PREDICATE_TYPE = "https://xunjie.invalid/evidence/v1"
FORMAT_VERSION = 1
ALGORITHMS = {
    "canonical_json": "rfc8785",
    "digest": "sha256",
    "envelope": "dsse-v1",
    "signature": "ed25519",
}
MAX_BYTES = 512 * 1024
MAX_FILE_BYTES = 4 * 1024**3
NO_TOKEN = "no timestamp authority was asked"
_PREDICATE = {
    "algorithms",
    "created_utc",
    "device_id",
    "format_version",
    "package_id",
    "prev",
    "seq",
    "sizes",
    "timestamp",
    "violation_id",
}


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One signed file: its path in the package, its length in bytes, its sha256 hex."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        check_signed_path(self.path)
        check_integer(f"size of {self.path}", self.size, 0)
        if self.size > MAX_FILE_BYTES:
            raise FormatError(f"size of {self.path}: {self.size}, expected ≤ {MAX_FILE_BYTES}")
        check_text(f"digest of {self.path}", self.sha256, SHA256)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the signature covers. ``files`` are ordered by path and include the BagIt tag files.

    ``seq`` counts a device's packages from 0; ``prev`` is the sha256 hex of the device's previous
    envelope file, None at the first only. ``created_utc`` is the device's own claim.
    ``no_timestamp_reason`` says why no time stamp authority vouches for the time.
    """

    package_id: str
    device_id: str
    violation_id: str
    seq: int
    prev: str | None
    created_utc: str
    files: tuple[FileEntry, ...]
    no_timestamp_reason: str = NO_TOKEN

    def __post_init__(self) -> None:
        check_text("package_id", self.package_id, PACKAGE_ID)
        check_text("device_id", self.device_id, ID)
        check_text("violation_id", self.violation_id, ID)
        check_text("timestamp.reason", self.no_timestamp_reason, REMARK)
        check_instant("created_utc", self.created_utc)
        check_integer("seq", self.seq, 0)
        if self.prev is not None:
            check_text("prev", self.prev, SHA256)
        if (self.prev is None) != (self.seq == 0):
            raise FormatError(
                f"prev: expected null at seq 0 only, found {self.prev!r} at {self.seq}"
            )
        self._check_files()

    def _check_files(self) -> None:
        paths = [entry.path for entry in self.files]
        if len(paths) > MAX_FILES:
            raise FormatError(f"subject: expected at most {MAX_FILES} files, found {len(paths)}")
        if paths != sorted(set(paths)):
            raise FormatError("subject: expected every path once, in ascending order")
        check_no_clash(paths)
        for path in (*TAG_FILES, RECORD):
            if path not in paths:
                raise FormatError(f"subject: expected {path} among the files")

    def to_payload(self) -> bytes:
        """Canonical JSON of the in-toto Statement."""
        predicate = {
            "algorithms": ALGORITHMS,
            "created_utc": self.created_utc,
            "device_id": self.device_id,
            "format_version": FORMAT_VERSION,
            "package_id": self.package_id,
            "prev": self.prev,
            "seq": self.seq,
            "sizes": {entry.path: entry.size for entry in self.files},
            "timestamp": {"status": "none", "reason": self.no_timestamp_reason},
            "violation_id": self.violation_id,
        }
        return render(
            {
                "_type": STATEMENT_TYPE,
                "predicate": predicate,
                "predicateType": PREDICATE_TYPE,
                "subject": [
                    {"name": entry.path, "digest": {"sha256": entry.sha256}} for entry in self.files
                ],
            }
        )

    @classmethod
    def from_payload(cls, payload: bytes) -> Statement:
        """The statement in signed bytes; VerificationError at step 6 if it is not strict."""
        try:
            return _read(parse_canonical(payload, MAX_BYTES))
        except FormatError as e:
            raise VerificationError(Step.STATEMENT, Reason.BAD_STATEMENT, str(e)) from e


def _read(value: Any) -> Statement:
    top = Members(value, "statement", {"_type", "predicate", "predicateType", "subject"})
    _expect("_type", top.raw("_type"), STATEMENT_TYPE, Reason.UNKNOWN_VERSION)
    _expect("predicateType", top.raw("predicateType"), PREDICATE_TYPE, Reason.UNKNOWN_VERSION)
    # The version decides which members there are, so it is read before they are counted.
    version = top.mapping("predicate").get("format_version")
    _expect("format_version", version, FORMAT_VERSION, Reason.UNKNOWN_VERSION)
    predicate = top.within("predicate", _PREDICATE)
    _expect("algorithms", predicate.raw("algorithms"), ALGORITHMS, Reason.UNKNOWN_ALGORITHM)
    timestamp = predicate.within("timestamp", {"status", "reason"})
    _expect("timestamp.status", timestamp.raw("status"), "none", Reason.UNKNOWN_VERSION)
    return Statement(
        package_id=predicate.text("package_id", PACKAGE_ID),
        device_id=predicate.text("device_id", ID),
        violation_id=predicate.text("violation_id", ID),
        seq=predicate.integer("seq", 0),
        prev=predicate.optional_text("prev", SHA256),
        created_utc=predicate.instant("created_utc"),
        files=_read_files(top.items("subject"), predicate.mapping("sizes")),
        no_timestamp_reason=timestamp.text("reason", REMARK),
    )


def _read_files(subject: list[Any], sizes: dict[str, Any]) -> tuple[FileEntry, ...]:
    entries = []
    for n, item in enumerate(subject[: MAX_FILES + 1]):
        members = Members(item, f"subject[{n}]", {"name", "digest"})
        path = check_signed_path(members.raw("name"))
        if path not in sizes:
            raise FormatError(f"sizes: expected a size for {path}")
        digest = members.within("digest", {"sha256"}).text("sha256", SHA256)
        entries.append(FileEntry(path, sizes[path], digest))
    if len(sizes) != len(subject):
        found = f"{len(subject)} files, {len(sizes)} sizes"
        raise FormatError(f"sizes: expected one for each file, found {found}")
    return tuple(entries)


def _expect(where: str, found: object, expected: object, reason: Reason) -> None:
    # 1 == True and 1 == 1.0 in Python; the canonical form already excludes 1.0.
    if found != expected or isinstance(found, bool):
        detail = f"{where}: expected {expected!r}, found {found!r}"
        raise VerificationError(Step.STATEMENT, reason, detail)
