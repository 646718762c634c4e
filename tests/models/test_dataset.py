"""The merged training set: what a set claims, what is unknown in it, how pictures are composed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xunjie.models.errors import ModelError
from xunjie.models.training import augment, dataset
from xunjie.models.training.labels import read_label_file
from xunjie.models.training.recipe import Recipe, SetSpec

CLASSES = ("person", "stall", "garbage")
NAMES = ["stall", "garbage", "kite"]


def spec(labels: tuple[str, ...] = ("stall",), pseudo: bool = False) -> SetSpec:
    return SetSpec(
        "market", "market", "classes.txt", labels, "CC0", 1.0, ("garbage",), 0.4, False, pseudo
    )


def recipe(*sets: SetSpec) -> Recipe:
    return Recipe("tiny", 1, "w.pt", "coco.txt", CLASSES, sets, (), "0")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data root with one picture of one stall and one kite."""
    (tmp_path / "market" / "images").mkdir(parents=True)
    (tmp_path / "market" / "labels").mkdir()
    (tmp_path / "classes.txt").write_text("\n".join(NAMES))
    Image.new("RGB", (100, 50), (200, 0, 0)).save(tmp_path / "market" / "images" / "a.png")
    (tmp_path / "market" / "labels" / "a.txt").write_text("0 0.5 0.5 0.2 0.4\n2 0.1 0.1 0.1 0.1\n")
    return tmp_path


def test_a_class_the_set_does_not_label_is_unknown_there_not_background() -> None:
    weights = dataset.valid_weights(recipe(spec()), [spec()], {"person"})
    assert weights[0].tolist() == pytest.approx([0.0, 1.0, 0.4])


def test_pseudo_labels_make_coco_classes_known() -> None:
    weights = dataset.valid_weights(recipe(spec()), [spec(pseudo=True)], {"person"})
    assert weights[0, 0] == 1.0


def test_padding_is_background_for_every_class() -> None:
    assert dataset.valid_weights(recipe(spec()), [spec()], set())[-1].tolist() == [1.0, 1.0, 1.0]


def test_boxes_are_read_as_corners_and_foreign_classes_left_out(root: Path) -> None:
    (example,) = dataset.load_set(spec(), 0, recipe(spec()), root, None)
    assert example.class_ids.tolist() == [1]
    assert example.boxes[0].tolist() == pytest.approx([0.4, 0.3, 0.6, 0.7])


def test_a_sure_pseudo_label_becomes_a_box_and_an_unsure_one_a_place_to_ignore(root: Path) -> None:
    found = {"a": [("person", 0.8, 0.0, 0.0, 0.1, 0.9), ("person", 0.2, 0.8, 0.0, 0.9, 0.9)]}
    (example,) = dataset.load_set(spec(), 0, recipe(spec()), root, found)
    assert example.class_ids.tolist() == [1, 0]
    assert example.ignored.tolist() == [pytest.approx([0.8, 0.0, 0.9, 0.9])]


def test_a_label_the_set_does_not_claim_is_refused(root: Path) -> None:
    other = spec(labels=("garbage",))
    with pytest.raises(ModelError, match=r"a\.png: labelled 'stall'"):
        dataset.load_set(other, 0, recipe(other), root, None)


def test_a_set_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("\n".join(NAMES))
    with pytest.raises(ModelError, match="found none"):
        dataset.load_set(spec(), 0, recipe(spec()), tmp_path, None)


@pytest.mark.parametrize("line", ["9 0.5 0.5 0.1 0.1", "0 0.5 0.5", "stall 0.5 0.5 0.1 0.1"])
def test_a_faulty_label_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "b.txt"
    path.write_text(f"0 0.5 0.5 0.1 0.1\n{line}\n")
    with pytest.raises(ModelError, match=r"b\.txt:2: not a label of 3 classes"):
        read_label_file(path, NAMES)


def test_the_digest_changes_with_one_label(root: Path) -> None:
    before = dataset.data_digest([spec()], root)
    assert dataset.data_digest([spec()], root) == before
    (root / "market" / "labels" / "a.txt").write_text("0 0.5 0.5 0.2 0.41\n")
    assert dataset.data_digest([spec()], root) != before


@pytest.mark.parametrize("seed", range(20))
def test_composed_boxes_lie_on_their_object_and_inside_the_picture(root: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    (example,) = dataset.load_set(spec(), 0, recipe(spec()), root, None)
    tiles = [augment.Tile(example, example.read(), squeezed=False)]
    composed = augment.compose(tiles, [(0, 0, 128, 96)], (128, 96), 1, rng)
    assert composed.image.shape == (96, 128, 3)
    assert composed.set_map.shape == (12, 16)
    for x1, y1, x2, y2 in composed.boxes:
        assert 0 <= x1 < x2 <= 128
        assert 0 <= y1 < y2 <= 96
        # The middle of the box lies on the picture, so its set's claims hold there.
        assert composed.set_map[int((y1 + y2) / 2) // 8, int((x1 + x2) / 2) // 8] == 0


def test_regions_cover_the_picture_without_overlap() -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        covered = np.zeros((96, 128), np.int64)
        for x1, y1, x2, y2 in augment.regions((128, 96), rng):
            covered[y1:y2, x1:x2] += 1
        assert (covered == 1).all()
