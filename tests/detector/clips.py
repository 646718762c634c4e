"""Small real videos, made on the spot; each frame carries its own number in its pixels."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

WH = (192, 128)
TICK = Fraction(1, 1000)
BITS = 12


def numbered(n: int, box: tuple[int, int, int, int] | None = None) -> NDArray[np.uint8]:
    """An RGB picture with ``n`` as black and white blocks on top, and a red box where asked."""
    image = np.full((WH[1], WH[0], 3), 90, np.uint8)
    for bit in range(BITS):
        image[0:16, bit * 16 : bit * 16 + 16] = 255 if n >> bit & 1 else 0
    if box is not None:
        x1, y1, x2, y2 = box
        image[y1:y2, x1:x2] = (220, 20, 20)
    return image


def number_in(image: NDArray[np.uint8]) -> int:
    """The number a (decoded) picture carries."""
    return sum(int(image[8, bit * 16 + 8].mean() > 128) << bit for bit in range(BITS))


def rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The picture of a decoded frame, uint8 RGB (H, W, 3)."""
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def encode(
    path: Path,
    times_ms: Iterable[int],
    *,
    gop: int = 25,
    b_frames: int = 0,
    options: dict[str, str] | None = None,
    picture: Callable[[int], NDArray[np.uint8]] = numbered,
) -> Path:
    """A video with one frame at each of ``times_ms``; the container follows the suffix."""
    settings = {"preset": "ultrafast", "tune": "fastdecode", "bf": str(b_frames)}
    settings |= {"x264-params": "scenecut=0", **(options or {})}
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options=settings)
        stream.height, stream.width = picture(0).shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.gop_size = gop
        stream.codec_context.thread_count = 1
        stream.time_base = stream.codec_context.time_base = TICK
        for n, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(picture(n), format="rgb24")
            frame.pts, frame.time_base = time_ms, TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def steady(seconds: float, fps: int = 25) -> list[int]:
    """Frame times in ms at a constant rate."""
    return [round(n * 1000 / fps) for n in range(round(seconds * fps))]
