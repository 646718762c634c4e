"""What a source yields, beside packets and frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from xunjie.detector.types import EncodedPacket, Frame, Gap

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class StreamStart:
    """A (re)opened stream: its packets do not continue any earlier ones.

    ``template`` is a tiny NUT file with the stream's codec parameters and first keyframe, from
    which a clip's stream is made; it outlives the connection. ``duration_s`` None: unknown, live.
    """

    source_id: str
    codec: str
    frame_wh: tuple[int, int]
    template: bytes
    t_ns: int
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class SourceDown:
    """A camera that gives no pictures now; the source keeps trying after ``retry_s``."""

    source_id: str
    reason: str
    is_permanent: bool
    retry_s: float


Item = StreamStart | EncodedPacket | Frame | Gap | SourceDown


class Sampling(Protocol):
    """Which frames are wanted (``detector.sampling.Sampler``)."""

    period_ns: int

    @property
    def due_ns(self) -> int | None: ...

    def is_due(self, t_ns: int) -> bool: ...

    def take(self, t_ns: int) -> None: ...


class Counting(Protocol):
    """Where faults are counted (``detector.counters.Counters``)."""

    def add(self, source_id: str, cause: str, n: int = 1) -> None: ...


class Source(Protocol):
    """A camera or file. ``items`` raises SourceError where nothing (more) can be read for good."""

    @property
    def source_id(self) -> str: ...

    @property
    def is_live(self) -> bool: ...

    def items(self, stop: threading.Event) -> Iterator[Item]: ...
