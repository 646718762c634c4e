"""Recipes: one TOML file says from which sets, in which stages a model is made."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from xunjie.models.errors import ModelError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One training set: where it is, what it labels, how often it is drawn.

    ``labels`` are the only classes whose absence means background; ``presumed_absent`` ones are
    taught as background with ``presumed_weight`` in [0, 1]. Paths are relative to the data root.
    """

    name: str
    path: str
    names: str
    labels: tuple[str, ...]
    licence: str
    weight: float
    presumed_absent: tuple[str, ...] = ()
    presumed_weight: float = 0.4
    squeezed: bool = False
    pseudo: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training: ``epochs`` times ``steps`` batches drawn from ``sets``.

    ``frozen_layers``: the first so many layers keep the initial weights. ``lr`` is for the head,
    the rest learns at ``lr * body_lr_share``.
    """

    name: str
    sets: tuple[str, ...]
    epochs: int
    steps: int
    batch: int
    shapes_wh: tuple[tuple[int, int], ...]
    lr: float
    frozen_layers: int = 5
    body_lr_share: float = 0.4
    box_gain: float = 7.5
    class_gain: float = 0.5


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything but the data and the machine: with their digests a run can be repeated."""

    recipe_id: str
    seed: int
    initial: str
    coco_names: str
    classes: tuple[str, ...]
    sets: tuple[SetSpec, ...]
    stages: tuple[Stage, ...]
    digest: str

    def set(self, name: str) -> SetSpec:
        """The set of that name; ModelError names the known ones."""
        for spec in self.sets:
            if spec.name == name:
                return spec
        raise ModelError(f"recipe {self.recipe_id}: no set '{name}', found {self.set_names}")

    @property
    def set_names(self) -> list[str]:
        """Names of all sets, in the file's order."""
        return [spec.name for spec in self.sets]


def load_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file; ModelError names the file and the faulty key."""
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path}: not a readable recipe ({error})") from error
    sets = tuple(_build(SetSpec, entry, f"{path}: [[set]]") for entry in data.pop("set", ()))
    stages = tuple(_build(Stage, entry, f"{path}: [[stage]]") for entry in data.pop("stage", ()))
    data["recipe_id"] = data.pop("id", None)
    data |= {"sets": sets, "stages": stages, "digest": hashlib.sha256(raw).hexdigest()}
    recipe = _build(Recipe, data, str(path))
    _check(recipe, path)
    return recipe


def _check(recipe: Recipe, path: Path) -> None:
    known = set(recipe.classes)
    for spec in recipe.sets:
        unknown = sorted((set(spec.labels) | set(spec.presumed_absent)) - known)
        if unknown:
            raise ModelError(f"{path}: set '{spec.name}' names classes not in the list: {unknown}")
        if not spec.labels or spec.weight <= 0:
            raise ModelError(f"{path}: set '{spec.name}' needs labels and a weight above 0")
    for stage in recipe.stages:
        for name in stage.sets:
            recipe.set(name)
    if not recipe.stages:
        raise ModelError(f"{path}: expected at least one [[stage]]")


def _build(kind: type[T], entry: dict[str, Any], where: str) -> T:
    values = {key: _tuples(value) for key, value in entry.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ModelError(f"{where}: {error}") from error


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
