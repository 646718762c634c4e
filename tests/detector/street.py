"""A tiny street for whole-engine tests: a red box in the pixels is a stall, found by its colour."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.detector.clips import WH, encode, numbered, steady
from tests.detector.sightings import CLASSES
from xunjie.models.detections import Detections
from xunjie.models.registry import ModelEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

STALL = (60, 50, 120, 100)
ENTRY = ModelEntry(
    model_id="red-box",
    file=Path("none.onnx"),
    sha256="ab" * 32,
    classes=CLASSES,
    input_wh=(192, 128),
    thresholds=dict.fromkeys(CLASSES, 0.25),
    licence="none",
    data_version="none",
    card="none",
    metrics={},
)


@dataclass
class RedBoxSession:
    """Calls the bounding box of all red pixels a stall."""

    entry: ModelEntry = ENTRY
    calls: list[int] = field(default_factory=list)

    def infer(
        self, images: Sequence[NDArray[np.uint8]], min_score: float | None = None
    ) -> list[Detections]:
        self.calls.append(len(images))
        return [_found(image) for image in images]


@dataclass(frozen=True)
class RedBoxModel:
    """The model of the engine under test."""

    entry: ModelEntry = ENTRY
    session: Callable[[], RedBoxSession] = RedBoxSession

    def open(self) -> RedBoxSession:
        return self.session()


def stall_clip(path: Path, *, seconds: float, from_s: float, gop: int = 25) -> Path:
    """A street in which a stall stands from ``from_s`` to the end."""

    def picture(n: int) -> NDArray[np.uint8]:
        return numbered(n, STALL if n >= from_s * 25 else None)

    return encode(path, steady(seconds), gop=gop, b_frames=2, picture=picture)


def zones_file(path: Path, min_dwell_s: float = 5.0) -> Path:
    """A no-stall zone over the whole picture."""
    w, h = WH
    ring = [[0, 0], [w, 0], [w, h], [0, h], [0, 0]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "id": "pavement",
            "kind": "no_stall",
            "space": "image",
            "frame_wh": [w, h],
            "min_dwell_s": min_dwell_s,
            "phase": "enforcing",
            "version": "1",
        },
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def config_file(folder: Path, *sources: str, extra: str = "") -> Path:
    """A configuration with the given [[source]] bodies; outbox beside it."""
    head = f'[device]\nid = "pole-17"\n[outbox]\ndir = "outbox"\n{extra}\n'
    path = folder / "config.toml"
    path.write_text(head + "".join(f"[[source]]\n{body}\n" for body in sources))
    return path


def file_source(source_id: str, name: str, hz: float = 1.0) -> str:
    """The body of a [[source]] with the zones of ``zones_file`` beside it."""
    return (
        f'id = "{source_id}"\nurl = "{name}"\nzones = "zones.geojson"\n'
        f'start_utc = "2026-05-16T02:00:00Z"\nsample_hz = {hz}\n'
    )


def _found(image: NDArray[np.uint8]) -> Detections:
    red = (image[:, :, 0] > 150) & (image[:, :, 1] < 90)
    if red.sum() < 50:
        return Detections.empty(ENTRY.model_id)
    ys, xs = np.nonzero(red)
    box = np.array([[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]], np.float32)
    stall = np.array([CLASSES.index("stall")], np.int32)
    return Detections(box, np.array([0.9], np.float32), stall, ENTRY.model_id)
