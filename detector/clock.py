"""From a stream's pts to UTC: integer nanoseconds, never running backwards, breaks named.

A file's clock starts at a declared instant and follows pts. A camera's clock is anchored to the
host's clock when its first packet arrives and follows pts from there. Where pts cannot be true
(it jumped back, or far ahead) the clock is re-anchored and the break is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

NS = 1_000_000_000

# Reordering of B-frames, and muxers' rounding, move time stamps back by a few frames at most.
MAX_BACK_NS = 1 * NS
# A recorder that stops between events leaves true holes in a file; a broken time stamp leaves
# holes of days (33-bit wrap of MPEG-TS: 26.5 h).
MAX_FILE_HOLE_NS = 24 * 3600 * NS
# Below this a hole in a file is variable frame rate, above it a gap worth recording.
FILE_GAP_NS = 10 * NS
# A camera may burst its buffered GOP when we connect, and the network may stall and catch up;
# outside of this the camera's clock and ours disagree.
MAX_AHEAD_NS = 5 * NS
MAX_BEHIND_NS = 10 * NS


class PtsClock:
    """Maps ticks of ``time_base`` to UTC nanoseconds around one anchor.

    ``is_live``: judge ticks also against the monotonic arrival time.
    """

    def __init__(self, time_base: Fraction, *, is_live: bool) -> None:
        self._time_base = time_base
        self._is_live = is_live
        self._anchor: tuple[int, int, int] | None = None  # ticks, UTC ns, monotonic ns
        self._last_ticks = 0
        self._last_ns = 0

    def t_ns(self, ticks: int) -> int:
        """The UTC instant of ``ticks``. The clock must have been anchored."""
        if self._anchor is None:
            raise ValueError("PtsClock: expected anchor() before t_ns()")
        return self._anchor[1] + self._ns(ticks - self._anchor[0])

    def anchor(self, ticks: int, utc_ns: int, mono_ns: int) -> None:
        """From now on ``ticks`` is ``utc_ns``, but never earlier than what was already said."""
        if self._anchor is not None:
            utc_ns = max(utc_ns, self._last_ns + 1)
        self._anchor = (ticks, utc_ns, mono_ns)
        self._last_ticks, self._last_ns = ticks, utc_ns

    @property
    def is_anchored(self) -> bool:
        """Whether the clock can tell the time yet."""
        return self._anchor is not None

    @property
    def last_ns(self) -> int:
        """The newest instant told by ``advance``."""
        return self._last_ns

    def broken_by(self, ticks: int, mono_ns: int) -> str | None:
        """Why these ticks (in decoding order) cannot be true, or None where they can."""
        if self._anchor is None:
            return None
        step_ns = self._ns(ticks - self._last_ticks)
        if step_ns < -MAX_BACK_NS:
            return f"pts jumped back by {-step_ns / NS:.3f} s"
        if not self._is_live:
            hole = step_ns > MAX_FILE_HOLE_NS
            return f"pts jumped ahead by {step_ns / NS:.0f} s" if hole else None
        ahead_ns = self._ns(ticks - self._anchor[0]) - (mono_ns - self._anchor[2])
        if not -MAX_BEHIND_NS <= ahead_ns <= MAX_AHEAD_NS:
            return f"pts is {ahead_ns / NS:+.1f} s off the host clock"
        return None

    def advance(self, ticks: int) -> int:
        """Note progress to ``ticks``; how many ns were skipped if that is a gap, else 0."""
        step_ns = self._ns(ticks - self._last_ticks)
        if step_ns > 0:
            self._last_ticks, self._last_ns = ticks, self.t_ns(ticks)
        return step_ns if step_ns > FILE_GAP_NS else 0

    def _ns(self, ticks: int) -> int:
        return round(ticks * NS * self._time_base)
