"""One continuing occupation of one place, as it grows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from xunjie.detector.dwell.place import drift

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunjie.detector.dwell.settings import DwellSettings

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One box of one sample. box float64 (4,) xyxy px; class_name of the model's class list;
    ``is_strong`` if it scores enough to open an episode, not only to keep one."""

    t_ns: int
    box: NDArray[np.float64]
    score: float
    class_name: str
    is_strong: bool


@dataclass(slots=True, eq=False)
class Episode:
    """The sightings of one thing at one place; private to dwell.

    ``anchor`` is the place it is held to: the first box, then the settled box at confirmation.
    ``settled`` is the median of ``recent``, float64 (4,) px.
    """

    group: int
    frame_wh: tuple[int, int]
    anchor: NDArray[np.float64]
    settled: NDArray[np.float64]
    onset_ns: int
    last_seen_ns: int
    recent: deque[Sighting]
    votes: dict[str, float] = field(default_factory=dict)
    score_sum: float = 0.0
    hits: int = 0
    strong_hits: int = 0
    samples: int = 0
    misses: int = 0
    episode_id: str = ""

    @classmethod
    def open(
        cls,
        group: int,
        frame_wh: tuple[int, int],
        sightings: list[Sighting],
        settings: DwellSettings,
    ) -> Episode:
        """A tentative episode that starts with these sightings, oldest first, at least one."""
        first = sightings[0]
        recent: deque[Sighting] = deque(maxlen=settings.settle_sightings)
        episode = cls(group, frame_wh, first.box, first.box, first.t_ns, first.t_ns, recent)
        for sighting in sightings:
            episode.attach(sighting, settings)
        return episode

    @property
    def is_confirmed(self) -> bool:
        """Whether it has been seen often and long enough to be told to the rules."""
        return bool(self.episode_id)

    @property
    def class_name(self) -> str:
        """The class with the largest sum of scores; on a tie the one seen first."""
        return max(self.votes, key=lambda name: self.votes[name])

    @property
    def score(self) -> float:
        """Mean score of all sightings."""
        return self.score_sum / self.hits

    def attach(self, sighting: Sighting, settings: DwellSettings) -> None:
        """Count one more sighting at this place."""
        spacing_ns = round(settings.settle_spacing_s * _NS)
        if not self.recent or sighting.t_ns - self.recent[-1].t_ns >= spacing_ns:
            self.recent.append(sighting)
            self.settled = _median([kept.box for kept in self.recent])
        self.last_seen_ns = sighting.t_ns
        self.hits += 1
        self.strong_hits += sighting.is_strong
        self.samples += 1
        self.misses = 0
        self.score_sum += sighting.score
        votes = self.votes.get(sighting.class_name, 0.0)
        self.votes[sighting.class_name] = votes + sighting.score

    def miss(self) -> None:
        """Count a sample that did not show it."""
        self.samples += 1
        self.misses += 1

    def may_confirm(self, settings: DwellSettings) -> bool:
        """Whether enough sightings over enough time stand behind it."""
        return (
            self.hits >= settings.confirm_hits
            and self.strong_hits >= settings.confirm_strong_hits
            and self.last_seen_ns - self.onset_ns >= round(settings.confirm_s * _NS)
            and self.hits >= settings.confirm_seen_share * self.samples
        )

    def confirm(self, episode_id: str) -> None:
        """Give it its id and hold it to the place where it has settled."""
        self.episode_id = episode_id
        self.anchor = self.settled

    def is_absent(self, t_ns: int, settings: DwellSettings) -> bool:
        """Whether it has been unseen for so long that it counts as gone."""
        absence_ns = t_ns - self.last_seen_ns
        if self.is_confirmed:
            return absence_ns > round(settings.max_absence_s * _NS)
        is_looked_for = self.misses >= settings.tentative_misses
        patience_s = settings.tentative_absence_s if is_looked_for else settings.max_absence_s
        return absence_ns > round(patience_s * _NS)

    def is_too_long(self, t_ns: int, settings: DwellSettings) -> bool:
        """Whether it has been open for the longest time allowed."""
        return t_ns - self.onset_ns >= round(settings.max_episode_s * _NS)

    def has_drifted(self, settings: DwellSettings) -> bool:
        """Whether it stands at another place than the one it is held to."""
        return drift(self.anchor, self.settled) > settings.drift_share

    def at_new_place(self, newest: Sighting, settings: DwellSettings) -> list[Sighting]:
        """The unbroken run of latest sightings that stand where ``newest`` stands."""
        run = [newest]
        for sighting in reversed(self.recent):
            if sighting is newest:
                continue
            if drift(newest.box, sighting.box) > settings.drift_share / 2.0:
                break
            run.insert(0, sighting)
        return run


def _median(boxes: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Median of each coordinate; np.median costs five times as much for so few."""
    ranked = np.sort(boxes, axis=0)
    middle: NDArray[np.float64] = (ranked[(len(boxes) - 1) // 2] + ranked[len(boxes) // 2]) / 2.0
    return middle
