"""Composing training pictures: tiles at random scale and aspect, light, noise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from xunjie.models.letterbox import PAD
from xunjie.models.training.dataset import Example

GRID = 8  # px; one cell of the set and ignore maps, the finest anchor stride
_TILES_A_SIDE = (1, 2, 3)
_TILES_SHARES = (0.4, 0.45, 0.15)
_SINGLE_SCALE = (0.7, 1.9)  # of the scale that just fits
_TILE_SCALE = (0.85, 1.9)
_ASPECTS = (0.75, 1.0, 1.33, 1.5, 1.78)  # of photos, for sets that lost theirs
_ASPECT_JITTER = 0.15  # log
_MIN_VISIBLE = 0.25  # share of a box that must remain after cropping
_MIN_SIDE_PX = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """One network input: ``image`` uint8 (H, W, 3) RGB, ``boxes`` float32 (n, 4) px xyxy.

    ``set_map`` uint8 and ``ignore_map`` bool (H/8, W/8), see MaskedDetectionLoss.
    """

    image: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    class_ids: NDArray[np.int64]
    set_map: NDArray[np.uint8]
    ignore_map: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A picture to place: the example, its pixels, whether its aspect is to be drawn."""

    example: Example
    pixels: NDArray[np.uint8]
    squeezed: bool


Region = tuple[int, int, int, int]


def regions(wh: tuple[int, int], rng: np.random.Generator) -> list[Region]:
    """The whole picture, or 2x2 or 3x3 parts with random borders on the grid (xyxy px)."""
    sides = int(rng.choice(_TILES_A_SIDE, p=_TILES_SHARES))
    columns, rows = (_borders(length, sides, rng) for length in wh)
    return [(x1, y1, x2, y2) for y1, y2 in pairwise(rows) for x1, x2 in pairwise(columns)]


def _borders(length: int, parts: int, rng: np.random.Generator) -> list[int]:
    inner = [(k + rng.uniform(-0.3, 0.3)) * length / parts for k in range(1, parts)]
    return [0, *(int(v) // GRID * GRID for v in inner), length]


def compose(
    tiles: list[Tile],
    places: list[Region],
    wh: tuple[int, int],
    padding_row: int,
    rng: np.random.Generator,
) -> Composed:
    """Place one tile in each region; what no picture covers is padding."""
    width, height = wh
    image = np.full((height, width, 3), PAD, np.uint8)
    set_map = np.full((height // GRID, width // GRID), padding_row, np.uint8)
    ignore_map = np.zeros(set_map.shape, np.bool_)
    boxes, class_ids = [], []
    for tile, region in zip(tiles, places, strict=True):
        placement = _draw_placement(tile, region, len(places) > 1, rng)
        covered = _paste(image, tile.pixels, placement, region)
        set_map[_cells(covered)] = tile.example.set_index
        for box in placement.move(tile.example.ignored):
            ignore_map[_cells(_clipped(box, region))] = True
        moved = placement.move(tile.example.boxes)
        clipped, kept = _visible(moved, region)
        boxes.append(clipped[kept])
        class_ids.append(tile.example.class_ids[kept])
    image = photometric(image, rng)
    return Composed(image, np.concatenate(boxes), np.concatenate(class_ids), set_map, ignore_map)


@dataclass(frozen=True, slots=True)
class _Placement:
    """Where a picture's top left corner comes to lie, its size there, and whether it is flipped."""

    x: int
    y: int
    width: int
    height: int
    flipped: bool

    def move(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalised boxes to pixels of the composed picture."""
        moved = boxes.copy()
        if self.flipped:
            moved[:, [0, 2]] = 1.0 - moved[:, [2, 0]]
        moved *= np.array([self.width, self.height] * 2, np.float32)
        return moved + np.array([self.x, self.y] * 2, np.float32)


def _draw_placement(
    tile: Tile, region: Region, in_mosaic: bool, rng: np.random.Generator
) -> _Placement:
    rows, columns = tile.pixels.shape[:2]
    aspect = columns / rows
    if tile.squeezed:
        aspect = float(rng.choice(_ASPECTS))
    aspect *= float(np.exp(rng.uniform(-_ASPECT_JITTER, _ASPECT_JITTER)))
    region_w, region_h = region[2] - region[0], region[3] - region[1]
    low, high = _TILE_SCALE if in_mosaic else _SINGLE_SCALE
    scale = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    width = max(16, int(min(region_w, region_h * aspect) * scale))
    height = max(16, int(width / aspect))
    x = region[0] + int(rng.uniform(*sorted((0, region_w - width))))
    y = region[1] + int(rng.uniform(*sorted((0, region_h - height))))
    return _Placement(x, y, width, height, bool(rng.random() < 0.5))


def _paste(
    image: NDArray[np.uint8], pixels: NDArray[np.uint8], place: _Placement, region: Region
) -> Region:
    shrinking = place.width < pixels.shape[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    scaled = cv2.resize(pixels, (place.width, place.height), interpolation=method)
    if place.flipped:
        scaled = scaled[:, ::-1]
    x1, y1 = max(place.x, region[0]), max(place.y, region[1])
    x2, y2 = min(place.x + place.width, region[2]), min(place.y + place.height, region[3])
    image[y1:y2, x1:x2] = scaled[y1 - place.y : y2 - place.y, x1 - place.x : x2 - place.x]
    return x1, y1, x2, y2


def _cells(region: Region) -> tuple[slice, slice]:
    x1, y1, x2, y2 = region
    return slice(y1 // GRID, -(-y2 // GRID)), slice(x1 // GRID, -(-x2 // GRID))


def _clipped(box: NDArray[np.float32], region: Region) -> Region:
    x1, y1, x2, y2 = (int(v) for v in box)
    left, top = max(x1, region[0]), max(y1, region[1])
    return left, top, max(left, min(x2, region[2])), max(top, min(y2, region[3]))


def _visible(
    boxes: NDArray[np.float32], region: Region
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    low, high = np.array([*region[:2]] * 2), np.array([*region[2:]] * 2)
    clipped = np.clip(boxes, low, high).astype(np.float32)
    sides = clipped[:, 2:] - clipped[:, :2]
    full = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
    kept = (sides.prod(1) / full > _MIN_VISIBLE) & (sides.min(1, initial=1e9) > _MIN_SIDE_PX)
    return clipped, kept


def photometric(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Light, colour, blur and JPEG noise as street cameras have them."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(-4, 4)) % 180
    hsv[..., 1] *= rng.uniform(0.4, 1.5)
    hsv[..., 2] *= rng.uniform(0.6, 1.35)
    lit: Any = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
    if rng.random() < 0.15:
        lit = cv2.GaussianBlur(lit, (3, 3), 0)
    if rng.random() < 0.03:
        lit = np.repeat(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    if rng.random() < 0.3:
        quality = int(rng.integers(25, 80))
        _, data = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, quality])
        lit = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(lit)
