"""Pictures in folders to the lines of a detections file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from xunjie.models.detections import Detections
from xunjie.models.errors import ModelError
from xunjie.models.images import IMAGE_SUFFIXES, read_image
from xunjie.models.session import Session


def find_images(paths: Iterable[Path]) -> list[Path]:
    """The files named, and every picture below the folders named, each once.

    Order: as named, inside a folder by path. A file named outright is taken whatever its suffix.
    ModelError if a path does not exist or a folder holds no picture.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(_below(path))
        elif path.exists():
            found[path] = None
        else:
            raise ModelError(f"{path}: no such file or folder")
    return list(found)


def _below(folder: Path) -> list[Path]:
    images = sorted(p for p in folder.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
    if not images:
        raise ModelError(f"{folder}: no pictures in it ({' '.join(IMAGE_SUFFIXES)})")
    return images


def detect_file(session: Session, path: Path, min_score: float | None = None) -> dict[str, Any]:
    """The line of one picture file, JSON-safe; ModelError naming the file if it is no picture.

    Boxes are full-resolution pixels and not clipped; best score first.
    """
    image = read_image(path)
    (detections,) = session.infer([image], min_score)
    return {
        "image": str(path),
        "width": int(image.shape[1]),
        "height": int(image.shape[0]),
        "model_id": detections.model_id,
        "detections": to_rows(detections, session.entry.classes),
    }


def to_rows(detections: Detections, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """One dict a box: class name, score rounded to 1e-4, xyxy to 1e-2 px."""
    order = (-detections.score).argsort(kind="stable")
    return [
        {
            "class": classes[int(detections.class_id[n])],
            "score": round(float(detections.score[n]), 4),
            "xyxy": [round(float(v), 2) for v in detections.xyxy[n]],
        }
        for n in order
    ]
