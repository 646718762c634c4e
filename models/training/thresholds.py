"""Choosing a score threshold for every class, on validation sets and quiet streets."""

from __future__ import annotations

import numpy as np

from xunjie.models.training.measured import ALARM_CLASSES, QUIET_CLASSES, Measured
from xunjie.models.training.scoring import Scored

LOWEST, HIGHEST = 0.1, 0.9
ALARM_LOWEST = 0.15  # quiet pictures are few: that none alarms below it proves little
UNMEASURED = 0.5  # for a class that no set labels: better silent than wrong
_ALARM_BETA = 0.5  # a missed one is seen again at the next sample, a false one is walked to
_FEW_BOXES = 5  # below it a set's best threshold is chance, the next set is asked
_MATCH_IOU = 0.2  # fuzzy edges; the field scores at 0.2
_STEP = 0.01


def choose(
    sets: list[Measured], quiet: list[Measured], alarms_an_image: float = 0.1
) -> dict[str, float]:
    """A threshold for every class, in [0.1, 0.9], alarm classes in [0.15, 0.9].

    1. The best F1 on the first of ``sets`` with enough boxes of the class (real sets first); for
       alarm classes the best F0.5 (precision counts double) on all sets that label it together,
       because each alone has too few boxes.
    2. What quiet streets do not show: raised until all such classes together stay within
       ``alarms_an_image`` on the quiet pictures, each getting an equal share.
    """
    chosen = {}
    for name in sets[0].classes:
        by_set = [measured.scored(name, _MATCH_IOU) for measured in sets]
        if name in ALARM_CLASSES:
            chosen[name] = max(_best_f([_pooled(by_set)], _ALARM_BETA), ALARM_LOWEST)
        else:
            chosen[name] = max(_best_f(by_set, 1.0), LOWEST)
    for name in QUIET_CLASSES:
        chosen[name] = max(chosen[name], _quiet_from(name, quiet, alarms_an_image))
    return {name: round(float(min(value, HIGHEST)), 2) for name, value in chosen.items()}


def _pooled(by_set: list[Scored]) -> Scored:
    """The detections of all sets that label the class, as if they were one set."""
    labelled = [scored for scored in by_set if scored.total] or by_set[:1]
    score = np.concatenate([scored.score for scored in labelled])
    hit = np.concatenate([scored.hit for scored in labelled])
    order = np.argsort(-score, kind="stable")
    return Scored(score[order], hit[order], sum(scored.total for scored in labelled))


def _best_f(candidates: list[Scored], beta: float) -> float:
    for scored in candidates:
        if scored.total < _FEW_BOXES or not scored.hit.any():
            continue
        hits = np.cumsum(scored.hit)
        found = np.arange(1, len(hits) + 1)
        f = (1 + beta**2) * hits / (found + beta**2 * scored.total)
        # Points of the best curve are noisy; the middle of all thresholds within 1 % of the best.
        return float(np.median(scored.score[f >= 0.99 * f.max()]))
    return UNMEASURED


def _quiet_from(name: str, quiet: list[Measured], alarms_an_image: float) -> float:
    """The lowest threshold at which the class keeps its share of the allowed false alarms."""
    scores, pictures = [], 0
    for measured in quiet:
        class_id = measured.classes.index(name)
        scores += [float(s) for d in measured.found for s in d.score[d.class_id == class_id]]
        pictures += len(measured.found)
    allowed = int(pictures * alarms_an_image / len(QUIET_CLASSES))
    above = sorted(scores, reverse=True)
    return above[allowed] + _STEP if len(above) > allowed else 0.0
