"""The values that flow between the stages of the detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from numpy.typing import NDArray

    from xunjie.models.detections import Detections

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the full-resolution frame, unclipped, half-open."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture and when it was taken.

    image uint8 (H, W, 3) RGB, full resolution, read-only. ``t_ns`` is the capture time, integer
    UTC nanoseconds, from pts through the source's clock map; ``mono_ns`` the monotonic arrival
    time; ``index`` serves debugging only and is never time.
    """

    source_id: str
    index: int
    pts: int
    time_base: Fraction
    t_ns: int
    mono_ns: int
    image: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.image.dtype != np.uint8 or self.image.ndim != 3 or self.image.shape[2] != 3:
            found = f"{self.image.dtype} {self.image.shape}"
            raise ValueError(f"Frame.image: expected uint8 (H, W, 3), found {found}")
        self.image.flags.writeable = False

    @property
    def wh(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One demuxed, still encoded packet of a source's video stream."""

    source_id: str
    data: bytes
    pts: int | None
    dts: int | None
    duration: int | None
    time_base: Fraction
    is_keyframe: bool
    t_ns: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which a source gave no pictures, and why."""

    source_id: str
    start_ns: int
    end_ns: int
    cause: str


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One analysed frame: what the model saw, when, and how big the frame is."""

    source_id: str
    t_ns: int
    pts: int
    frame_wh: tuple[int, int]
    detections: Detections


@dataclass(frozen=True, slots=True)
class Observation:
    """One episode (one continuing occupation of one place) as it stands at ``t_ns``.

    ``box`` is the episode's settled box (median of recent sightings). ``onset_ns`` is the time of
    the first sighting, ``last_seen_ns`` of the newest, ``dwell_s`` their distance in seconds.
    ``is_seen`` says whether this very sample saw it; ``is_ended`` that it is over and this is its
    last observation. ``score`` is the mean score of the sightings. ``watched_since_ns`` is the
    start of the unbroken watching of this scene, None if not known: what was there already then
    cannot be said to have arrived.
    """

    episode_id: str
    source_id: str
    class_name: str
    t_ns: int
    pts: int
    box: Box
    ground_px: tuple[float, float]
    frame_wh: tuple[int, int]
    onset_ns: int
    last_seen_ns: int
    dwell_s: float
    hits: int
    score: float
    is_seen: bool
    is_ended: bool
    watched_since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's decision that an episode is an alleged violation there and then.

    ``why`` has plain sentences under "zh" and "en"; ``facts`` is JSON-safe and names zone,
    version, hours, permit lookup, dwell, distances and thresholds (numbers, strings, lists only).
    """

    rule_id: str
    rule_version: str
    episode_id: str
    source_id: str
    class_name: str
    zone_id: str
    zone_version: str
    phase: str
    onset_ns: int
    decisive_ns: int
    last_seen_ns: int
    dwell_s: float
    score: float
    box: Box
    why: Mapping[str, str]
    facts: Mapping[str, object]
