"""Picture files to RGB pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from xunjie.models.errors import ModelError

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")

# First bytes of what is mistaken for a picture, and what to call it.
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<", "markup text"),
    (b"{", "JSON text"),
    (b"\xff\xd8", "a broken JPEG"),
    (b"\x89PNG", "a broken PNG"),
)
_JPEG = b"\xff\xd8"
_SCAN, _END = b"\xff\xda", b"\xff\xd9"  # JPEG markers; escaped inside the compressed data


def read_image(path: Path) -> NDArray[np.uint8]:
    """uint8 RGB (H, W, 3), turned as its EXIF orientation says; ModelError if it is no picture.

    A JPEG that ends before its end marker is refused: a half grey picture would be evidence of
    nothing.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_image(content, str(path))


def decode_image(content: bytes, name: str) -> NDArray[np.uint8]:
    """As read_image, from bytes; ``name`` says in the message what was read."""
    if content.startswith(_JPEG) and content.rfind(_END) < content.rfind(_SCAN):
        raise ModelError(f"{name}: the JPEG is cut off after {len(content)} bytes")
    image = _decode(content)
    if image is None:
        raise ModelError(f"{name}: not a picture, found {_guess(content)}")
    return np.ascontiguousarray(image[:, :, ::-1])


def _decode(content: bytes) -> Any:
    if not content:
        return None
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # e.g. more pixels than OpenCV is willing to hold
        return None


def _guess(content: bytes) -> str:
    if not content:
        return "an empty file"
    for start, name in _SIGNATURES:
        if content.startswith(start):
            return name
    if content[4:8] == b"ftyp":
        return "a video or HEIF container"
    if all(32 <= byte < 127 or byte in b"\r\n\t" for byte in content[:64]):
        return "text"
    return f"{len(content)} bytes starting {content[:4].hex(' ')}"
