"""Things in the street: a mesh with a class name, made of parts that may be things themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.scene_kit.lettering import Atlas
from scripts.scene_kit.mesh import Array, Mesh

COCO_NAMES = (
    *("person", "bicycle", "car", "motorcycle", "bus", "truck", "bench", "backpack"),
    *("umbrella", "handbag", "suitcase", "bottle", "chair", "potted plant", "dining table", "dog"),
)
OUR_NAMES = (
    *("stall", "garbage", "bin", "bin_overflow", "billboard", "signboard"),
    *("blade_sign", "window_ad", "banner", "door", "outdoor_goods", "outdoor_seating"),
)
CLASS_NAMES = COCO_NAMES + OUR_NAMES


@dataclass(frozen=True, slots=True)
class Thing:
    """`name` is a class name, or None for what is not labelled. Parts count into its box."""

    name: str | None
    mesh: Mesh
    parts: tuple[Thing, ...] = ()

    def moved(self, x: float, y: float = 0.0, z: float = 0.0) -> Thing:
        return Thing(
            self.name, self.mesh.moved(x, y, z), tuple(p.moved(x, y, z) for p in self.parts)
        )

    def turned(self, angle_rad: float) -> Thing:
        parts = tuple(p.turned(angle_rad) for p in self.parts)
        return Thing(self.name, self.mesh.turned(angle_rad), parts)

    def walk(self) -> Iterator[Thing]:
        """The thing and all parts, depth first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def points(self) -> Array:
        """Positions of all vertices, float32 (n, 3)."""
        return np.concatenate([t.mesh.points for t in self.walk()])


@dataclass(frozen=True, slots=True)
class Kit:
    """What every builder needs: its random numbers and the sheet its lettering goes to."""

    rng: np.random.Generator
    atlas: Atlas

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))


@dataclass(frozen=True, slots=True)
class Labelled:
    """A thing of a flattened scene: which vertices (first, count) are it and its parts."""

    name: str
    first: int
    count: int
    ids: tuple[int, ...]


def flatten(things: Sequence[Thing]) -> tuple[Array, list[Labelled]]:
    """All vertices with ids (n, 13) and the labelled things among them; id 0 is nothing."""
    chunks: list[Array] = []
    labelled: list[Labelled] = []
    state = [0, 1]  # next vertex, next id

    def add(thing: Thing) -> None:
        first, first_id = state
        n = len(thing.mesh.vertices)
        chunks.append(np.c_[thing.mesh.vertices, np.full((n, 1), first_id, np.float32)])
        state[0], state[1] = first + n, first_id + 1
        for part in thing.parts:
            add(part)
        if thing.name is not None:
            ids = tuple(range(first_id, state[1]))
            labelled.append(Labelled(thing.name, first, state[0] - first, ids))

    for thing in things:
        add(thing)
    vertices = np.concatenate(chunks) if chunks else np.zeros((0, 13), np.float32)
    return vertices.astype(np.float32), labelled
