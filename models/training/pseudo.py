"""Pseudo-labels: what the initial COCO weights see in sets that label other things."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from xunjie.models.images import read_image
from xunjie.models.training.labels import PseudoLabels
from xunjie.models.training.network import load_initial

KEPT_FROM = 0.15  # below it the nano model's boxes are noise
_SIDE_WH = (640, 480)
_BATCH = 8

Progress = Callable[[int, int], None]


def write_pseudo_labels(
    images: list[Path], weights: Path, names: list[str], out: Path, progress: Progress
) -> None:
    """Label the pictures with the initial weights and write one JSON file, unless it is there.

    Pictures are stretched to 640x480: squeezed sets come near their lost aspect, and normalised
    boxes do not mind.
    """
    if out.is_file():
        return
    network = load_initial(weights)
    found: PseudoLabels = {}
    for batch in _batches(images):
        pixels = np.stack([_stretched(path) for path in batch])
        with torch.inference_mode():
            rows = network(torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255)[0].numpy()
        for path, image_rows in zip(batch, rows, strict=True):
            found[path.stem] = _labels(image_rows, names)
        progress(len(found), len(images))
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_suffix(".partial")
    partial.write_text(json.dumps(found))
    partial.replace(out)


def read_pseudo_labels(path: Path) -> PseudoLabels:
    """What write_pseudo_labels stored."""
    labels: PseudoLabels = json.loads(path.read_text())
    return labels


def _batches(images: list[Path]) -> Iterator[list[Path]]:
    for start in range(0, len(images), _BATCH):
        yield images[start : start + _BATCH]


def _stretched(path: Path) -> NDArray[np.uint8]:
    image: Any = cv2.resize(read_image(path), _SIDE_WH, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(image)


def _labels(rows: NDArray[np.float32], names: list[str]) -> list[Any]:
    width, height = _SIDE_WH
    kept = rows[rows[:, 4] >= KEPT_FROM]
    scale = np.array([width, height, width, height], np.float32)
    boxes = np.clip(kept[:, :4] / scale, 0.0, 1.0)
    return [
        [names[int(row[5])], round(float(row[4]), 4), *(round(float(v), 5) for v in box)]
        for row, box in zip(kept, boxes, strict=True)
    ]
