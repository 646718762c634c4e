"""Packages on disk. Every path is computed here from digests and signed names."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from xunjie.api.errors import StartError
from xunjie.evidence.durable import fsync_folder, write_new
from xunjie.evidence.paths import ENVELOPE

if TYPE_CHECKING:
    from xunjie.evidence.statement import FileEntry

_FOLDERS = ("packages", "pending", "trash")


class PackageStore:
    """The evidence folder.

    ::

        packages/<digest>/…            verified packages, never changed
        pending/<digest>/package/…     files that have arrived, each whole and with its sha256
        pending/<digest>/parts/…       files that are arriving
        trash/                         what is being removed

    Callers hold the digest's lock for everything but writing a part.
    """

    def __init__(self, root: Path) -> None:
        """StartError when the folders cannot be made or written."""
        self.root = root
        try:
            for name in _FOLDERS:
                (root / name).mkdir(parents=True, exist_ok=True)
            probe = root / "trash" / f"probe-{secrets.token_hex(4)}"
            probe.mkdir()
            probe.rmdir()
        except OSError as e:
            raise StartError(f"--data {root}: cannot be written: {e.strerror}") from e

    def package(self, digest: str) -> Path:
        """Where a verified package stands."""
        return self.root / "packages" / digest

    def staged(self, digest: str) -> Path:
        """Where a package that is arriving is put together."""
        return self.root / "pending" / digest / "package"

    def envelope(self, digest: str) -> bytes | None:
        """The envelope of a package that is arriving; None when none is."""
        try:
            return (self.staged(digest) / ENVELOPE).read_bytes()
        except FileNotFoundError:
            return None

    def begin(self, digest: str, envelope: bytes) -> None:
        """Keeps the envelope; whatever an earlier attempt left under this digest stays."""
        staged = self.staged(digest)
        staged.mkdir(parents=True, exist_ok=True)
        (staged.parent / "parts").mkdir(exist_ok=True)
        if (staged / ENVELOPE).exists():
            return
        part = self.new_part(digest)
        write_new(part, envelope)
        part.rename(staged / ENVELOPE)
        fsync_folder(staged)
        fsync_folder(staged.parent.parent)

    def new_part(self, digest: str) -> Path:
        """A fresh name for a file that is arriving."""
        return self.root / "pending" / digest / "parts" / secrets.token_hex(8)

    def has(self, digest: str, entry: FileEntry) -> bool:
        """Whether the file has arrived. Its sha256 was checked when it was kept."""
        try:
            return (self.staged(digest) / entry.path).lstat().st_size == entry.size
        except FileNotFoundError:
            return False

    def keep(self, digest: str, part: Path, entries: list[FileEntry]) -> None:
        """Moves a whole, checked and fsynced part to every path that has its sha256.

        Copies, not links, for the second path on: verification refuses a file with two names.
        FileNotFoundError when the upload was completed or dropped meanwhile.
        """
        for entry in entries[1:]:
            copy = self.new_part(digest)
            with part.open("rb") as source:
                write_new(copy, source)
            self._place(digest, copy, entry)
        self._place(digest, part, entries[0])

    def _place(self, digest: str, part: Path, entry: FileEntry) -> None:
        target = self.staged(digest) / entry.path
        for folder in reversed(target.relative_to(self.staged(digest)).parents):
            (self.staged(digest) / folder).mkdir(exist_ok=True)
        part.replace(target)
        fsync_folder(target.parent)

    def publish(self, digest: str) -> None:
        """Gives a staged and verified package its final place, durably."""
        staged = self.staged(digest)
        for folder, _, _ in os.walk(staged):
            fsync_folder(Path(folder))
        staged.rename(self.package(digest))
        fsync_folder(self.root / "packages")
        self.drop(digest)

    def drop(self, digest: str) -> None:
        """Forgets a pending package; parts being written to it fail when they are kept."""
        trash = self.root / "trash" / f"{digest}-{secrets.token_hex(4)}"
        try:
            (self.root / "pending" / digest).rename(trash)
        except FileNotFoundError:
            return
        shutil.rmtree(trash, ignore_errors=True)

    def sweep(self, older_than_s: float) -> None:
        """Removes what a killed server left behind: trash, folders without envelope, parts."""
        for leftover in (self.root / "trash").iterdir():
            shutil.rmtree(leftover, ignore_errors=True)
        for pending in (self.root / "pending").iterdir():
            if not (pending / "package" / ENVELOPE).exists():
                self.drop(pending.name)
        limit = time.time() - older_than_s
        for part in (self.root / "pending").glob("*/parts/*"):
            if part.stat().st_mtime < limit:
                part.unlink(missing_ok=True)
