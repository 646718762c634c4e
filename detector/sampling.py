"""Which instants of a source are analysed: a grid in time, never a count of frames."""

from __future__ import annotations

# A keyframe that arrives a hair before its slot (rounding of time bases) still fills it; without
# this a 2 s grid over a 2 s GOP would skip every other keyframe.
EARLY_SHARE = 0.02


class Sampler:
    """At most one frame in each slot of ``1 / sample_hz`` seconds, counted from the first frame."""

    def __init__(self, sample_hz: float) -> None:
        if not sample_hz > 0.0:
            raise ValueError(f"Sampler.sample_hz: expected > 0, found {sample_hz}")
        self.period_ns = round(1e9 / sample_hz)
        self._early_ns = round(self.period_ns * EARLY_SHARE)
        self._origin_ns: int | None = None
        self._slot = -1

    @property
    def due_ns(self) -> int | None:
        """From which instant on the next frame is wanted; None: at once."""
        if self._origin_ns is None:
            return None
        return self._origin_ns + (self._slot + 1) * self.period_ns - self._early_ns

    def is_due(self, t_ns: int) -> bool:
        """Whether a frame taken at ``t_ns`` is wanted."""
        due_ns = self.due_ns
        return due_ns is None or t_ns >= due_ns

    def take(self, t_ns: int) -> None:
        """Note that the frame of ``t_ns`` was taken; its slot is filled."""
        if self._origin_ns is None:
            self._origin_ns = t_ns
        self._slot = (t_ns + self._early_ns - self._origin_ns) // self.period_ns
