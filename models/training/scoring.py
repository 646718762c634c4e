"""Average precision of detections against labels, as the field scores: at IoU 0.5 and 0.2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """All detections of one class over a set, best first.

    ``score`` (n,), ``hit`` (n,) bool: whether each takes a labelled box not taken by a better one;
    ``total``: labelled boxes.
    """

    score: NDArray[np.float64]
    hit: NDArray[np.bool_]
    total: int

    def average_precision(self) -> float:
        """Area under the interpolated precision-recall curve; 0 where nothing is labelled.

        >>> Scored(np.array([0.9, 0.8]), np.array([True, False]), 2).average_precision()
        0.5
        """
        if not len(self.score) or not self.total:
            return 0.0
        hits = np.cumsum(self.hit)
        precision = hits / np.arange(1, len(hits) + 1)
        recall = np.concatenate([[0.0], hits / self.total])
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float(np.sum(np.diff(recall) * envelope))

    def at(self, threshold: float) -> tuple[float, float]:
        """(precision, recall) of what scores at least the threshold; nothing found is (0, 0)."""
        chosen = self.score >= threshold
        found = int(chosen.sum())
        hits = int(self.hit[chosen].sum())
        return hits / found if found else 0.0, hits / self.total if self.total else 0.0


def match(
    found: list[tuple[NDArray[np.float64], Boxes]], truth: list[Boxes], min_iou: float
) -> Scored:
    """Match the detections of one class, picture by picture, best score first.

    ``found``: per picture scores (n,) and boxes (n, 4); ``truth``: per picture boxes (k, 4).
    """
    rows = [
        (float(score), picture, box)
        for picture, (scores, boxes) in enumerate(found)
        for score, box in zip(scores, boxes, strict=True)
    ]
    rows.sort(key=lambda row: -row[0])
    taken = [np.zeros(len(boxes), np.bool_) for boxes in truth]
    hit = np.zeros(len(rows), np.bool_)
    for n, (_, picture, box) in enumerate(rows):
        if not len(truth[picture]):
            continue
        overlaps = np.where(taken[picture], -1.0, iou(box, truth[picture]))
        best = int(overlaps.argmax())
        if overlaps[best] >= min_iou:
            taken[picture][best] = hit[n] = True
    return Scored(np.array([row[0] for row in rows]), hit, sum(len(boxes) for boxes in truth))


def iou(box: NDArray[np.float64], boxes: Boxes) -> NDArray[np.float64]:
    """Intersection over union of one box (4,) with boxes (k, 4)."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    inter = np.clip(high - low, 0.0, None).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1) + float((box[2:] - box[:2]).prod())
    return np.asarray(inter / (areas - inter + 1e-9))
