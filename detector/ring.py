"""The newest encoded packets of a source: pre-roll that costs no decoding."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xunjie.detector.types import EncodedPacket


@dataclass(frozen=True, slots=True)
class RingLimits:
    """``seconds`` is kept whole from a keyframe on; ``max_bytes`` wins over it."""

    seconds: float = 20.0
    max_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Packets in decoding order from a keyframe on, and the template they belong to."""

    template: bytes
    packets: tuple[EncodedPacket, ...]


class PacketRing:
    """Bounded in seconds and bytes, trimmed to keyframes. One writer, any readers.

        K p p p | K p p p | K p p ...      K: keyframe; whole groups leave on the left
    """

    def __init__(self, limits: RingLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._groups: deque[list[EncodedPacket]] = deque()
        self._bytes = 0
        self._template = b""
        self.overflows = 0

    @property
    def n_bytes(self) -> int:
        """Bytes of encoded data held now."""
        return self._bytes

    def start(self, template: bytes) -> None:
        """A new stream: nothing older can be joined to what comes."""
        with self._lock:
            self._template = template
            self._clear()

    def push(self, packet: EncodedPacket) -> None:
        """Add the next packet in decoding order; packets before a first keyframe are dropped."""
        with self._lock:
            if packet.is_keyframe:
                self._groups.append([])
            if not self._groups:
                return
            self._groups[-1].append(packet)
            self._bytes += len(packet.data)
            self._trim(packet.t_ns)

    def cut(self, from_ns: int, to_ns: int, keep_ns: int) -> Cut | None:
        """The packets presented from ``from_ns`` to ``to_ns``, begun at the keyframe before.

        Where the ring does not reach back to ``from_ns`` it begins later, but at or before
        ``keep_ns``; None where not even that is held.
        """
        with self._lock:
            groups = [list(group) for group in self._groups]
            template = self._template
        first = _start_group(groups, from_ns, keep_ns)
        if first is None:
            return None
        head_ns = groups[first][0].t_ns or 0
        packets = [p for group in groups[first:] for p in group]
        last = max(i for i, p in enumerate(packets) if p.t_ns is not None and p.t_ns <= to_ns)
        # Leading pictures of an open GOP refer to a group that is not in the clip.
        kept = (p for p in packets[: last + 1] if p.t_ns is not None and p.t_ns >= head_ns)
        return Cut(template, tuple(kept))

    def _trim(self, newest_ns: int | None) -> None:
        floor_ns = (newest_ns or 0) - round(self._limits.seconds * 1e9)
        while len(self._groups) > 1 and (self._groups[1][0].t_ns or 0) <= floor_ns:
            self._drop_oldest()
        while self._bytes > self._limits.max_bytes and self._groups:
            self.overflows += 1
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._bytes -= sum(len(p.data) for p in self._groups.popleft())

    def _clear(self) -> None:
        self._groups.clear()
        self._bytes = 0


def _start_group(groups: list[list[EncodedPacket]], from_ns: int, keep_ns: int) -> int | None:
    heads = [group[0].t_ns or 0 for group in groups]
    before = [i for i, head_ns in enumerate(heads) if head_ns <= from_ns]
    if before:
        return before[-1]
    return 0 if heads and heads[0] <= keep_ns else None
