"""A video file, read to its end as fast as its frames can be analysed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from xunjie.detector.clock import PtsClock
from xunjie.detector.errors import SourceError, SourceLost
from xunjie.detector.sources.opening import open_container, time_base_of
from xunjie.detector.sources.stream import OpenStream, StreamReader
from xunjie.detector.types import EncodedPacket, Frame, Gap

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

    from xunjie.detector.sources.items import Counting, Item, Sampling

log = logging.getLogger(__name__)

# A file that ends this much before its header says was cut off.
MAX_MISSING_END_S = 1.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Cameras without a set clock stamp 1904 or 1970 (QuickTime's and Unix's zero) into the header.
EARLIEST_CREATION = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class FileSource:
    """One file. ``start_utc`` is the capture time of its first picture; None: the container's own
    creation_time, and where that is missing too the file is refused rather than wrongly timed."""

    source_id: str
    path: Path
    start_utc: datetime | None
    sampling: Sampling
    counts: Counting
    is_live: bool = False

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Everything in the file, in order. Raises SourceError naming the file and what it is."""
        self._check()
        container, stream = self._open()
        with container:
            start_ns = self._start_ns(container)
            duration_s = container.duration / 1e6 if container.duration else 0.0
            opened = OpenStream(
                self.source_id,
                container,
                stream,
                PtsClock(time_base_of(stream), is_live=False),
                self.sampling,
                self.counts,
                duration_s,
            )
            reader = StreamReader(opened, start_ns)
            yield from self._to_end(reader.items(stop), opened, start_ns, stop)

    def _to_end(
        self, items: Iterator[Item], opened: OpenStream, start_ns: int, stop: threading.Event
    ) -> Iterator[Item]:
        pictures = 0
        try:
            for item in items:
                pictures += isinstance(item, Frame | EncodedPacket)
                yield item
        except SourceLost as error:
            if not pictures:
                raise SourceError(self.source_id, f"{self.path}: {error.reason}") from error
            self.counts.add(self.source_id, "read_errors")
            log.warning("source %s: %s: %s", self.source_id, self.path, error.reason)
        if not pictures and not stop.is_set():
            raise SourceError(self.source_id, f"{self.path}: no readable picture in it")
        if not stop.is_set():
            yield from self._missing_end(opened, start_ns)

    def _missing_end(self, opened: OpenStream, start_ns: int) -> Iterator[Gap]:
        declared_ns = start_ns + round((opened.duration_s or 0.0) * 1e9)
        missing_s = (declared_ns - opened.clock.last_ns) / 1e9
        if missing_s > MAX_MISSING_END_S:
            self.counts.add(self.source_id, "cut_off")
            cause = f"file cut off {missing_s:.1f} s before its declared end"
            log.warning("source %s: %s: %s", self.source_id, self.path, cause)
            yield Gap(self.source_id, opened.clock.last_ns, declared_ns, cause)

    def _check(self) -> None:
        if not self.path.exists():
            raise SourceError(self.source_id, f"{self.path}: no such file")
        if not self.path.is_file():
            raise SourceError(self.source_id, f"{self.path}: expected a file, found a folder")
        try:
            size = self.path.stat().st_size
            with self.path.open("rb") as file:
                file.read(1)
        except OSError as error:
            raise SourceError(self.source_id, f"{self.path}: {error.strerror}") from error
        if size == 0:
            raise SourceError(self.source_id, f"{self.path}: the file is empty (0 bytes)")

    def _open(self) -> tuple[InputContainer, VideoStream]:
        try:
            return open_container(self.source_id, str(self.path), str(self.path))
        except SourceLost as error:
            reason = f"{error.reason}: not a video, or cut off before its index was written"
            raise SourceError(self.source_id, reason) from error

    def _start_ns(self, container: InputContainer) -> int:
        start = self.start_utc or _creation_time(container)
        if start is None:
            raise SourceError(
                self.source_id,
                f"{self.path}: does not say when it was taken (no creation_time): add "
                'start_utc = "2026-05-16T02:00:00Z" (its first picture\'s time) to its [[source]]',
            )
        return (start - EPOCH) // timedelta(microseconds=1) * 1000


def _creation_time(container: InputContainer) -> datetime | None:
    try:
        start = datetime.fromisoformat(container.metadata.get("creation_time", ""))
    except ValueError:
        return None
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return start if start >= EARLIEST_CREATION else None
