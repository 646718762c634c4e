"""A drawn street: stills and an H.264 clip a browser really plays."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pathlib import Path

WH = (640, 360)
SHOP_LINE = {"outline_px": [[0, 268], [640, 236]], "is_closed": False}
STALL_BOX = (230.0, 190.0, 372.0, 300.0)


def draw_street(has_stall: bool, passer_x: float = 80.0) -> Image.Image:
    """One frame: shop fronts, pavement, road, a passer-by, and a stall or none."""
    picture = Image.new("RGB", WH, "#b9c9d3")
    pen = ImageDraw.Draw(picture)
    pen.polygon([(0, 250), (640, 215), (640, 290), (0, 330)], fill="#a7a39b")
    pen.polygon([(0, 330), (640, 290), (640, 360), (0, 360)], fill="#55595e")
    for n, colour in enumerate(("#8c5a3c", "#3d6b61", "#7c6a94", "#96803a")):
        x = n * 160
        pen.rectangle([x, 40, x + 156, 250 - n * 9], fill=colour)
        pen.rectangle([x + 12, 70, x + 144, 100], fill="#efe6d2")
        pen.rectangle([x + 22, 130, x + 100, 240 - n * 9], fill="#2b3940")
    if has_stall:
        pen.rectangle([250, 238, 352, 292], fill="#c65b2e")
        pen.polygon([(232, 226), (301, 192), (370, 226)], fill="#d94a3d")
        pen.line([(301, 226), (301, 250)], fill="#333333", width=3)
    pen.ellipse([passer_x + 6, 238, passer_x + 18, 252], fill="#d7a888")
    pen.rectangle([passer_x, 252, passer_x + 24, 300], fill="#29446e")
    return picture


def to_jpeg(picture: Image.Image) -> bytes:
    """The picture as a JPEG file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def make_clip(path: Path, seconds: float = 3.0, rate: int = 10) -> bytes:
    """A faststart MP4 of the street with somebody walking by."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height = WH
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, rate)
        for n in range(int(seconds * rate)):
            pixels = np.asarray(draw_street(n > 5, 80 + n * 12))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path.read_bytes()


def street_files(tmp_path: Path) -> dict[str, bytes | Path]:
    """Package files a person can look at."""
    return {
        "data/stills/01-scene.jpg": to_jpeg(draw_street(False, 20)),
        "data/stills/02-onset.jpg": to_jpeg(draw_street(True, 120)),
        "data/stills/03-decisive.jpg": to_jpeg(draw_street(True, 420)),
        "data/clip.mp4": make_clip(tmp_path / "clip.mp4"),
        "data/context.json": json.dumps({"zone": SHOP_LINE}).encode(),
    }
