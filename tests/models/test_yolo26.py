"""Rows of the NMS-free head become Detections."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunjie.models import yolo26
from xunjie.models.errors import ModelError
from xunjie.models.letterbox import Letterbox

LETTERBOX = Letterbox((1280, 720), (640, 384))
HALF = np.array([0.5, 0.25], np.float32)


def rows(*values: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(values, np.float32).reshape(-1, 6)


def test_a_box_is_moved_to_picture_pixels() -> None:
    found = yolo26.decode(rows([10, 22, 110, 122, 0.9, 0]), LETTERBOX, HALF, "m")
    assert found.xyxy.tolist() == [[20.0, 20.0, 220.0, 220.0]]


def test_each_class_has_its_own_threshold_and_it_is_inclusive() -> None:
    head = rows([0, 0, 9, 9, 0.5, 0], [0, 0, 9, 9, 0.49, 0], [0, 0, 9, 9, 0.25, 1])
    found = yolo26.decode(head, LETTERBOX, HALF, "m")
    assert found.class_id.tolist() == [0, 1]
    assert found.score.tolist() == [0.5, 0.25]


def test_a_box_that_leaves_the_picture_is_not_clipped() -> None:
    found = yolo26.decode(rows([600, 300, 700, 400, 0.9, 0]), LETTERBOX, HALF, "m")
    assert found.xyxy[0, 2] == 1400.0
    assert found.xyxy[0, 3] == 776.0


def test_no_rows_are_no_detections() -> None:
    assert len(yolo26.decode(rows(), LETTERBOX, HALF, "m")) == 0


def test_a_class_the_registry_does_not_know_is_refused() -> None:
    with pytest.raises(ModelError, match="class 2"):
        yolo26.decode(rows([0, 0, 9, 9, 0.9, 2]), LETTERBOX, HALF, "m")


def test_output_of_another_shape_is_refused() -> None:
    with pytest.raises(ModelError, match=r"expected output rows \(n, 6\), found \(84, 5\)"):
        yolo26.decode(np.zeros((84, 5), np.float32), LETTERBOX, HALF, "m")


def test_pixels_become_planes_between_nought_and_one() -> None:
    image = np.zeros((32, 64, 3), np.uint8)
    image[..., 0] = 255
    tensor = yolo26.to_tensor(image)
    assert tensor.shape == (1, 3, 32, 64)
    assert tensor[0, 0].min() == pytest.approx(1.0)
    assert tensor[0, 1:].max() == 0.0


def test_a_second_box_on_the_same_thing_is_dropped_and_the_better_one_kept() -> None:
    head = rows([10, 10, 60, 60, 0.6, 0], [11, 10, 61, 60, 0.9, 0], [200, 10, 260, 60, 0.6, 0])
    found = yolo26.decode(head, LETTERBOX, HALF, "m")
    assert found.score.tolist() == pytest.approx([0.9, 0.6])


def test_two_classes_may_share_a_place() -> None:
    head = rows([10, 10, 60, 60, 0.6, 0], [10, 10, 60, 60, 0.9, 1])
    assert len(yolo26.decode(head, LETTERBOX, HALF, "m")) == 2


@given(st.lists(st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 40)] * 2), max_size=30))
def test_dropping_doubles_twice_changes_nothing(values: list[tuple[int, int, int, int]]) -> None:
    boxes = np.array(values, np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    score = np.linspace(1, 0, len(boxes), dtype=np.float32)
    class_id = np.arange(len(boxes), dtype=np.int32) % 2
    once = yolo26.without_doubles(boxes, score, class_id)
    again = yolo26.without_doubles(boxes[once], score[once], class_id[once])
    assert len(again) == len(once)
