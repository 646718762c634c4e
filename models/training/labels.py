"""Labelled folders: images/, labels/ (YOLO txt: class cx cy w h, normalised) and a class list."""

from __future__ import annotations

from pathlib import Path

from xunjie.models.errors import ModelError

# image stem -> rows of class name, score, x1, y1, x2, y2 (normalised)
PseudoLabels = dict[str, list[tuple[str, float, float, float, float, float]]]

_PICTURES = (".jpg", ".jpeg", ".png")


def list_images(folder: Path) -> list[Path]:
    """The pictures in ``folder/images``, sorted; ModelError if there are none."""
    images = folder / "images"
    paths = sorted(p for p in images.glob("*") if p.suffix.lower() in _PICTURES)
    if not paths:
        raise ModelError(f"{images}: expected pictures ({', '.join(_PICTURES)}), found none")
    return paths


def read_names(path: Path) -> list[str]:
    """The class names of a classes.txt, a line each."""
    if not path.is_file():
        raise ModelError(f"{path}: class list is missing")
    return [line.strip() for line in path.read_text().splitlines() if line.strip()]


def read_label_file(path: Path, names: list[str]) -> list[tuple[str, list[float]]]:
    """Rows of a YOLO label file as class name and normalised xyxy; no file means no boxes."""
    rows = []
    for number, line in enumerate(path.read_text().splitlines() if path.is_file() else [], 1):
        try:
            class_id, cx, cy, w, h = (float(value) for value in line.split()[:5])
            name = names[int(class_id)]
        except (ValueError, IndexError) as error:
            raise ModelError(
                f"{path}:{number}: not a label of {len(names)} classes: {line!r}"
            ) from error
        rows.append((name, [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]))
    return rows
