"""Recordings on their way into the outbox; those the disk refuses wait here and are retried."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.detector.errors import OutboxError
from xunjie.evidence.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xunjie.detector.recorder import Recording
    from xunjie.detector.sealing import Sealer
    from xunjie.detector.sources.items import Counting
    from xunjie.detector.types import Finding

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Unsealed:
    sealer: Sealer
    recording: Recording
    fault: str


class Spool:
    """Seals one recording at a time. Of more than ``max_held`` refused ones the oldest is lost,
    counted and logged: packets in memory cannot pile up for days."""

    def __init__(
        self,
        counts: Counting,
        on_sealed: Callable[[Finding, Path], None],
        max_held: int = 32,
    ) -> None:
        self._counts = counts
        self._on_sealed = on_sealed
        self._max_held = max_held
        self._held: deque[_Unsealed] = deque()
        self._refused: list[str] = []
        self._lock = threading.Lock()

    @property
    def unsealed(self) -> tuple[str, ...]:
        """One line for each recording that is not sealed: refused, or waiting for the disk."""
        with self._lock:
            held = (_line(one.recording.finding, one.fault) for one in self._held)
            return (*self._refused, *held)

    def seal(self, sealer: Sealer, recording: Recording) -> None:
        """Seal it, or hold it for ``retry``."""
        with self._lock:
            self._seal(sealer, recording)

    def retry(self) -> None:
        """Try again what is held, oldest first."""
        with self._lock:
            held, self._held = self._held, deque()
            for one in held:
                self._seal(one.sealer, one.recording)

    def _seal(self, sealer: Sealer, recording: Recording) -> None:
        finding = recording.finding
        try:
            package = sealer.seal(recording)
        except OutboxError as error:
            self._counts.add(finding.source_id, "seal_failures")
            log.error("source %s: %s: not sealed: %s", finding.source_id, finding.rule_id, error)
            self._hold(_Unsealed(sealer, recording, str(error)))
            return
        except EvidenceError as error:
            # The record itself is wrong (say, too large): trying again changes nothing.
            self._counts.add(finding.source_id, "evidence_refused")
            log.error("source %s: %s: refused: %s", finding.source_id, finding.rule_id, error)
            self._refused.append(_line(finding, str(error)))
            return
        if package is None:
            self._counts.add(finding.source_id, "sealed_before")
            return
        self._counts.add(finding.source_id, "sealed")
        self._on_sealed(finding, package)

    def _hold(self, one: _Unsealed) -> None:
        self._held.append(one)
        if len(self._held) > self._max_held:
            lost = self._held.popleft().recording.finding
            self._counts.add(lost.source_id, "evidence_lost")
            log.error("source %s: %s: evidence lost", lost.source_id, lost.rule_id)


def _line(finding: Finding, fault: str) -> str:
    return f"{finding.rule_id} at source {finding.source_id!r} is not sealed: {fault}"
