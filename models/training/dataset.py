"""The merged training set: pictures of every set with boxes of the recipe's classes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from xunjie.models.errors import ModelError
from xunjie.models.images import read_image
from xunjie.models.training.labels import PseudoLabels, list_images, read_label_file, read_names
from xunjie.models.training.recipe import Recipe, SetSpec

PSEUDO_FROM = 0.5  # a pseudo-label at or above it is a label, below it a place to ignore
_DOUBLE_IOU = 0.5  # a pseudo-box on a labelled box of the same class is the same thing
_CACHED_SIDE = 640  # px; pictures are kept in memory at most this long


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One picture: ``boxes`` float32 (n, 4) normalised xyxy, ``class_ids`` int (n,).

    ``ignored`` float32 (k, 4): places where COCO classes are neither taught nor denied.
    """

    path: Path
    set_index: int
    boxes: NDArray[np.float32]
    class_ids: NDArray[np.int64]
    ignored: NDArray[np.float32]

    def read(self) -> NDArray[np.uint8]:
        """RGB pixels, the longer side at most 640 px."""
        image = read_image(self.path)
        scale = _CACHED_SIDE / max(image.shape[:2])
        if scale >= 1:
            return image
        small: Any = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(small)


def valid_weights(recipe: Recipe, specs: list[SetSpec], coco: set[str]) -> NDArray[np.float32]:
    """(sets + 1, classes): how much a class's absence counts in a set; the last row is padding.

    1 labelled, 0 unknown, between: presumed absent. Pseudo-labelled sets label the COCO classes.
    """
    weights = np.zeros((len(specs) + 1, len(recipe.classes)), np.float32)
    for row, spec in enumerate(specs):
        for column, name in enumerate(recipe.classes):
            if name in spec.labels or (spec.pseudo and name in coco):
                weights[row, column] = 1.0
            elif name in spec.presumed_absent:
                weights[row, column] = spec.presumed_weight
    weights[-1] = 1.0
    return weights


def load_set(
    spec: SetSpec, set_index: int, recipe: Recipe, root: Path, pseudo: PseudoLabels | None
) -> list[Example]:
    """All pictures of one set; labels of classes that the set does not claim are refused.

    Classes of the set that the recipe does not know (the other classes of COCO) are left out.
    """
    names = read_names(root / spec.names)
    if missing := [name for name in spec.labels if name not in names]:
        raise ModelError(f"{root / spec.names}: set '{spec.name}' claims {missing}, not listed")
    examples = []
    for path in list_images(root / spec.path):
        rows = read_label_file(root / spec.path / "labels" / f"{path.stem}.txt", names)
        kept = [(name, box) for name, box in rows if name in recipe.classes]
        for name, _ in kept:
            if name not in spec.labels:
                raise ModelError(f"{path}: labelled '{name}', but set claims {spec.labels}")
        found = pseudo.get(path.stem, []) if pseudo else []
        examples.append(_example(path, set_index, kept, found, recipe))
    return examples


def data_digest(specs: list[SetSpec], root: Path) -> str:
    """sha256 over the sets: names, label bytes and picture sizes of every file."""
    digest = hashlib.sha256()
    for spec in specs:
        for path in list_images(root / spec.path):
            label = root / spec.path / "labels" / f"{path.stem}.txt"
            content = label.read_bytes() if label.is_file() else b""
            digest.update(f"{spec.name}/{path.name} {path.stat().st_size}\n".encode() + content)
    return digest.hexdigest()


def _example(
    path: Path,
    set_index: int,
    labelled: list[tuple[str, list[float]]],
    pseudo: list[tuple[str, float, float, float, float, float]],
    recipe: Recipe,
) -> Example:
    boxes, ignored = list(labelled), []
    for name, score, *box in pseudo:
        same = [b for n, b in labelled if n == name]
        if name not in recipe.classes or any(_iou(box, b) > _DOUBLE_IOU for b in same):
            continue
        if score >= PSEUDO_FROM:
            boxes.append((name, box))
        else:
            ignored.append(box)
    return Example(
        path,
        set_index,
        np.array([b for _, b in boxes], np.float32).reshape(-1, 4),
        np.array([recipe.classes.index(n) for n, _ in boxes], np.int64),
        np.array(ignored, np.float32).reshape(-1, 4),
    )


def _iou(a: list[float], b: list[float]) -> float:
    w = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h
    return w * h / union if union > 0 else 0.0
