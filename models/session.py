"""Sessions: a loaded model that turns pictures into Detections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as states

from xunjie.models import yolo26
from xunjie.models.detections import Detections
from xunjie.models.errors import ModelError
from xunjie.models.letterbox import Letterbox
from xunjie.models.registry import ModelEntry

# onnxruntime's exceptions share no base class of their own.
LOAD_FAILURES: tuple[type[Exception], ...] = (
    states.Fail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NotImplemented,
    states.RuntimeException,
)


class Session(Protocol):
    """One loaded model. Not shared between threads; open one for each."""

    @property
    def entry(self) -> ModelEntry:
        """The papers of the loaded model."""
        ...

    def infer(
        self, images: Sequence[NDArray[np.uint8]], min_score: float | None = None
    ) -> list[Detections]:
        """Detections of each uint8 RGB picture (H, W, 3), in its own pixels, boxes not clipped.

        Without ``min_score`` every class has its own threshold from the registry.
        """
        ...


class OnnxSession:
    """onnxruntime on the CPU, one picture at a time (batches gain nothing there, measured)."""

    def __init__(self, entry: ModelEntry, threads: int = 1) -> None:
        self._entry = entry
        self._session = _load(entry, threads)
        _check_classes(self._session, entry)
        self._thresholds = np.array([entry.thresholds[c] for c in entry.classes], np.float32)

    @property
    def entry(self) -> ModelEntry:
        """The papers of the loaded model."""
        return self._entry

    def infer(
        self, images: Sequence[NDArray[np.uint8]], min_score: float | None = None
    ) -> list[Detections]:
        """See Session.infer."""
        scores = self._thresholds
        if min_score is not None:
            scores = np.full_like(self._thresholds, min_score)
        return [self._infer_one(image, scores) for image in images]

    def _infer_one(self, image: NDArray[np.uint8], scores: NDArray[np.float32]) -> Detections:
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(f"infer: expected uint8 (H, W, 3), found {image.dtype} {image.shape}")
        image_wh = image.shape[1], image.shape[0]
        input_wh = yolo26.input_wh_for(image_wh, self._entry.input_wh)
        letterbox = Letterbox(image_wh, input_wh)
        tensor = yolo26.to_tensor(letterbox.apply(image))
        (rows,) = self._session.run(None, {"images": tensor})
        return yolo26.decode(rows[0], letterbox, scores, self._entry.model_id)


def open_session(entry: ModelEntry, threads: int = 1) -> Session:
    """A session for a registry entry; the digest is checked before anything is loaded.

    More than one thread costs more CPU time an image (40-60 ms against 33 at 512x320) and is
    worth it only where one picture must be fast.
    """
    return OnnxSession(entry, threads)


def _load(entry: ModelEntry, threads: int) -> Any:
    if threads < 1:
        raise ValueError(f"open_session: expected at least 1 thread, found {threads}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads that spin would take the cores from the other cameras' sessions.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps the peak of every input shape for ever and gains no time here (measured).
    options.enable_cpu_mem_arena = False
    weights = entry.read_weights()
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except LOAD_FAILURES as error:
        raise ModelError(
            f"{entry.file}: onnxruntime cannot load model '{entry.model_id}': {error}"
        ) from error


def _check_classes(session: Any, entry: ModelEntry) -> None:
    stored = session.get_modelmeta().custom_metadata_map.get("classes")
    if stored is None:
        raise ModelError(f"{entry.file}: the file does not state its classes; export it again")
    found = tuple(json.loads(stored))
    if found != entry.classes:
        pairs = zip(found, entry.classes, strict=False)
        where = next(
            (k for k, (a, b) in enumerate(pairs) if a != b), min(len(found), len(entry.classes))
        )
        raise ModelError(
            f"{entry.file}: the file's {len(found)} classes differ from the registry's "
            f"{len(entry.classes)} of '{entry.model_id}', first at number {where}"
        )
