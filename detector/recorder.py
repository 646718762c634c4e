"""Collects what proves a finding: stills at once, the clip when its post-roll has passed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.detector.stills import Album, OpeningStills, Still, encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xunjie.detector.ring import Cut, PacketRing
    from xunjie.detector.types import Finding, Frame, Gap, Observation, Sample

# Packets come in decoding order: one shown before the post-roll's end may follow one shown after.
REORDER_NS = 500_000_000


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """``pre_s`` and ``post_s`` of clip around the decisive frame; ``class_ids`` that may become
    violations (only their pictures are kept); bounds of what is held."""

    class_ids: frozenset[int]
    pre_s: float = 6.0
    post_s: float = 4.0
    max_waiting: int = 16
    max_samples: int = 128
    max_gaps: int = 64


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Everything held for one finding, ready to be sealed.

    ``cut`` None: the ring no longer held the decisive frame. ``cut_short``: why there is less
    post-roll than asked for, or None.
    """

    finding: Finding
    frame_wh: tuple[int, int]
    opening: OpeningStills
    decisive: Still
    cut: Cut | None
    cut_short: str | None
    samples: tuple[Sample, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    finding: Finding
    frame_wh: tuple[int, int]
    opening: OpeningStills
    decisive: Still


class Recorder:
    """Recordings of one source. Called by one thread; only the ring is shared."""

    def __init__(self, ring: PacketRing, settings: RecorderSettings) -> None:
        self._ring = ring
        self._settings = settings
        self._album = Album()
        self._samples: deque[Sample] = deque(maxlen=settings.max_samples)
        self._gaps: deque[Gap] = deque(maxlen=settings.max_gaps)
        self._waiting: list[_Waiting] = []

    def see(self, frame: Frame, sample: Sample, observations: Sequence[Observation]) -> None:
        """Note a sample, before its findings are recorded."""
        ids = set(sample.detections.class_id.tolist())
        self._album.see(frame, is_of_interest=bool(ids & self._settings.class_ids))
        self._samples.append(sample)
        for observation in observations:
            if not observation.is_ended:
                self._album.open(observation.episode_id, observation.onset_ns)

    def note_gap(self, gap: Gap) -> None:
        """Note a stretch without pictures; recordings that touch it tell of it."""
        self._gaps.append(gap)

    def forget(self, observations: Sequence[Observation]) -> None:
        """Let go of the stills of episodes that are over."""
        for observation in observations:
            if observation.is_ended:
                self._album.forget(observation.episode_id)

    def record(self, finding: Finding, frame: Frame) -> list[Recording]:
        """Begin a recording whose decisive frame is ``frame``.

        Returns the oldest recording, sealed short, where too many are waiting already.
        """
        decisive = Still(frame.t_ns, frame.pts, encode_jpeg(frame.image))
        opening = self._album.opening(finding.episode_id)
        self._waiting.append(_Waiting(finding, frame.wh, opening, decisive))
        if len(self._waiting) <= self._settings.max_waiting:
            return []
        return [self._finish(self._waiting.pop(0), "too many recordings at once")]

    def due(self, newest_ns: int) -> list[Recording]:
        """The recordings whose post-roll has passed when packets up to ``newest_ns`` arrived."""
        ready_ns = newest_ns - round(self._settings.post_s * 1e9) - REORDER_NS
        due = [w for w in self._waiting if w.decisive.t_ns <= ready_ns]
        self._waiting = [w for w in self._waiting if w.decisive.t_ns > ready_ns]
        return [self._finish(waiting, None) for waiting in due]

    def close(self, reason: str) -> list[Recording]:
        """Finish every recording with what there is; ``reason`` says why it may be short."""
        waiting, self._waiting = self._waiting, []
        return [self._finish(one, reason) for one in waiting]

    def _finish(self, waiting: _Waiting, cut_short: str | None) -> Recording:
        decisive_ns = waiting.decisive.t_ns
        from_ns = decisive_ns - round(self._settings.pre_s * 1e9)
        to_ns = decisive_ns + round(self._settings.post_s * 1e9)
        near = tuple(s for s in self._samples if from_ns <= s.t_ns <= to_ns)
        onset_ns = waiting.finding.onset_ns
        gaps = tuple(g for g in self._gaps if g.end_ns >= onset_ns and g.start_ns <= to_ns)
        return Recording(
            finding=waiting.finding,
            frame_wh=waiting.frame_wh,
            opening=waiting.opening,
            decisive=waiting.decisive,
            cut=self._ring.cut(from_ns, to_ns, decisive_ns),
            cut_short=cut_short,
            samples=near,
            gaps=gaps,
        )
