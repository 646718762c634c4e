"""What can be wrong with evidence, and at which step of the verification it shows."""

from __future__ import annotations

from enum import Enum, IntEnum


class Step(IntEnum):
    """The numbered steps of the verification; ``verify.verify`` says what each one decides."""

    FOLDER = 1
    ENTRIES = 2
    ENVELOPE = 3
    KEY = 4
    SIGNATURE = 5
    STATEMENT = 6
    AUTHORITY = 7
    FILE_SET = 8
    SIZES = 9
    DIGESTS = 10
    BAG = 11
    RECORD = 12
    MEDIA = 13

    @property
    def title(self) -> str:
        """The step in a few words, for people."""
        return _TITLES[self]


_TITLES = {
    Step.FOLDER: "package is a folder",
    Step.ENTRIES: "plain files with plain names only",
    Step.ENVELOPE: "envelope is strict DSSE",
    Step.KEY: "signing key is trusted",
    Step.SIGNATURE: "signature holds",
    Step.STATEMENT: "statement is strict and of a known version",
    Step.AUTHORITY: "key may speak for the device at that time",
    Step.FILE_SET: "exactly the files the statement names",
    Step.SIZES: "file sizes",
    Step.DIGESTS: "file digests",
    Step.BAG: "BagIt files say the same",
    Step.RECORD: "violation record is strict and agrees",
    Step.MEDIA: "media the record names are signed",
}


class Reason(Enum):
    """Why a package is refused. The value is stable: scripts and API answers carry it."""

    NOT_A_FOLDER = "not_a_folder"
    UNREADABLE = "unreadable"
    NOT_A_PLAIN_FILE = "not_a_plain_file"
    HARD_LINK = "hard_link"
    BAD_NAME = "bad_name"
    EMPTY_FOLDER = "empty_folder"
    TOO_MANY_FILES = "too_many_files"
    NO_ENVELOPE = "no_envelope"
    TOO_LARGE = "too_large"
    BAD_ENVELOPE = "bad_envelope"
    UNKNOWN_PAYLOAD_TYPE = "unknown_payload_type"
    NO_TRUST = "no_trust"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    BAD_SIGNATURE = "bad_signature"
    BAD_STATEMENT = "bad_statement"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    WRONG_DEVICE = "wrong_device"
    KEY_NOT_VALID_THEN = "key_not_valid_then"
    MISSING_FILE = "missing_file"
    EXTRA_FILE = "extra_file"
    WRONG_SIZE = "wrong_size"
    WRONG_DIGEST = "wrong_digest"
    BAD_BAG = "bad_bag"
    BAD_RECORD = "bad_record"
    RECORD_MISMATCH = "record_mismatch"
    MISSING_MEDIA = "missing_media"


class EvidenceError(Exception):
    """Evidence, a key or a trust file cannot be made, read or believed."""


class FormatError(EvidenceError, ValueError):
    """A value or file is not what the evidence format says; the text names the member."""


class VerificationError(EvidenceError):
    """A package is refused: at which numbered step, for which reason, and what was found."""

    def __init__(self, step: Step, reason: Reason, detail: str) -> None:
        super().__init__(f"step {int(step)} ({step.title}): {reason.value}: {detail}")
        self.step = step
        self.reason = reason
        self.detail = detail
