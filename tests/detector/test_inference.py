"""What of a model's boxes reaches dwell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tests.detector.sightings import CLASSES, WH, at
from tests.detector.street import ENTRY
from xunjie.detector.inference import KEEP_SHARE, Inference
from xunjie.detector.types import Frame
from xunjie.models.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunjie.models.registry import ModelEntry

THRESHOLDS = dict.fromkeys(CLASSES, 0.4) | {"garbage": 0.8}


class Scores:
    """A session that finds one box of each class at one score, as asked."""

    def __init__(self, score: float) -> None:
        self.entry: ModelEntry = replace(ENTRY, thresholds=THRESHOLDS)
        self._score = score
        self.asked: list[float | None] = []

    def infer(
        self, images: Sequence[NDArray[np.uint8]], min_score: float | None = None
    ) -> list[Detections]:
        self.asked.append(min_score)
        n = len(CLASSES)
        boxes = np.tile(np.array([[0, 0, 9, 9]], np.float32), (n, 1))
        scores = np.full(n, self._score, np.float32)
        return [Detections(boxes, scores, np.arange(n, dtype=np.int32), "m") for _ in images]


def names_at(score: float, wanted: list[str] | None = None) -> set[str]:
    frame = Frame("cam", 0, 0, Fraction(1, 25), at(0), 0, np.zeros((WH[1], WH[0], 3), np.uint8))
    sample = Inference(Scores(score), wanted).analyse(frame)
    return {CLASSES[n] for n in sample.detections.class_id}


def test_each_class_is_kept_from_half_of_its_own_threshold_on() -> None:
    assert names_at(0.41) == set(CLASSES)
    assert names_at(0.39) == set(CLASSES) - {"garbage"}
    assert names_at(0.19) == set()


def test_only_the_wanted_classes_are_kept() -> None:
    assert names_at(0.9, ["stall", "garbage"]) == {"stall", "garbage"}


def test_the_model_is_asked_no_lower_than_the_lowest_kept_score() -> None:
    session = Scores(0.5)
    frame = Frame("cam", 0, 0, Fraction(1, 25), at(0), 0, np.zeros((8, 8, 3), np.uint8))
    Inference(session).analyse(frame)
    assert session.asked[0] is not None
    assert abs(session.asked[0] - KEEP_SHARE * 0.4) < 1e-6


def test_dwell_is_told_the_thresholds_themselves() -> None:
    inference = Inference(Scores(0.5))
    opened = dict(zip(inference.class_names, inference.open_scores, strict=True))
    assert opened == THRESHOLDS
