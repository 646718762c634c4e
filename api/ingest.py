"""Taking packages in: nothing is stored before a trusted key has signed for it, nothing is a
package before all of it is verified."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from xunjie.api.clock import now_ns
from xunjie.api.errors import Refusal
from xunjie.api.register import Receipt, find_receipt, register_package
from xunjie.api.tables import UploadRow
from xunjie.evidence.envelope import parse_statement
from xunjie.evidence.errors import EvidenceError, Reason, VerificationError
from xunjie.evidence.trust import TrustRoots
from xunjie.evidence.verify import VerificationReport, verify

if TYPE_CHECKING:
    from pathlib import Path

    from xunjie.api.db import Database
    from xunjie.api.settings import Settings
    from xunjie.api.store import PackageStore
    from xunjie.evidence.statement import FileEntry, Statement

log = logging.getLogger(__name__)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LOCKS = 64
_KEY_REASONS = {Reason.NO_TRUST, Reason.UNKNOWN_KEY, Reason.REVOKED_KEY, Reason.WRONG_DEVICE}
_RETRY_AFTER_S = 60


class Ingest:
    """The three requests of an upload. Methods block; one digest is handled by one thread at a
    time, and one server process owns the data folder."""

    def __init__(self, settings: Settings, db: Database, store: PackageStore) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._db = db
        self._store = store
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def offer(self, digest: str, envelope: bytes) -> tuple[Receipt, bool] | list[FileEntry]:
        """A receipt and whether it is new, or the files that are still missing.

        1. The digest is the sha256 of the envelope.
        2. If the package is there already: its receipt.
        3. The envelope is strict, signed by a trusted key, and within the limits.
        4. There is room for another upload; the envelope is kept.
        5. Files missing: they are named.
        6. All there: the whole package is verified, moved to its place, and entered.

        Refusal names the step. A package refused in 6 is dropped; sent again, it is judged again.
        """
        check_digest(digest)
        found = hashlib.sha256(envelope).hexdigest()
        if found != digest:
            raise _bad("wrong_digest", "digest", f"the body's sha256 is {found}")
        with self._lock(digest):
            receipt = self._receipt(digest)
            if receipt is not None:
                return receipt, False
            statement = self._judge(envelope)
            if not self._store.package(digest).exists():
                self._admit(digest, envelope, statement)
                missing = [e for e in statement.files if not self._store.has(digest, e)]
                if missing:
                    return missing
            return self._complete(digest, statement), True

    def expect(self, digest: str, sha256: str) -> FileEntry | None:
        """The signed file that may now be sent; None when the package is complete and has it.

        Refusal 404 when no pending package names it.
        """
        check_digest(digest)
        check_digest(sha256)
        envelope = self._store.envelope(digest)
        if envelope is None:
            self._expect_complete(digest, sha256)
            return None
        entries = _entries(self._judge(envelope), sha256)
        if not entries:
            raise _not_named(digest, sha256)
        return entries[0]

    def keep(self, digest: str, sha256: str, part: Path) -> None:
        """Takes a part that has the expected size and sha256 and is on disk."""
        with self._lock(digest):
            envelope = self._store.envelope(digest)
            if envelope is None:
                part.unlink(missing_ok=True)
                self._expect_complete(digest, sha256)
                return
            entries = _entries(self._judge(envelope), sha256)
            self._store.keep(digest, part, entries)

    def verify_kept(self, digest: str) -> VerificationReport:
        """Verifies a package where it stands, now. VerificationError or EvidenceError."""
        return verify(self._store.package(digest), TrustRoots.load(self._settings.trust_path))

    def forget_expired(self) -> None:
        """Drops uploads that were begun too long ago."""
        limit = now_ns() - int(self._limits.pending_hours * 3600e9)
        with self._db.read() as session:
            expired = list(
                session.scalars(select(UploadRow.digest).where(UploadRow.started_ns < limit))
            )
        for digest in expired:
            with self._lock(digest):
                self._forget(digest)
            log.warning("upload %s: not completed in %s h", digest, self._limits.pending_hours)

    def _lock(self, digest: str) -> threading.Lock:
        return self._locks[int(digest[:8], 16) % _LOCKS]

    def _receipt(self, digest: str) -> Receipt | None:
        with self._db.read() as session:
            return find_receipt(session, digest)

    def _judge(self, envelope: bytes) -> Statement:
        try:
            statement = parse_statement(envelope, self._trust())
        except VerificationError as e:
            log.warning("envelope refused: %s", e)
            is_key = e.reason in _KEY_REASONS
            status = HTTPStatus.FORBIDDEN if is_key else HTTPStatus.UNPROCESSABLE_ENTITY
            raise Refusal(status, e.reason.value, "envelope", str(e)) from e
        self._check_limits(statement)
        return statement

    def _trust(self) -> TrustRoots:
        try:
            return TrustRoots.load(self._settings.trust_path)
        except EvidenceError as e:
            log.error("trust roots: %s", e)
            detail = "the server cannot read its trust roots; nothing is accepted meanwhile"
            raise _busy("trust_unreadable", "envelope", detail) from e

    def _check_limits(self, statement: Statement) -> None:
        largest = max(statement.files, key=lambda entry: entry.size)
        if largest.size > self._limits.file_bytes:
            found = f"{largest.path} has {largest.size} bytes"
            raise _too_large("limits", f"{found}, expected at most {self._limits.file_bytes}")
        total = sum(entry.size for entry in statement.files)
        if total > self._limits.package_bytes:
            found = f"all files together have {total} bytes"
            raise _too_large("limits", f"{found}, expected at most {self._limits.package_bytes}")

    def _admit(self, digest: str, envelope: bytes, statement: Statement) -> None:
        total = sum(entry.size for entry in statement.files)
        with self._db.write() as session:
            if session.get(UploadRow, digest) is None:
                row = UploadRow(
                    digest=digest,
                    device_id=statement.device_id,
                    total_bytes=total,
                    started_ns=now_ns(),
                )
                query = select(func.count(), func.coalesce(func.sum(UploadRow.total_bytes), 0))
                count, volume = session.execute(query).one()
                mine = query.where(UploadRow.device_id == statement.device_id)
                own_count, _ = session.execute(mine).one()
                self._check_room(count, own_count, volume + total)
                session.add(row)
                session.commit()
        self._store.begin(digest, envelope)

    def _check_room(self, count: int, own_count: int, volume: int) -> None:
        if own_count >= self._limits.pending_per_device:
            detail = f"this device has {own_count} packages begun and not complete"
            raise _busy("too_many_uploads", "limits", detail, HTTPStatus.TOO_MANY_REQUESTS)
        if count >= self._limits.pending or volume > self._limits.pending_bytes:
            raise _busy("no_room", "limits", f"{count} packages are begun and not complete")

    def _complete(self, digest: str, statement: Statement) -> Receipt:
        # A server killed between the move and the commit left the package in its place without
        # a row; it is verified there like any other.
        is_staged = not self._store.package(digest).exists()
        place = self._store.staged(digest) if is_staged else self._store.package(digest)
        try:
            report = verify(place, self._trust())
        except VerificationError as e:
            log.warning("package %s refused: %s", digest, e)
            if is_staged:
                self._forget(digest)
            raise _bad(e.reason.value, f"verify {int(e.step)}", str(e)) from e
        if is_staged:
            self._store.publish(digest)
        with self._db.write() as session:
            receipt = register_package(session, report, statement, now_ns())
            session.commit()
        return receipt

    def _forget(self, digest: str) -> None:
        self._store.drop(digest)
        with self._db.write() as session:
            session.execute(delete(UploadRow).where(UploadRow.digest == digest))
            session.commit()

    def _expect_complete(self, digest: str, sha256: str) -> None:
        if self._receipt(digest) is None:
            detail = f"no package {digest} is being uploaded; PUT its envelope first"
            raise Refusal(HTTPStatus.NOT_FOUND, "no_upload", "files", detail)
        envelope = (self._store.package(digest) / "envelope.dsse.json").read_bytes()
        if not _entries(self._judge(envelope), sha256):
            raise _not_named(digest, sha256)


def check_digest(text: str) -> str:
    """``text`` if it is a lower-case sha256 hex; else Refusal 422."""
    if _DIGEST.fullmatch(text) is None:
        raise _bad("bad_digest", "digest", f"expected 64 of 0-9 a-f, found {text[:80]!r}")
    return text


def _entries(statement: Statement, sha256: str) -> list[FileEntry]:
    return [entry for entry in statement.files if entry.sha256 == sha256]


def _not_named(digest: str, sha256: str) -> Refusal:
    detail = f"package {digest} names no file with sha256 {sha256}"
    return Refusal(HTTPStatus.NOT_FOUND, "not_named", "files", detail)


def _bad(error: str, step: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error, step, detail)


def _too_large(step: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", step, detail)


def _busy(
    error: str, step: str, detail: str, status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE
) -> Refusal:
    return Refusal(status, error, step, detail, retry_after_s=_RETRY_AFTER_S)
