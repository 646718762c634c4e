"""Choosing a score threshold for every class, on validation sets and quiet streets."""

from __future__ import annotations

import numpy as np

from xunjie.models.training.measured import ALARM_CLASSES, Measured

LOWEST, HIGHEST = 0.1, 0.9
UNMEASURED = 0.5  # for a class that no set labels: better silent than wrong
_FEW_BOXES = 5  # below it a set's best threshold is chance, the next set is asked
_MATCH_IOU = 0.2  # fuzzy edges; the field scores at 0.2
_STEP = 0.01


def choose(
    sets: list[Measured], quiet: list[Measured], alarms_an_image: float = 0.1
) -> dict[str, float]:
    """A threshold for every class, in [0.1, 0.9].

    1. The best F1 on the first of ``sets`` with enough boxes of the class (real sets first).
    2. For the classes whose false alarm costs an officer's walk: raised until all of them together
       stay within ``alarms_an_image`` on the quiet pictures, each class getting an equal share.
    """
    chosen = {name: _best_f1(name, sets) for name in sets[0].classes}
    for name in ALARM_CLASSES:
        chosen[name] = max(chosen[name], _quiet_from(name, quiet, alarms_an_image))
    return {name: round(float(np.clip(t, LOWEST, HIGHEST)), 2) for name, t in chosen.items()}


def _best_f1(name: str, sets: list[Measured]) -> float:
    for measured in sets:
        scored = measured.scored(name, _MATCH_IOU)
        if scored.total < _FEW_BOXES or not scored.hit.any():
            continue
        hits = np.cumsum(scored.hit)
        f1 = 2 * hits / (np.arange(1, len(hits) + 1) + scored.total)
        # The best curve points are noisy; take the middle of all thresholds within 1 % of the best.
        near = scored.score[f1 >= 0.99 * f1.max()]
        return float(np.median(near))
    return UNMEASURED


def _quiet_from(name: str, quiet: list[Measured], alarms_an_image: float) -> float:
    """The lowest threshold at which the class keeps its share of the allowed false alarms."""
    scores, pictures = [], 0
    for measured in quiet:
        class_id = measured.classes.index(name)
        scores += [float(s) for d in measured.found for s in d.score[d.class_id == class_id]]
        pictures += len(measured.found)
    allowed = int(pictures * alarms_an_image / len(ALARM_CLASSES))
    above = sorted(scores, reverse=True)
    return above[allowed] + _STEP if len(above) > allowed else 0.0
