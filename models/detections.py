"""What a model found in one image, as parallel arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """n boxes of one image, in pixels of the full-resolution image, origin top left.

    xyxy float32 (n, 4), half-open [x1, x2); score float32 (n,) in [0, 1]; class_id int32 (n,),
    an index into the classes of ``model_id`` in the registry. n = 0 is normal.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]
    class_id: NDArray[np.int32]
    model_id: str

    def __post_init__(self) -> None:
        xyxy = _frozen(self.xyxy, np.float32)
        score = _frozen(self.score, np.float32)
        class_id = _frozen(self.class_id, np.int32)
        n = len(score)
        for name, array, shape in (
            ("xyxy", xyxy, (n, 4)),
            ("score", score, (n,)),
            ("class_id", class_id, (n,)),
        ):
            if array.shape != shape:
                raise ValueError(f"Detections.{name}: expected shape {shape}, found {array.shape}")
        if n and not (np.isfinite(score).all() and score.min() >= 0.0 and score.max() <= 1.0):
            raise ValueError(
                f"Detections.score: expected [0, 1], found {score.min()}..{score.max()}"
            )
        if not np.isfinite(xyxy).all():
            raise ValueError("Detections.xyxy: expected finite pixels, found nan or inf")
        object.__setattr__(self, "xyxy", xyxy)
        object.__setattr__(self, "score", score)
        object.__setattr__(self, "class_id", class_id)

    @classmethod
    def empty(cls, model_id: str) -> Detections:
        """No boxes at all."""
        return cls(np.zeros((0, 4)), np.zeros(0), np.zeros(0), model_id)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Detections:
        """The chosen boxes, by mask, indices or slice."""
        return Detections(self.xyxy[index], self.score[index], self.class_id[index], self.model_id)


def _frozen(array: NDArray[Any], dtype: type[Any]) -> NDArray[Any]:
    copy = np.array(array, dtype=dtype, order="C")
    copy.flags.writeable = False
    return copy
