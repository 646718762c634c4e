"""A device's signing key: one Ed25519 key (RFC 8032) in one file that only its owner reads."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from xunjie.evidence.durable import fsync_folder, write_new
from xunjie.evidence.errors import EvidenceError

KEY_FILE_LIMIT = 4096


def key_id_of(public_raw: bytes) -> str:
    """The id of a public key: sha256 hex of its 32 raw bytes."""
    return hashlib.sha256(public_raw).hexdigest()


def is_signed(public_raw: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is the key's Ed25519 signature of ``message``."""
    try:
        Ed25519PublicKey.from_public_bytes(public_raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


class DeviceKey:
    """The private key of one device; its secret leaves the object only for its file."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_raw = private.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public_raw)

    @classmethod
    def create(cls, path: Path) -> DeviceKey:
        """A new key, kept in a new PEM file (PKCS #8, mode 0600) that outlives a power cut.

        An existing file is never replaced: a lost key means packages nobody can continue.
        """
        key = cls(Ed25519PrivateKey.generate())
        pem = key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            write_new(path, pem, mode=0o600)
            fsync_folder(path.parent)
        except FileExistsError as e:
            raise EvidenceError(f"{path}: a key stands there already; it is not replaced") from e
        except OSError as e:
            raise EvidenceError(f"{path}: cannot write the device key: {e.strerror}") from e
        return key

    @classmethod
    def load(cls, path: Path) -> DeviceKey:
        """The key in ``path``; refused if anybody but the owner may read or write the file."""
        pem = _read_private(path)
        try:
            private = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as e:
            raise EvidenceError(f"{path}: not an unencrypted PEM private key: {e}") from e
        if not isinstance(private, Ed25519PrivateKey):
            found = type(private).__name__
            raise EvidenceError(f"{path}: expected an Ed25519 key, found {found}")
        return cls(private)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of ``message``."""
        return self._private.sign(message)


def _read_private(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as e:
        why = "is a symbolic link" if e.errno == errno.ELOOP else e.strerror
        raise EvidenceError(f"{path}: cannot read the device key: {why}") from e
    try:
        # The opened file is asked, not the path: it cannot be exchanged in between.
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            raise EvidenceError(f"{path}: expected a regular file as device key")
        mode = stat.S_IMODE(info.st_mode)
        if mode & 0o077:
            raise EvidenceError(
                f"{path}: others may use the device key (mode {mode:04o}, expected 0600); "
                f"mend with: chmod 600 {path}"
            )
        return os.read(handle, KEY_FILE_LIMIT)
    finally:
        os.close(handle)
