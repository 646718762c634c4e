"""Builders of samples without pixels, for the tests of dwell and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xunjie.detector.types import Sample
from xunjie.models.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xunjie.detector.types import Box

CLASSES = (
    "person", "bicycle", "car", "motorcycle", "bus", "truck", "bench", "backpack", "umbrella",
    "handbag", "suitcase", "bottle", "chair", "potted plant", "dining table", "dog", "stall",
    "garbage", "bin", "bin_overflow", "billboard", "signboard", "blade_sign", "window_ad",
    "banner", "door", "outdoor_goods", "outdoor_seating",
)  # fmt: skip

START_NS = 1_778_896_800_000_000_000
"""2026-05-16T02:00:00Z, a working-Saturday morning at ten in Shanghai."""

WH = (1280, 720)

Seen = tuple[str, "Box", float]
"""class name, box, score"""


def at(seconds: float) -> int:
    """The instant so many seconds after START_NS, in ns."""
    return START_NS + round(seconds * 1e9)


def box_at(x: float, y: float, width: float = 100.0, height: float = 80.0) -> Box:
    """The box whose ground point (bottom middle) is (x, y)."""
    return (x - width / 2, y - height, x + width / 2, y)


def sample(
    seconds: float,
    seen: Iterable[Seen] = (),
    source_id: str = "cam1",
    frame_wh: tuple[int, int] = WH,
) -> Sample:
    """One analysed frame showing these things."""
    things = list(seen)
    detections = Detections(
        np.array([box for _, box, _ in things], dtype=np.float32).reshape(-1, 4),
        np.array([score for _, _, score in things], dtype=np.float32),
        np.array([CLASSES.index(name) for name, _, _ in things], dtype=np.int32),
        "test",
    )
    t_ns = at(seconds)
    return Sample(source_id, t_ns, (t_ns - START_NS) // 11_111, frame_wh, detections)


def stall(x: float = 400.0, y: float = 500.0, score: float = 0.6) -> Seen:
    """A stall standing at (x, y)."""
    return ("stall", box_at(x, y), score)
