"""Frames of the demo clip and their encoding. Only what moves is drawn again in every frame."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path as FilePath

import av
import numpy as np
from numpy.typing import NDArray

from scripts.scene_kit.actors import Group
from scripts.scene_kit.camera import Camera
from scripts.scene_kit.demo import build_demo
from scripts.scene_kit.demo_setting import CAMERA, DURATION_S, FPS, LIGHT, Demo
from scripts.scene_kit.labels import Box, clipped, projected_box
from scripts.scene_kit.renderer import Light, Part, Rect, Renderer, Span
from scripts.scene_kit.street import demo_plan
from scripts.scene_kit.thing import Thing, flatten

Picture = NDArray[np.uint8]
DRAW_EVERY = 2  # frames: the motion has 12.5 Hz, which halves time and size
STRETCH = 150  # frames drawn by one worker at a time; an even number of keyframe periods
PAD_PX = 10  # for soft shadow edges and what the flat-ground shadow below gets wrong


def shadow_points(points: NDArray[np.float32], light: Light) -> NDArray[np.float64]:
    """Where the sun throws these points: onto the pavement or, if that comes first, the fronts."""
    d = np.asarray(light.sun_direction, np.float64)
    to_ground = np.maximum(points[:, 2], 0) / d[2]
    to_wall = np.maximum(demo_plan().pavement_m + 0.3 - points[:, 1], 0) / max(-d[1], 1e-6)
    return np.asarray(points - np.minimum(to_ground, to_wall)[:, None] * d)


def touched(things: list[Thing], camera: Camera, light: Light) -> Rect | None:
    """The even-pixel rectangle of the frame that things and their shadows may change."""
    points = np.concatenate([t.points() for t in things])
    box = projected_box(
        np.concatenate([points, shadow_points(points, light)]).astype(np.float32), camera
    )
    if box is None:
        return (0, 0, *camera.frame_wh)
    x1, y1, x2, y2 = clipped(
        (box[0] - PAD_PX, box[1] - PAD_PX, box[2] + PAD_PX, box[3] + PAD_PX), camera.frame_wh
    )
    if x2 - x1 < 2 or y2 - y1 < 2:
        return None
    w, h = camera.frame_wh
    return (
        int(x1) // 2 * 2,
        int(y1) // 2 * 2,
        min(w, int(x2) // 2 * 2 + 2),
        min(h, int(y2) // 2 * 2 + 2),
    )


def joined(parts: list[Rect]) -> list[Rect]:
    """The same area with overlapping rectangles replaced by their common frame."""
    out: list[Rect] = []
    for part in parts:
        while True:
            hit = next((o for o in out if _overlap(o, part)), None)
            if hit is None:
                break
            out.remove(hit)
            part = (
                min(hit[0], part[0]),
                min(hit[1], part[1]),
                max(hit[2], part[2]),
                max(hit[3], part[3]),
            )
        out.append(part)
    return out


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class Stage:
    """Draws the demo at any instant, keeping the picture of everything that is still."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._renderer = Renderer()
        self._static = [t for t in demo.static if self._matters(t)]
        self._still: list[Thing] | None = None
        self._spans: list[tuple[Span, Box | None]] = []
        self._background = np.zeros((CAMERA.frame_wh[1], CAMERA.frame_wh[0], 3), np.uint8)

    @staticmethod
    def _matters(thing: Thing) -> bool:
        """Whether it can be seen or throw a shadow into the picture."""
        points = thing.points()
        return len(points) > 0 and bool(
            ((np.abs(points[:, 0]) < 24) & (points[:, 1] > CAMERA.eye[1] + 0.5)).any()
        )

    def draw(self, t: float) -> Picture:
        """The picture at an instant, uint8 RGB (720, 1280, 3), without sensor noise."""
        still: list[Group] = []
        moving: list[Group] = []
        for actor in self._demo.cast:
            group = actor.at(t)
            (still if actor.is_still(t) else moving).append(group)
        self._set_still([thing for group in still for thing in group])
        parts = [p for group in moving if group and (p := touched(group, CAMERA, LIGHT))]
        vertices, _ = flatten([thing for group in moving for thing in group])
        self._renderer.send(vertices)
        picture = self._background.copy()
        areas = joined(parts)
        jobs = [Part(area, self._spans_in(area)) for area in areas]
        for job, piece in zip(jobs, self._renderer.redraw(CAMERA, LIGHT, jobs), strict=True):
            x1, y1, x2, y2 = job.rect
            picture[y1:y2, x1:x2] = piece
        return picture

    def _spans_in(self, area: Rect) -> list[Span]:
        """The static things that may be seen in that part of the picture."""
        return [span for span, box in self._spans if box is None or _overlap(box, area)]

    def _set_still(self, things: list[Thing]) -> None:
        if self._still is not None and _same(self._still, things):
            return
        self._still = things
        everything = [*self._static, *things]
        vertices, _ = flatten(everything)
        self._renderer.send(vertices[:0])
        self._spans, first = [], 0
        for thing in everything:
            points = thing.points()
            self._spans.append(((first, len(points)), projected_box(points, CAMERA)))
            first += len(points)
        self._renderer.load(vertices, self._demo.kit.atlas.pixels())
        self._background = self._renderer.draw(CAMERA, LIGHT)


def _same(a: list[Thing], b: list[Thing]) -> bool:
    return len(a) == len(b) and all(
        p is q or np.array_equal(p.mesh.vertices, q.mesh.vertices)
        for p, q in zip(a, b, strict=True)
    )


def _drawn(first: int, last: int) -> list[Picture]:
    """The drawn pictures of frames first..last (in a process of its own)."""
    stage = Stage(build_demo())
    return [stage.draw(k / FPS) for k in range(first, last, DRAW_EVERY)]


def frames(workers: int = 2) -> Iterator[Picture]:
    """All frames with a little sensor noise; each worker draws stretches of the clip."""
    count = int(DURATION_S * FPS)
    rng = np.random.default_rng(3)
    wide, high = CAMERA.frame_wh
    grain = [np.rint(rng.normal(0, 1.0, (high, wide, 1))).astype(np.int16) for _ in range(7)]
    starts = list(range(0, count, STRETCH))
    ends = [min(count, start + STRETCH) for start in starts]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for start, pictures in zip(starts, pool.map(_drawn, starts, ends), strict=True):
            for k in range(start, min(count, start + STRETCH)):
                picture = pictures[(k - start) // DRAW_EVERY].astype(np.int16)
                noisy = picture + grain[k // DRAW_EVERY % len(grain)]
                yield np.clip(noisy, 0, 255).astype(np.uint8)


def encode(pictures: Iterator[Picture], path: FilePath, crf: int = 27) -> int:
    """Writes H.264 yuv420p with a keyframe every 2 s and the index first; returns the frames."""
    count = 0
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = CAMERA.frame_wh
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        keys = f"keyint={2 * FPS}:min-keyint={2 * FPS}:scenecut=0"
        stream.options = {"crf": str(crf), "preset": "fast", "x264-params": keys, "threads": "2"}
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = count
            container.mux(stream.encode(frame))
            count += 1
        container.mux(stream.encode())
    return count
