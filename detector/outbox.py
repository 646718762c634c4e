"""Where sealed packages wait until the API has receipted them. Survives kill -9 at any point.

tmp/                    work in progress; emptied at every start
ready/<package-id>/     sealed packages, there whole or not at all
sent/<digest>.receipt.json
chain.json              the device's newest sequence number and envelope digest
lock                    held by the one engine that writes here
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import logging
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TextIO

from xunjie.detector.errors import OutboxBusy, OutboxError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

ENVELOPE = "envelope.dsse.json"


@dataclass(frozen=True, slots=True)
class Chain:
    """The device's chain: ``seq`` of the next package, ``prev`` digest of the newest envelope."""

    seq: int = 0
    prev: str | None = None


class Outbox:
    """The folder, opened by one engine at a time. Use as a context manager."""

    def __init__(self, folder: Path, quota_bytes: int | None = None) -> None:
        self.folder = folder
        self.tmp = folder / "tmp"
        self.ready = folder / "ready"
        self.sent = folder / "sent"
        self._quota_bytes = quota_bytes
        self._lock: TextIO | None = None
        self._chain = Chain()

    def __enter__(self) -> Self:
        """Create the folders, take the lock, clear leftovers, find the chain's end."""
        try:
            for path in (self.tmp, self.ready, self.sent):
                path.mkdir(parents=True, exist_ok=True)
            self._lock = self._locked()
            for leftover in self.tmp.iterdir():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            self._chain = self._recovered()
        except OSError as error:
            self.close()
            raise OutboxError(self.folder, _reason(error)) from error
        except OutboxError:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def chain(self) -> Chain:
        """Where the next package continues."""
        return self._chain

    def has(self, package_id: str) -> bool:
        """Whether this package was published before (ids are deterministic)."""
        return (self.ready / package_id).is_dir()

    def publish(self, package_id: str, build: Callable[[Chain, Path], str]) -> Path:
        """Have ``build`` write ``tmp/<package_id>`` (it returns the digest), then publish it.

        1. build (writes and fsyncs)  2. rename into ready/, fsync  3. note the chain's new end.
        A crash after 2 is mended at the next start: ready/ itself tells the chain's end.
        """
        self._check_quota()
        try:
            digest = build(self._chain, self.tmp)
            target = self.ready / package_id
            (self.tmp / package_id).rename(target)
            fsync_folder(self.ready)
            fsync_folder(self.tmp)
        except OSError as error:
            shutil.rmtree(self.tmp / package_id, ignore_errors=True)
            raise OutboxError(self.folder, _reason(error)) from error
        self._chain = Chain(self._chain.seq + 1, digest)
        self._note_chain()
        return target

    def unsent(self) -> list[Path]:
        """The packages without a receipt, oldest first."""
        found = [(chain.seq, path) for path, chain in self._packages() if not self._is_sent(chain)]
        return [path for _, path in sorted(found)]

    def receipt_path(self, digest: str) -> Path:
        """Where the receipt of the package with this envelope digest is kept."""
        return self.sent / f"{digest}.receipt.json"

    def keep_receipt(self, digest: str, receipt: bytes) -> None:
        """Store the API's receipt; from now on the package counts as sent."""
        _write_atomically(self.receipt_path(digest), receipt)

    def _note_chain(self) -> None:
        body = json.dumps({"seq": self._chain.seq, "prev": self._chain.prev}).encode()
        try:
            _write_atomically(self.folder / "chain.json", body)
        except OSError as error:
            # The package is out and its chain link is in it; the next start reads it there.
            log.warning("outbox %s: chain.json: %s", self.folder, _reason(error))

    def _locked(self) -> TextIO:
        lock = (self.folder / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise OutboxBusy(
                self.folder, f"in use by another engine (process {holder}); stop it first"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    def _recovered(self) -> Chain:
        """The later of what chain.json says and what the packages say."""
        ends = [Chain(chain.seq + 1, chain.prev) for _, chain in self._packages()]
        return max([self._noted_chain(), *ends], key=lambda chain: chain.seq)

    def _noted_chain(self) -> Chain:
        path = self.folder / "chain.json"
        try:
            value = json.loads(path.read_bytes())
            return Chain(int(value["seq"]), value["prev"])
        except FileNotFoundError:
            return Chain()
        except (ValueError, KeyError, TypeError) as error:
            # A wrong guess would fork the device's chain: a person must look.
            raise OutboxError(path, 'expected {"seq": n, "prev": digest}, found garbage') from error

    def _packages(self) -> list[tuple[Path, Chain]]:
        """Each published package with its own (seq, digest)."""
        folders = [path for path in self.ready.iterdir() if (path / ENVELOPE).is_file()]
        return [(path, _link_of(path / ENVELOPE)) for path in folders]

    def _is_sent(self, chain: Chain) -> bool:
        return chain.prev is not None and self.receipt_path(chain.prev).is_file()

    def _check_quota(self) -> None:
        if self._quota_bytes is None:
            return
        used = sum(p.stat().st_size for p in self.ready.rglob("*") if p.is_file())
        if used >= self._quota_bytes:
            raise OutboxError(
                self.folder, f"quota of {self._quota_bytes} bytes reached: {used} bytes wait there"
            )


def _link_of(envelope: Path) -> Chain:
    """(own seq, own digest) of an envelope; no signature check, this is our own folder."""
    data = envelope.read_bytes()
    try:
        statement = json.loads(base64.b64decode(json.loads(data)["payload"]))
        return Chain(int(statement["predicate"]["seq"]), hashlib.sha256(data).hexdigest())
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise OutboxError(envelope, "expected one of our envelopes, found garbage") from error


def _write_atomically(path: Path, body: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    fsync_folder(path.parent)


def fsync_folder(path: Path) -> None:
    """Make renames within a folder outlive a power cut."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _reason(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"
