"""Training pictures: render, make them look like a camera's, write YOLO folders."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scripts.scene_kit.labels import Label, seen_labels
from scripts.scene_kit.lettering import Atlas
from scripts.scene_kit.random_scenes import random_scene
from scripts.scene_kit.renderer import Renderer
from scripts.scene_kit.thing import CLASS_NAMES, Kit, flatten

USUAL_WH = (960, 540)
OTHER_WH = ((720, 720), (800, 600), (544, 960), (1120, 480))
VAL_EVERY = 7  # every seventh picture is for validation
LIKE_DEMO_EVERY = 9
EMPTY_EVERY = 8


def camera_look(picture: NDArray[np.uint8], rng: np.random.Generator) -> Image.Image:
    """Blur, vignette, white balance and noise as of a street camera; uint8 RGB (h, w, 3)."""
    soft = Image.fromarray(picture)
    if rng.random() < 0.6:
        soft = soft.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 1.0))))
    if rng.random() < 0.25:
        scale = rng.uniform(0.5, 0.85)
        small = soft.resize(
            (int(soft.width * scale), int(soft.height * scale)), Image.Resampling.BILINEAR
        )
        soft = small.resize(soft.size, Image.Resampling.BICUBIC)
    values = np.asarray(soft, np.float32)
    h, w = values.shape[:2]
    y, x = np.mgrid[-1 : 1 : complex(0, h), -1 : 1 : complex(0, w)]
    values *= (1 - rng.uniform(0, 0.22) * (x * x + y * y) / 2)[..., None].astype(np.float32)
    values *= rng.uniform(0.94, 1.06, 3).astype(np.float32)
    values = (
        (values - 128) * np.float32(rng.uniform(0.8, 1.12)) + 128 + np.float32(rng.uniform(-10, 10))
    )
    sigma = float(rng.uniform(0.5, 7.0))
    values += rng.standard_normal((h, w, 1), np.float32) * sigma
    values += rng.standard_normal((h, w, 3), np.float32) * sigma * 0.4
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def yolo_lines(labels: list[Label], frame_wh: tuple[int, int]) -> str:
    """One line per label: class, centre x, centre y, width, height, in shares of the frame."""
    w, h = frame_wh
    lines = []
    for one in labels:
        x1, y1, x2, y2 = one.box
        numbers = ((x1 + x2) / 2 / w, (y1 + y2) / 2 / h, (x2 - x1) / w, (y2 - y1) / h)
        lines.append(f"{CLASS_NAMES.index(one.name)} " + " ".join(f"{n:.6f}" for n in numbers))
    return "".join(line + "\n" for line in lines)


class PictureMaker:
    """Makes picture number k of a seed, always the same one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._renderer = Renderer()

    def make(self, number: int) -> tuple[NDArray[np.uint8], list[Label], np.random.Generator]:
        """The clean picture, its labels, and the generator to go on with."""
        rng = np.random.default_rng((self._seed, number))
        kit = Kit(rng, Atlas())
        wh = OTHER_WH[int(rng.integers(len(OTHER_WH)))] if number % 10 == 3 else USUAL_WH
        scene = random_scene(kit, wh, number % LIKE_DEMO_EVERY == 4, number % EMPTY_EVERY == 5)
        vertices, things = flatten(scene.things)
        self._renderer.load(vertices, kit.atlas.pixels())
        labels = seen_labels(self._renderer, scene.camera, vertices, things)
        return self._renderer.draw(scene.camera, scene.light), labels, rng


def write_set(out: Path, numbers: range, seed: int) -> int:
    """Writes pictures and labels into train/ and val/; returns how many labels there are."""
    for half in ("train", "val"):
        for kind in ("images", "labels"):
            (out / half / kind).mkdir(parents=True, exist_ok=True)
    (out / "classes.txt").write_text("".join(name + "\n" for name in CLASS_NAMES))
    maker, count = PictureMaker(seed), 0
    for number in numbers:
        picture, labels, rng = maker.make(number)
        part = out / ("val" if number % VAL_EVERY == 6 else "train")
        stem = f"render_{seed}_{number:05d}"
        raw = io.BytesIO()
        camera_look(picture, rng).save(raw, "JPEG", quality=int(rng.integers(55, 93)))
        (part / "images" / f"{stem}.jpg").write_bytes(raw.getvalue())
        height, width = picture.shape[:2]
        (part / "labels" / f"{stem}.txt").write_text(yolo_lines(labels, (width, height)))
        count += len(labels)
    return count
