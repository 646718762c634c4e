"""Whose signatures count: the keys an authority has accepted, for which device and which time."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from xunjie.evidence.canonical import parse
from xunjie.evidence.durable import fsync_folder, write_new
from xunjie.evidence.errors import EvidenceError, FormatError
from xunjie.evidence.instants import to_ns
from xunjie.evidence.keys import DeviceKey, key_id_of
from xunjie.evidence.members import (
    ID,
    SHA256,
    Members,
    check_base64,
    check_instant,
    check_integer,
    check_text,
)

FORMAT = "xunjie-trust/1"
MAX_BYTES = 4 * 1024 * 1024
MAX_KEYS = 10_000
_PUBLIC = re.compile(r"[A-Za-z0-9+/]{43}=")  # 32 bytes


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One accepted key: it may speak for ``device_id`` from ``valid_from`` until ``valid_to``.

    ``public_key`` is the base64 of the 32 raw bytes; ``key_id`` their sha256 hex. Times are UTC
    text; ``valid_to`` is exclusive, None means open. ``revoked`` says since when the key is not
    to be believed; any value refuses every package it signed, also older ones, because the time
    in a statement is the claim of whoever holds the key.
    """

    key_id: str
    device_id: str
    public_key: str
    valid_from: str
    valid_to: str | None = None
    revoked: str | None = None

    def __post_init__(self) -> None:
        check_text("key.key_id", self.key_id, SHA256)
        check_text("key.device_id", self.device_id, ID)
        if key_id_of(self.public_raw) != self.key_id:
            raise FormatError(f"key {self.key_id}: key_id is not the sha256 of public_key")
        start = to_ns(check_instant("key.valid_from", self.valid_from))
        if self.valid_to is not None and to_ns(self.valid_to) <= start:
            raise FormatError(
                f"key {self.key_id}: valid_to {self.valid_to} is not after valid_from"
            )
        if self.revoked is not None:
            check_instant("key.revoked", self.revoked)

    @property
    def public_raw(self) -> bytes:
        """The 32 bytes of the public key."""
        check_text("key.public_key", self.public_key, _PUBLIC)
        return check_base64("key.public_key", self.public_key)

    def is_valid_at(self, utc: str) -> bool:
        """Whether ``utc`` lies in [valid_from, valid_to)."""
        t_ns = to_ns(utc)
        ends = self.valid_to is not None and t_ns >= to_ns(self.valid_to)
        return t_ns >= to_ns(self.valid_from) and not ends


@dataclass(frozen=True, slots=True)
class TrustRoots:
    """The accepted keys. Empty roots can be kept but verify nothing: no key means refuse.

    ``threshold`` is how many keys must have signed. Format 1 has one signature a package, so
    1 is the only number understood; others are refused, never rounded.
    """

    keys: tuple[TrustedKey, ...]
    threshold: int = 1

    def __post_init__(self) -> None:
        check_integer("trust.threshold", self.threshold, 1)
        if self.threshold != 1:
            raise FormatError(f"trust.threshold: expected 1, found {self.threshold}")
        if len(self.keys) > MAX_KEYS:
            raise FormatError(f"trust.keys: expected at most {MAX_KEYS}, found {len(self.keys)}")
        ids = [key.key_id for key in self.keys]
        if len(set(ids)) != len(ids):
            twice = next(key_id for key_id in ids if ids.count(key_id) > 1)
            raise FormatError(f"trust.keys: key {twice} stands twice")

    def find(self, key_id: str) -> TrustedKey | None:
        """The key of that id, or None."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    @classmethod
    def from_json(cls, data: bytes) -> TrustRoots:
        """The roots in ``data``; FormatError names the first member that is not as expected."""
        if b"\\" in data:
            # Nothing in a trust file needs an escape, and the shell verifier cannot read one.
            raise FormatError("trust: expected no backslash")
        top = Members(parse(data, MAX_BYTES), "trust", {"format", "threshold", "keys"})
        if top.raw("format") != FORMAT:
            raise FormatError(f"trust.format: expected {FORMAT!r}, found {top.raw('format')!r}")
        keys = tuple(
            _read_key(item, f"trust.keys[{n}]") for n, item in enumerate(top.items("keys"))
        )
        return cls(keys, top.integer("threshold", 1))

    def to_json(self) -> bytes:
        """The trust file's bytes, indented for people."""
        value = {
            "format": FORMAT,
            "threshold": self.threshold,
            "keys": [asdict(k) for k in self.keys],
        }
        return json.dumps(value, indent=2, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def load(cls, path: Path) -> TrustRoots:
        """The roots in a file; EvidenceError names the file and what is wrong with it."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as e:
            raise EvidenceError(f"{path}: cannot read the trust file: {e.strerror}") from e
        try:
            return cls.from_json(data)
        except FormatError as e:
            raise EvidenceError(f"{path}: {e}") from e

    def save(self, path: Path) -> None:
        """Writes the trust file, replacing an old one in one step; EvidenceError if it cannot."""
        fresh = path.with_name(f".{path.name}.new")
        try:
            fresh.unlink(missing_ok=True)
            write_new(fresh, self.to_json())
            fresh.replace(path)
            fsync_folder(path.parent)
        except OSError as e:
            raise EvidenceError(f"{path}: cannot write the trust file: {e.strerror}") from e


def trust_for(
    key: DeviceKey, device_id: str, valid_from: str = "1970-01-01T00:00:00Z"
) -> TrustedKey:
    """The entry that accepts ``key`` for ``device_id`` from ``valid_from`` on, without an end."""
    public = base64.b64encode(key.public_raw).decode()
    return TrustedKey(key.key_id, device_id, public, valid_from)


def _read_key(value: object, where: str) -> TrustedKey:
    names = {"key_id", "device_id", "public_key", "valid_from", "valid_to", "revoked"}
    members = Members(value, where, names)
    return TrustedKey(
        members.text("key_id", SHA256),
        members.text("device_id", ID),
        members.text("public_key", _PUBLIC),
        members.instant("valid_from"),
        members.optional_instant("valid_to"),
        members.optional_instant("revoked"),
    )
