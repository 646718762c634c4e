"""Untouched full-resolution stills, and which ones to keep until an episode turns out to matter."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xunjie.detector.types import Frame

# Measured on street pictures: no visible loss at 92, 400 kB for 1080p; 100 doubles the size.
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Still:
    """One encoded picture and when it was taken."""

    t_ns: int
    pts: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class OpeningStills:
    """How an episode began. ``scene``: the last sample before its onset, None where the source
    began with it; ``onset``: its first sighting, None where that is no longer held."""

    scene: Still | None
    onset: Still | None


def encode_jpeg(image: NDArray[np.uint8]) -> bytes:
    """JPEG of an RGB picture uint8 (H, W, 3)."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError(f"encode_jpeg: expected a picture, found {image.dtype} {image.shape}")
    return data.tobytes()


class Album:
    """The stills of one source: the newest few samples, and the beginnings of open episodes.

    Only samples that show something that may become a violation, and the sample before each, are
    encoded at all. ``max_recent`` must reach back from an episode's confirmation to its onset;
    of more than ``max_episodes`` open ones the oldest lose their opening stills.
    """

    def __init__(self, max_recent: int = 16, max_episodes: int = 64) -> None:
        self._recent: deque[Still] = deque(maxlen=max_recent)
        self._openings: OrderedDict[str, OpeningStills] = OrderedDict()
        self._max_episodes = max_episodes
        self._before: Frame | None = None
        self.dropped = 0

    def see(self, frame: Frame, *, is_of_interest: bool) -> None:
        """Take note of the next sample of the source."""
        if is_of_interest:
            for picture in (self._before, frame):
                if picture is not None and not self._holds(picture.t_ns):
                    self._recent.append(_still(picture))
        self._before = frame

    def open(self, episode_id: str, onset_ns: int) -> None:
        """Keep the beginning of an episode, once, from the samples still held."""
        if episode_id in self._openings:
            return
        scene = max((s for s in self._recent if s.t_ns < onset_ns), key=_time, default=None)
        onset = next((s for s in self._recent if s.t_ns == onset_ns), None)
        self._openings[episode_id] = OpeningStills(scene, onset)
        if len(self._openings) > self._max_episodes:
            self._openings.popitem(last=False)
            self.dropped += 1

    def opening(self, episode_id: str) -> OpeningStills:
        """How the episode began, as far as it is held."""
        return self._openings.get(episode_id, OpeningStills(None, None))

    def forget(self, episode_id: str) -> None:
        """The episode is over."""
        self._openings.pop(episode_id, None)

    def _holds(self, t_ns: int) -> bool:
        return any(still.t_ns == t_ns for still in self._recent)


def _time(still: Still) -> int:
    return still.t_ns


def _still(frame: Frame) -> Still:
    return Still(frame.t_ns, frame.pts, encode_jpeg(frame.image))
