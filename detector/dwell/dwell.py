"""Place-keyed, loss-tolerant dwell on capture time; never on a tracker's id or a frame count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from xunjie.detector.dwell.episode import Episode, Sighting
from xunjie.detector.dwell.place import affinity, is_duplicate, pair, speaks_for
from xunjie.detector.dwell.settings import CLASS_GROUPS, DwellSettings
from xunjie.detector.types import Observation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunjie.detector.types import Sample

_NS = 1_000_000_000


@dataclass(slots=True, eq=False)
class _Scene:
    """What is open at one source, and the newest sample's place in time."""

    t_ns: int
    pts: int
    frame_wh: tuple[int, int]
    watched_since_ns: int
    episodes: list[Episode] = field(default_factory=list)
    confirmed: int = 0


class Dwell:
    """Turns samples into observations of episodes; one source never touches another's.

    ``open_scores``, one for each of ``class_names``, is what a box must score to open an episode
    (at least ``settings.open_score``); once open, weaker boxes keep it (hysteresis).

    For each sample of a source:

    1. A sample not later than the one before is ignored and counted (``ignored_samples``).
    2. A new frame size ends every episode of the source: its pixels mean other places now.
    3. Episodes unseen for ``max_absence_s`` or open for ``max_episode_s`` end.
    4. Boxes of one class group that are one thing named twice become one sighting.
    5. Sightings join the episode of their group at their place; best fit first, one each.
    6. An episode that has drifted off its place ends; a new one starts at the new place.
    7. Sightings left over open a tentative episode, unless they only name an episode twice or
       ``max_open`` is reached (``refused_episodes``).
    8. A tentative episode with enough sightings over enough time is confirmed and from then on
       observed at every sample until its one last observation (``is_ended``).
    """

    def __init__(
        self,
        class_names: Sequence[str],
        settings: DwellSettings | None = None,
        open_scores: Sequence[float] | None = None,
    ) -> None:
        self._settings = settings or DwellSettings()
        asked = [0.0] * len(class_names) if open_scores is None else list(open_scores)
        # What a box must score, by class, to open an episode.
        self._open_score = np.maximum(np.array(asked, np.float64), self._settings.open_score)
        self._class_names = tuple(class_names)
        by_name = {name: group for group, names in enumerate(CLASS_GROUPS) for name in names}
        self._group = np.array([by_name.get(name, -1) for name in class_names], dtype=np.int64)
        self._scenes: dict[str, _Scene] = {}
        self.ignored_samples = 0
        self.refused_episodes = 0

    def update(self, sample: Sample) -> tuple[Observation, ...]:
        """Every confirmed open episode at this sample, and once each one that has just ended."""
        scene = self._scenes.get(sample.source_id)
        if scene is not None and sample.t_ns <= scene.t_ns:
            self.ignored_samples += 1
            return ()
        if scene is None:
            scene = _Scene(sample.t_ns, sample.pts, sample.frame_wh, sample.t_ns)
            self._scenes[sample.source_id] = scene
        ended = self._advance(scene, sample)
        ended += self._attach(scene, self._sightings(sample), sample.source_id)
        return tuple(
            [_observe(episode, scene, sample.source_id, is_ended=True) for episode in ended]
            + [
                _observe(episode, scene, sample.source_id, is_ended=False)
                for episode in scene.episodes
                if episode.is_confirmed
            ]
        )

    def flush(self, t_ns: int, source_id: str | None = None) -> tuple[Observation, ...]:
        """End what is open, at one source or at all; each confirmed episode's last observation.

        ``t_ns`` earlier than a source's newest sample counts as that sample's time.
        """
        chosen = [source_id] if source_id is not None else list(self._scenes)
        last: list[Observation] = []
        for name in chosen:
            scene = self._scenes.pop(name, None)
            if scene is None:
                continue
            scene.t_ns = max(scene.t_ns, t_ns)
            confirmed = [episode for episode in scene.episodes if episode.is_confirmed]
            last += [_observe(episode, scene, name, is_ended=True) for episode in confirmed]
        return tuple(last)

    def _advance(self, scene: _Scene, sample: Sample) -> list[Episode]:
        """Move the scene to the sample's time; the confirmed episodes that end by it."""
        settings = self._settings
        is_resized = sample.frame_wh != scene.frame_wh
        if is_resized or sample.t_ns - scene.t_ns > round(settings.max_absence_s * _NS):
            scene.watched_since_ns = sample.t_ns
        scene.t_ns, scene.pts, scene.frame_wh = sample.t_ns, sample.pts, sample.frame_wh
        over = [
            is_resized
            or episode.is_absent(sample.t_ns, settings)
            or episode.is_too_long(sample.t_ns, settings)
            for episode in scene.episodes
        ]
        ended = [episode for episode, gone in zip(scene.episodes, over, strict=True) if gone]
        scene.episodes = [e for e, gone in zip(scene.episodes, over, strict=True) if not gone]
        return [episode for episode in ended if episode.is_confirmed]

    def _sightings(self, sample: Sample) -> list[tuple[int, Sighting]]:
        """(group, sighting) of each thing in the sample, named once."""
        found = sample.detections
        group = self._group[found.class_id]
        boxes = found.xyxy.astype(np.float64)
        is_box = ((boxes[:, 2:] - boxes[:, :2]) >= 1.0).all(axis=1)
        kept = (group >= 0) & is_box & (found.score >= self._settings.keep_score)
        return [
            (of, self._sighting(sample, n, by))
            for of in range(len(CLASS_GROUPS))
            for n, by in self._named_once(boxes, found.score, np.flatnonzero(kept & (group == of)))
        ]

    def _named_once(
        self, boxes: NDArray[np.float64], score: NDArray[np.float32], members: NDArray[np.intp]
    ) -> list[tuple[int, int]]:
        """(box, box that names it) of the things of one group, strongest first, wholes first."""
        if not len(members):
            return []
        mine = boxes[members]
        by = speaks_for(mine, score[members].astype(np.float64), self._settings)
        area = (mine[:, 2:] - mine[:, :2]).prod(axis=1)
        chosen: list[int] = []
        for n in np.lexsort((-area, -score[members][by])):
            if not is_duplicate(mine[chosen], mine[n : n + 1], self._settings).any():
                chosen.append(int(n))
        return [(int(members[n]), int(members[by[n]])) for n in chosen]

    def _sighting(self, sample: Sample, n: int, by: int) -> Sighting:
        found = sample.detections
        score, class_id = float(found.score[by]), int(found.class_id[by])
        box = found.xyxy[n].astype(np.float64)
        is_strong = score >= self._open_score[class_id]
        return Sighting(sample.t_ns, box, score, self._class_names[class_id], bool(is_strong))

    def _attach(
        self, scene: _Scene, sightings: list[tuple[int, Sighting]], source_id: str
    ) -> list[Episode]:
        """Give each sighting its episode; the confirmed episodes that ended by drifting."""
        ended: list[Episode] = []
        for group in range(len(CLASS_GROUPS)):
            members = [episode for episode in scene.episodes if episode.group == group]
            found = [sighting for of, sighting in sightings if of == group]
            if not members and not found:
                continue
            boxes = np.array([sighting.box for sighting in found]).reshape(-1, 4)
            # A heap or a row of crates is often boxed in part: it is the same place if it fits
            # the box of now or the one the episode is held to.
            places = np.array([episode.settled for episode in members]).reshape(-1, 4)
            anchors = np.array([episode.anchor for episode in members]).reshape(-1, 4)
            fit = np.maximum(
                affinity(places, boxes, self._settings), affinity(anchors, boxes, self._settings)
            )
            pairs = pair(fit)
            for m, n in pairs:
                ended += self._join(scene, members[m], found[n])
            seen = sorted(m for m, _ in pairs)
            for m, episode in enumerate(members):
                if m not in seen:
                    episode.miss()
            taken = {n for _, n in pairs}
            held = np.concatenate([places[seen], anchors[seen]])
            is_twice = is_duplicate(held, boxes, self._settings)
            twice = {int(n) for _, n in np.argwhere(is_twice)}
            for n, sighting in enumerate(found):
                if n not in taken | twice:
                    self._open(scene, group, sighting)
        self._confirm(scene, source_id)
        return ended

    def _join(self, scene: _Scene, episode: Episode, sighting: Sighting) -> list[Episode]:
        episode.attach(sighting, self._settings)
        if not episode.has_drifted(self._settings):
            return []
        run = episode.at_new_place(sighting, self._settings)
        at = scene.episodes.index(episode)
        scene.episodes[at] = Episode.open(episode.group, scene.frame_wh, run, self._settings)
        return [episode] if episode.is_confirmed else []

    def _open(self, scene: _Scene, group: int, sighting: Sighting) -> None:
        if not sighting.is_strong:
            return
        if len(scene.episodes) >= self._settings.max_open:
            self.refused_episodes += 1
            return
        scene.episodes.append(Episode.open(group, scene.frame_wh, [sighting], self._settings))

    def _confirm(self, scene: _Scene, source_id: str) -> None:
        for episode in scene.episodes:
            if not episode.is_confirmed and episode.may_confirm(self._settings):
                scene.confirmed += 1
                onset_ms = episode.onset_ns // 1_000_000
                episode.confirm(f"{source_id}-{onset_ms}-{scene.confirmed}")


def _observe(episode: Episode, scene: _Scene, source_id: str, *, is_ended: bool) -> Observation:
    x1, y1, x2, y2 = (float(value) for value in episode.settled)
    return Observation(
        episode_id=episode.episode_id,
        source_id=source_id,
        class_name=episode.class_name,
        t_ns=scene.t_ns,
        pts=scene.pts,
        box=(x1, y1, x2, y2),
        ground_px=((x1 + x2) / 2.0, y2),
        frame_wh=episode.frame_wh,
        onset_ns=episode.onset_ns,
        last_seen_ns=episode.last_seen_ns,
        dwell_s=(episode.last_seen_ns - episode.onset_ns) / _NS,
        hits=episode.hits,
        score=episode.score,
        is_seen=not is_ended and episode.last_seen_ns == scene.t_ns,
        is_ended=is_ended,
        watched_since_ns=scene.watched_since_ns,
    )
