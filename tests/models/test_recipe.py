"""Recipes: the shipped one, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry
from xunjie.models.training.recipe import load_recipe

RECIPES = Path(__file__).resolve().parents[2] / "models" / "recipes"
GOOD = """
id = "tiny"
seed = 1
initial = "w.pt"
coco_names = "coco.txt"
classes = ["stall", "bin"]
[[set]]
name = "market"
path = "market"
names = "classes.txt"
labels = ["stall"]
licence = "CC0"
weight = 1.0
[[stage]]
name = "one"
sets = ["market"]
epochs = 1
steps = 1
batch = 2
shapes_wh = [[64, 64]]
lr = 1e-3
"""


def test_the_shipped_recipe_makes_the_classes_of_the_shipped_model(entry: ModelEntry) -> None:
    assert load_recipe(RECIPES / "street.toml").classes == entry.classes


def test_every_set_of_the_shipped_recipe_states_its_licence() -> None:
    assert all(spec.licence for spec in load_recipe(RECIPES / "street.toml").sets)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.replace('labels = ["stall"]', 'labels = ["kiosk"]'), r"\['kiosk'\]"),
        (lambda t: t.replace('labels = ["stall"]', "labels = []"), "needs labels"),
        (lambda t: t.replace('sets = ["market"]', 'sets = ["fair"]'), "no set 'fair'"),
        (lambda t: t.replace("steps = 1", "stops = 1"), "stops"),
        (lambda t: t[: t.index("[[stage]]")], r"at least one \[\[stage\]\]"),
        (lambda t: t + "=", "not a readable recipe"),
    ],
)
def test_a_faulty_recipe_is_refused_with_the_fault(
    tmp_path: Path, change: Callable[[str], str], reason: str
) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(change(GOOD))
    with pytest.raises(ModelError, match=reason):
        load_recipe(path)
