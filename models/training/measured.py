"""A model run over a labelled folder: everything found beside everything labelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xunjie.models.detections import Detections
from xunjie.models.errors import ModelError
from xunjie.models.images import read_image
from xunjie.models.session import Session
from xunjie.models.training.labels import list_images, read_label_file, read_names
from xunjie.models.training.scoring import Boxes, Scored, match

# What ordinary streets do not show; full bins may stand in any street, so they are not here.
QUIET_CLASSES = ("stall", "garbage", "outdoor_goods", "outdoor_seating", "billboard", "banner")
# Classes a rule can turn into an alleged violation: a false one costs an officer's walk.
ALARM_CLASSES = (*QUIET_CLASSES, "bin_overflow")
_ALL_SCORES = 0.01  # average precision needs the whole curve

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything found and labelled in one folder: ``wh`` per picture, detections, truth.

    ``truth``: per picture class name to boxes (k, 4) px.
    """

    name: str
    found: list[Detections]
    truth: list[dict[str, Boxes]]
    classes: tuple[str, ...]

    @property
    def labelled(self) -> list[str]:
        """Classes the folder has boxes of, in the model's order."""
        seen = {name for picture in self.truth for name in picture}
        return [name for name in self.classes if name in seen]

    def scored(self, class_name: str, min_iou: float) -> Scored:
        """All detections of one class matched with its labels."""
        class_id = self.classes.index(class_name)
        found = []
        for detections in self.found:
            chosen = detections[detections.class_id == class_id]
            found.append((chosen.score.astype(np.float64), chosen.xyxy.astype(np.float64)))
        nothing: Boxes = np.zeros((0, 4))
        return match(found, [picture.get(class_name, nothing) for picture in self.truth], min_iou)


def measure(session: Session, folder: Path, progress: Progress | None = None) -> Measured:
    """Run the model over ``folder/images`` and read ``folder/labels`` (YOLO txt).

    Class names come from the nearest classes.txt at or above the folder.
    """
    names = read_names(_names_file(folder))
    paths = list_images(folder)
    found, truth = [], []
    for done, path in enumerate(paths, 1):
        image = read_image(path)
        found.extend(session.infer([image], _ALL_SCORES))
        size = image.shape[1], image.shape[0]
        truth.append(_truth(folder / "labels" / f"{path.stem}.txt", names, size))
        if progress:
            progress(done, len(paths))
    return Measured(_set_name(folder), found, truth, session.entry.classes)


def _names_file(folder: Path) -> Path:
    for place in (folder, *folder.resolve().parents):
        if (place / "classes.txt").is_file():
            return place / "classes.txt"
    raise ModelError(f"{folder}: no classes.txt at or above it")


def _set_name(folder: Path) -> str:
    return f"{folder.resolve().parent.name}/{folder.name}"


def _truth(path: Path, names: list[str], wh: tuple[int, int]) -> dict[str, Boxes]:
    size: NDArray[np.float64] = np.array([*wh, *wh], np.float64)
    rows: dict[str, list[NDArray[np.float64]]] = {}
    for name, box in read_label_file(path, names):
        rows.setdefault(name, []).append(np.array(box) * size)
    return {name: np.stack(boxes) for name, boxes in rows.items()}
