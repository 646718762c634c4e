"""What an image costs on this machine: the model as deployed against the naive deployment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from xunjie.models import yolo26
from xunjie.models.letterbox import Letterbox
from xunjie.models.registry import ModelEntry
from xunjie.models.session import open_session

_NAIVE_WH = (640, 640)
_FRAME_WH = (1920, 1080)
_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Median CPU and wall milliseconds an image, letterbox included."""

    variant: str
    cpu_ms: float
    wall_ms: float


def bench(entry: ModelEntry, images: int = 30) -> list[Cost]:
    """The variant as deployed (one thread, its own shape), then 640x640 with default threads.

    Both see the same 1920x1080 frame. One after the other, each session opened for its turn only:
    the waiting threads of a default session spin and would be billed to the other.
    """
    frame = np.random.default_rng(0).integers(0, 255, (_FRAME_WH[1], _FRAME_WH[0], 3), np.uint8)
    width, height = entry.input_wh
    return [
        _cost(f"{entry.model_id} {width}x{height}, 1 thread", _deployed(entry, frame), images),
        _cost("naive 640x640, default threads", _naive(entry, frame), images),
    ]


def _cost(variant: str, run: Callable[[], Any], images: int) -> Cost:
    rows = []
    for _ in range(images + _WARM_UP):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        rows.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu_ms, wall_ms = np.median(np.array(rows[_WARM_UP:]), axis=0) * 1000
    return Cost(variant, round(float(cpu_ms), 1), round(float(wall_ms), 1))


def _deployed(entry: ModelEntry, frame: NDArray[np.uint8]) -> Callable[[], Any]:
    session = open_session(entry)
    return lambda: session.infer([frame])


def _naive(entry: ModelEntry, frame: NDArray[np.uint8]) -> Callable[[], Any]:
    session = onnxruntime.InferenceSession(entry.read_weights(), providers=["CPUExecutionProvider"])
    letterbox = Letterbox(_FRAME_WH, _NAIVE_WH)
    return lambda: session.run(None, {"images": yolo26.to_tensor(letterbox.apply(frame))})
