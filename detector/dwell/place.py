"""Whether two boxes are the same place. Boxes float64 (n, 4) xyxy in px, positive area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunjie.detector.dwell.settings import DwellSettings

    Array = NDArray[np.float64]


def affinity(places: Array, boxes: Array, settings: DwellSettings) -> Array:
    """How well each box (n) fits each place (m), float64 (m, n); 0 means another place.

    The largest of three measures, in falling order of trust: IoU; cover (the smaller box inside
    the larger, partly hidden), counted half; nearness of the centres, counted a quarter.
    """
    iou, cover, ratio = _overlaps(places, boxes)
    offset = _offset(places, boxes)
    is_hidden = (cover >= settings.same_place_cover) & (ratio >= settings.same_place_area_ratio)
    is_near = (offset < settings.same_place_offset) & (ratio >= settings.same_place_area_ratio)
    by_iou = np.where(iou >= settings.same_place_iou, iou, 0.0)
    by_cover = np.where(is_hidden, 0.5 * cover, 0.0)
    by_offset = np.where(is_near, 0.25 * (1.0 - offset / settings.same_place_offset), 0.0)
    best: Array = np.maximum(np.maximum(by_iou, by_cover), by_offset)
    return best


def is_duplicate(places: Array, boxes: Array, settings: DwellSettings) -> NDArray[np.bool_]:
    """Whether box (n) is the thing at place (m) named twice, bool (m, n)."""
    iou, cover, ratio = _overlaps(places, boxes)
    is_part = (cover >= settings.duplicate_cover) & (ratio >= settings.same_place_area_ratio)
    twice: NDArray[np.bool_] = (iou >= settings.duplicate_iou) | is_part
    return twice


def speaks_for(boxes: Array, score: Array, settings: DwellSettings) -> NDArray[np.intp]:
    """Index (n,) of the box whose name and score each box takes over, itself in most cases.

    A row of crates is often boxed whole and in parts, the parts scoring higher. The whole is the
    thing: it takes over from its strongest part, unless it scores too little beside it.
    """
    _, cover, ratio = _overlaps(boxes, boxes)
    area = _area(boxes)
    is_part = (cover >= settings.duplicate_cover) & (ratio >= settings.same_place_area_ratio)
    is_part &= area[:, None] >= area[None, :]
    is_part &= score[:, None] >= settings.whole_score_share * score[None, :]
    np.fill_diagonal(is_part, val=True)
    strongest: NDArray[np.intp] = np.where(is_part, score[None, :], -1.0).argmax(axis=1)
    return strongest


def pair(fit: Array) -> list[tuple[int, int]]:
    """(place, box) pairs, best fit first, each used once; fits of 0 are never paired.

    Greedy: the best pair is nearly always obvious for things that stand still.

    >>> pair(np.array([[0.9, 0.5], [0.8, 0.0]]))
    [(0, 0)]
    """
    pairs: list[tuple[int, int]] = []
    left = fit.copy()
    while left.size and left.max() > 0.0:
        m, n = divmod(int(left.argmax()), left.shape[1])
        pairs.append((m, n))
        left[m, :] = 0.0
        left[:, n] = 0.0
    return pairs


def drift(place: Array, box: Array) -> float:
    """How far ``box`` has moved from ``place``: centre offset, the larger axis, in box sizes.

    >>> drift(np.array([0., 0., 10., 10.]), np.array([5., 0., 15., 10.]))
    0.5
    """
    size = np.maximum(place[2:] - place[:2], box[2:] - box[:2])
    moved = np.abs((place[:2] + place[2:]) - (box[:2] + box[2:])) / 2.0
    return float((moved / size).max())


def _overlaps(places: Array, boxes: Array) -> tuple[Array, Array, Array]:
    """IoU, share of the smaller box covered, ratio of the areas; each (m, n)."""
    low = np.maximum(places[:, None, :2], boxes[None, :, :2])
    high = np.minimum(places[:, None, 2:], boxes[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    shared = sides[:, :, 0] * sides[:, :, 1]
    area_m, area_n = _area(places)[:, None], _area(boxes)[None, :]
    smaller, larger = np.minimum(area_m, area_n), np.maximum(area_m, area_n)
    return shared / (area_m + area_n - shared), shared / smaller, smaller / larger


def _area(boxes: Array) -> Array:
    area: Array = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return area


def _offset(places: Array, boxes: Array) -> Array:
    """Distance of the centres, the larger axis, in shares of the smaller box; (m, n)."""
    size = np.minimum(
        (places[:, 2:] - places[:, :2])[:, None, :], (boxes[:, 2:] - boxes[:, :2])[None, :, :]
    )
    centre_m = (places[:, :2] + places[:, 2:]) / 2.0
    centre_n = (boxes[:, :2] + boxes[:, 2:]) / 2.0
    offset: Array = (np.abs(centre_m[:, None, :] - centre_n[None, :, :]) / size).max(axis=2)
    return offset
