"""Letterbox: a picture of any shape into the fixed input of a network, and boxes back.

Training composes its pictures with the same grey; change nothing here without new weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

PAD = 114  # grey of the borders, the value the initial weights were trained with


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The map from a picture of ``image_wh`` px into an input of ``input_wh`` px.

    The aspect is kept, the picture is centred:

        +---------------------+
        | pad |  picture  |pad|      x_in = x * scale + left
        +---------------------+      y_in = y * scale + top
    """

    image_wh: tuple[int, int]
    input_wh: tuple[int, int]

    def __post_init__(self) -> None:
        if min(*self.image_wh, *self.input_wh) < 1:
            raise ValueError(
                f"Letterbox: expected sides >= 1 px, found {self.image_wh}, {self.input_wh}"
            )

    @property
    def scaled_wh(self) -> tuple[int, int]:
        """Size of the picture inside the input, px."""
        (w, h), (input_w, input_h) = self.image_wh, self.input_wh
        scale = min(input_w / w, input_h / h)
        return max(1, round(w * scale)), max(1, round(h * scale))

    @property
    def offset_xy(self) -> tuple[int, int]:
        """Left and top border, px."""
        scaled_w, scaled_h = self.scaled_wh
        return (self.input_wh[0] - scaled_w) // 2, (self.input_wh[1] - scaled_h) // 2

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """uint8 (H, W, 3) of ``image_wh`` to uint8 (input H, input W, 3)."""
        if image.shape != (self.image_wh[1], self.image_wh[0], 3):
            raise ValueError(
                f"Letterbox.apply: expected {self.image_wh[::-1]} x 3, found {image.shape}"
            )
        scaled_w, scaled_h = self.scaled_wh
        left, top = self.offset_xy
        shrinking = scaled_w < self.image_wh[0]
        method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
        output = np.full((self.input_wh[1], self.input_wh[0], 3), PAD, np.uint8)
        output[top : top + scaled_h, left : left + scaled_w] = cv2.resize(
            image, (scaled_w, scaled_h), interpolation=method
        )
        return output

    def to_input(self, xyxy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Boxes (n, 4) from picture pixels to input pixels."""
        return (xyxy * self._factors() + self._offsets()).astype(np.float32)

    def to_image(self, xyxy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Boxes (n, 4) from input pixels to picture pixels, not clipped."""
        return ((xyxy - self._offsets()) / self._factors()).astype(np.float32)

    def _factors(self) -> NDArray[np.float64]:
        # Each axis by its own rounded size: the picture was really resized to whole pixels.
        scaled_w, scaled_h = self.scaled_wh
        return np.array([scaled_w / self.image_wh[0], scaled_h / self.image_wh[1]] * 2)

    def _offsets(self) -> NDArray[np.float64]:
        return np.array([*self.offset_xy] * 2, dtype=np.float64)
