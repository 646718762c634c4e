"""Writing so that what was written is there after a power cut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


def fsync_folder(path: Path) -> None:
    """Makes the names in a folder durable; without it a new file may be gone after a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, content: bytes | BinaryIO, mode: int = 0o644) -> tuple[int, str]:
    """Writes a file that must not exist yet, fsyncs it, gives (bytes written, sha256 hex)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        chunk = content if isinstance(content, bytes) else content.read(CHUNK)
        while chunk:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            chunk = b"" if isinstance(content, bytes) else content.read(CHUNK)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()
