"""Letterbox: boxes find their way back, pictures keep their shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunjie.models.letterbox import PAD, Letterbox
from xunjie.models.yolo26 import input_wh_for

sides = st.integers(1, 4000)
inputs = st.integers(1, 20).map(lambda k: 32 * k)
fractions = st.floats(-0.5, 1.5)


@given(sides, sides, inputs, inputs, st.tuples(fractions, fractions, fractions, fractions))
def test_a_box_comes_back_within_a_hundredth_of_a_pixel_a_thousand(
    w: int, h: int, input_w: int, input_h: int, box: tuple[float, float, float, float]
) -> None:
    letterbox = Letterbox((w, h), (input_w, input_h))
    xyxy = np.array([box]) * [w, h, w, h]
    back = letterbox.to_image(letterbox.to_input(xyxy).astype(np.float64))
    # float32 input pixels magnified by the shrinking are all that is lost.
    tolerance = 1e-5 * max(w, h) * max(1.0, w / letterbox.scaled_wh[0], h / letterbox.scaled_wh[1])
    assert np.abs(back - xyxy).max() <= max(0.01, tolerance)


@given(sides, sides, inputs, inputs)
def test_the_picture_fills_one_side_and_is_centred(
    w: int, h: int, input_w: int, input_h: int
) -> None:
    letterbox = Letterbox((w, h), (input_w, input_h))
    (scaled_w, scaled_h), (left, top) = letterbox.scaled_wh, letterbox.offset_xy
    assert scaled_w == input_w or scaled_h == input_h
    assert 0 <= input_w - scaled_w - 2 * left <= 1
    assert 0 <= input_h - scaled_h - 2 * top <= 1


def test_a_frame_of_a_street_camera_gets_grey_bars_above_and_below() -> None:
    output = Letterbox((1920, 1080), (640, 384)).apply(np.zeros((1080, 1920, 3), np.uint8))
    assert output.shape == (384, 640, 3)
    assert (output[:12] == PAD).all()
    assert (output[12:372] == 0).all()
    assert (output[372:] == PAD).all()


def test_a_picture_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(ValueError, match=r"expected \(20, 10\).*found \(10, 20, 3\)"):
        Letterbox((10, 20), (32, 32)).apply(np.zeros((10, 20, 3), np.uint8))


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=">= 1 px"):
        Letterbox((0, 20), (32, 32))


@given(sides, sides)
def test_the_chosen_input_never_costs_more_than_the_budget(w: int, h: int) -> None:
    width, height = input_wh_for((w, h), (640, 384))
    assert width % 32 == height % 32 == 0
    assert 0 < width * height <= 640 * 384


@given(st.integers(200, 4000), st.integers(200, 4000))
def test_the_chosen_input_shows_a_picture_at_least_as_large_as_the_stream_shape(
    w: int, h: int
) -> None:
    width, height = input_wh_for((w, h), (640, 384))
    assert min(width / w, height / h) >= min(640 / w, 384 / h)
