"""Exact boxes of what a camera sees, from projection and an id picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.scene_kit.camera import Camera
from scripts.scene_kit.renderer import Renderer
from scripts.scene_kit.thing import Labelled

MIN_SIDE_PX = 8.0
MIN_VISIBLE_SHARE = 0.35

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    name: str
    box: Box  # xyxy, px, inside the frame
    visible_share: float


def projected_box(points: NDArray[np.float32], camera: Camera) -> Box | None:
    """The unclipped box of points before the camera, or None if any lies behind it."""
    p = camera.project(points)
    if len(p) == 0 or bool(np.isnan(p).any()):
        return None
    (x1, y1), (x2, y2) = p.min(axis=0), p.max(axis=0)
    return float(x1), float(y1), float(x2), float(y2)


def clipped(box: Box, frame_wh: tuple[int, int]) -> Box:
    w, h = frame_wh
    x1, y1, x2, y2 = box
    return min(max(x1, 0.0), w), min(max(y1, 0.0), h), min(max(x2, 0.0), w), min(max(y2, 0.0), h)


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def seen_labels(
    renderer: Renderer, camera: Camera, vertices: NDArray[np.float32], things: list[Labelled]
) -> list[Label]:
    """Labels of the loaded static scene; what is small, cut off or mostly hidden is left out."""
    seen = renderer.ids(camera)
    out = []
    for thing in things:
        whole = projected_box(vertices[thing.first : thing.first + thing.count, :3], camera)
        if whole is None:
            continue
        box = clipped(whole, camera.frame_wh)
        if min(box[2] - box[0], box[3] - box[1]) < MIN_SIDE_PX or area(
            box
        ) < MIN_VISIBLE_SHARE * area(whole):
            continue
        x1, y1, x2, y2 = (int(c / 2) for c in box)
        window = (slice(y1, y2 + 1), slice(x1, x2 + 1))
        shown = int(np.isin(seen[window], thing.ids).sum())
        if shown == 0:
            continue
        alone = int((renderer.ids(camera, (thing.first, thing.count))[window] > 0).sum())
        share = shown / max(alone, 1)
        if share >= MIN_VISIBLE_SHARE:
            out.append(Label(thing.name, box, share))
    return out
