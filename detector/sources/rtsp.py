"""A camera over RTSP: TCP, timeouts on everything, reconnected with jittered back-off for ever."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from xunjie.detector.clock import PtsClock
from xunjie.detector.errors import SourceError, SourceLost
from xunjie.detector.sources.items import SourceDown
from xunjie.detector.sources.opening import open_container, time_base_of
from xunjie.detector.sources.stream import OpenStream, StreamReader
from xunjie.detector.types import EncodedPacket, Gap

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from xunjie.detector.sources.items import Counting, Item, Sampling

log = logging.getLogger(__name__)

# A small probe opens in 0.3 s instead of 5 s; the SDP already names codec and parameters.
OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "analyzeduration": "200000",
    "probesize": "65536",
}


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait before attempt n: doubled each time, spread by +-25 % so that a hundred
    cameras behind one rebooted switch do not knock at once."""

    first_s: float = 0.5
    longest_s: float = 30.0
    permanent_s: float = 300.0
    open_timeout_s: float = 10.0
    read_timeout_s: float = 5.0

    def delay_s(self, failures: int, error: SourceError, rng: Random) -> float:
        """How long to wait after the ``failures``-th failure in a row (from 1)."""
        if not isinstance(error, SourceLost):
            return self.permanent_s * rng.uniform(0.75, 1.25)
        doubled = self.first_s * 2.0 ** min(failures - 1, 16)
        return min(doubled, self.longest_s) * rng.uniform(0.75, 1.25)


@dataclass(slots=True, eq=False)
class RtspSource:
    """One camera. ``url`` may hold a password; ``shown`` is the same address without it."""

    source_id: str
    url: str
    shown: str
    sampling: Sampling
    counts: Counting
    backoff: Backoff = field(default_factory=Backoff)
    rng: Random = field(default_factory=Random)
    is_live: bool = True
    _last_ns: int | None = field(default=None, init=False)

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Pictures for ever; between connections SourceDown, then the Gap once it is over."""
        failures = 0
        while not stop.is_set():
            error: SourceError = SourceLost(
                self.source_id, f"{self.shown}: the camera ended the stream"
            )
            try:
                for item in self._connection(stop, failures):
                    failures = 0
                    yield item
            except SourceError as caught:
                error = caught
            if stop.is_set():
                return
            failures += 1
            delay_s = self.backoff.delay_s(failures, error, self.rng)
            self.counts.add(self.source_id, "connection_failures")
            log.warning("%s; next attempt in %.1f s", error, delay_s)
            is_permanent = not isinstance(error, SourceLost)
            yield SourceDown(self.source_id, error.reason, is_permanent, delay_s)
            stop.wait(delay_s)

    def _connection(self, stop: threading.Event, failures: int) -> Iterator[Item]:
        timeout = (self.backoff.open_timeout_s, self.backoff.read_timeout_s)
        container, stream = open_container(
            self.source_id, self.url, self.shown, dict(OPTIONS), timeout
        )
        with container:
            clock = PtsClock(time_base_of(stream), is_live=True)
            opened = OpenStream(
                self.source_id, container, stream, clock, self.sampling, self.counts
            )
            # The host's clock may have been set back meanwhile: time still never repeats.
            anchor_ns = max(time.time_ns(), (self._last_ns or 0) + 1)
            yield from self._watched(StreamReader(opened, anchor_ns).items(stop), failures)

    def _watched(self, items: Iterator[Item], failures: int) -> Iterator[Item]:
        is_back = self._last_ns is None
        for item in items:
            if isinstance(item, EncodedPacket) and item.t_ns is not None:
                if not is_back:
                    is_back = True
                    cause = (
                        f"no pictures, {failures} failed attempts" if failures else "no pictures"
                    )
                    yield Gap(self.source_id, self._last_ns or 0, item.t_ns, cause)
                self._last_ns = max(self._last_ns or 0, item.t_ns)
            yield item
