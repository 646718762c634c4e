"""Sends what waits in the outbox, and keeps the receipts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.detector.errors import UploadError, UploadRefused

if TYPE_CHECKING:
    from pathlib import Path

    from xunjie.detector.outbox import Outbox
    from xunjie.detector.upload import Uploader

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one round of sending went. ``faults``: one line each, naming the API."""

    sent: int
    waiting: int
    faults: tuple[str, ...]


class Courier:
    """One outbox and one API. A package the API refuses is not offered again by this process."""

    def __init__(self, outbox: Outbox, uploader: Uploader) -> None:
        self._outbox = outbox
        self._uploader = uploader
        self._refused: set[str] = set()

    def deliver(self) -> Delivery:
        """Send every package without a receipt, oldest first; stop where the API is away."""
        waiting = self._outbox.unsent()
        sent = 0
        faults: list[str] = []
        for package in (p for p in waiting if p.name not in self._refused):
            try:
                self._send(package)
            except UploadRefused as error:
                self._refused.add(package.name)
                log.error("package %s: refused: %s", package.name, error)
                faults.append(f"{package.name}: {error}")
            except UploadError as error:
                log.warning("package %s: %s", package.name, error)
                faults.append(str(error))
                break
            else:
                sent += 1
        return Delivery(sent, len(waiting) - sent, tuple(faults))

    def _send(self, package: Path) -> None:
        try:
            digest, receipt = self._uploader.send(package)
            self._outbox.keep_receipt(digest, receipt)
        except OSError as error:
            # The API has it or not: sending again is idempotent.
            raise UploadError(f"{package}: {error.strerror or error}") from error
        log.info("package %s: sent as %s", package.name, digest)
