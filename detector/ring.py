"""The newest encoded packets of a source: pre-roll that costs no decoding."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xunjie.detector.types import EncodedPacket


@dataclass(frozen=True, slots=True)
class RingLimits:
    """``seconds`` is kept whole from a keyframe on; ``max_bytes`` wins over it."""

    seconds: float = 20.0
    max_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Packets of one stream in decoding order from a keyframe on, and the stream's template."""

    template: bytes
    packets: tuple[EncodedPacket, ...]


@dataclass(slots=True, eq=False)
class _Group:
    """A group of pictures. ``stream`` counts (re)connections; groups of two never join."""

    stream: int
    template: bytes
    head_ns: int
    packets: list[EncodedPacket] = field(default_factory=list)


class PacketRing:
    """Bounded in seconds and bytes, trimmed to keyframes. One writer, any readers.

    K p p p | K p p p | K p p ...      K: keyframe; whole groups leave on the left
    """

    def __init__(self, limits: RingLimits | None = None) -> None:
        self._limits = limits or RingLimits()
        self._lock = threading.Lock()
        self._groups: deque[_Group] = deque()
        self._bytes = 0
        self._stream = 0
        self._template = b""
        self._is_waiting = True
        self.overflows = 0

    @property
    def n_bytes(self) -> int:
        """Bytes of encoded data held now."""
        return self._bytes

    def start(self, template: bytes) -> None:
        """A new stream begins: what comes does not continue what is held."""
        with self._lock:
            self._stream += 1
            self._template = template
            self._is_waiting = True

    def push(self, packet: EncodedPacket) -> None:
        """Add the next packet in decoding order; packets before a first keyframe are dropped."""
        with self._lock:
            if packet.is_keyframe and packet.t_ns is not None:
                self._groups.append(_Group(self._stream, self._template, packet.t_ns))
                self._is_waiting = False
            if self._is_waiting:
                return
            self._groups[-1].packets.append(packet)
            self._bytes += len(packet.data)
            self._trim(packet.t_ns or 0)

    def cut(self, from_ns: int, to_ns: int, keep_ns: int) -> Cut | None:
        """The packets shown from ``from_ns`` to ``to_ns``, begun at the keyframe before.

        They are of the stream that shows ``keep_ns``. Where it is not held back to ``from_ns``
        the cut begins later, but at or before ``keep_ns``; None where not even that is held.
        """
        with self._lock:
            groups = [
                _Group(g.stream, g.template, g.head_ns, list(g.packets)) for g in self._groups
            ]
        groups = _one_stream(groups, from_ns, keep_ns)
        if not groups:
            return None
        packets = [packet for group in groups for packet in group.packets]
        end = _end(packets, to_ns)
        # Leading pictures of an open GOP refer to a group that is not in the clip.
        head_ns = groups[0].head_ns
        kept = (p for p in packets[:end] if p.t_ns is not None and p.t_ns >= head_ns)
        return Cut(groups[0].template, tuple(kept))

    def _trim(self, newest_ns: int) -> None:
        floor_ns = newest_ns - round(self._limits.seconds * 1e9)
        while len(self._groups) > 1 and self._groups[1].head_ns <= floor_ns:
            self._drop_oldest()
        while self._bytes > self._limits.max_bytes and self._groups:
            # One endless group is dropped whole: without its keyframe the rest is no picture.
            self.overflows += 1
            self._drop_oldest()
        self._is_waiting = not self._groups

    def _drop_oldest(self) -> None:
        self._bytes -= sum(len(packet.data) for packet in self._groups.popleft().packets)


def _end(packets: Sequence[EncodedPacket], to_ns: int) -> int:
    """How many packets, in decoding order, show everything up to ``to_ns`` without a hole.

    A kept packet shown later than ``to_ns`` (others refer to it) brings those between with it.
    """
    while True:
        end = 1 + max(i for i, p in enumerate(packets) if p.t_ns is not None and p.t_ns <= to_ns)
        shown_ns = max(p.t_ns or 0 for p in packets[:end])
        if shown_ns <= to_ns:
            return end
        to_ns = shown_ns


def _one_stream(groups: Sequence[_Group], from_ns: int, keep_ns: int) -> list[_Group]:
    held = [group for group in groups if group.head_ns <= keep_ns]
    if not held:
        return []
    same = [group for group in groups if group.stream == held[-1].stream]
    early = [group.head_ns for group in same if group.head_ns <= from_ns]
    start_ns = max(early, default=same[0].head_ns)
    return [group for group in same if group.head_ns >= start_ns]
