"""Faults of polygons and lines, signed distances, metres."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xunjie.zones.geometry import (
    MAX_VERTICES,
    line_fault,
    metres_per_degree,
    polygon_fault,
    read_only_vertices,
    signed_distance,
)

whole = st.integers(-1000, 1000).map(float)
points = st.tuples(whole, whole)

CORNER = [(0.0, 0.0), (10.0, 0.0), (10.0, -10.0)]  # walks east, then turns right (south)


def fault_of_polygon(*vertices: tuple[float, float]) -> str | None:
    return polygon_fault(np.array(vertices, dtype=np.float64).reshape(-1, 2))


def fault_of_line(*vertices: tuple[float, float]) -> str | None:
    return line_fault(np.array(vertices, dtype=np.float64).reshape(-1, 2))


def test_triangle_is_a_polygon() -> None:
    assert fault_of_polygon((0, 0), (4, 0), (0, 3)) is None


def test_two_vertices_are_no_polygon() -> None:
    assert fault_of_polygon((0, 0), (4, 0)) == (
        "a polygon needs at least 3 different vertices, found 2"
    )


def test_bow_tie_is_refused_with_its_crossing_point() -> None:
    assert "crosses or touches itself at (5, 5)" in str(
        fault_of_polygon((0, 0), (10, 10), (10, 0), (0, 10))
    )


def test_ring_touching_itself_at_a_vertex_is_refused() -> None:
    assert "touches itself at (5, 0)" in str(
        fault_of_polygon((0, 0), (10, 0), (10, 5), (5, 0), (0, 5))
    )


def test_ring_meeting_itself_only_at_its_first_vertex_is_refused_there() -> None:
    figure_eight = ((5, 5), (10, 10), (10, 0), (5, 5), (0, 0), (0, 10))
    assert "itself at (5, 5)" in str(fault_of_polygon(*figure_eight))


def test_vertices_on_one_line_have_no_area() -> None:
    assert "has no area" in str(fault_of_polygon((0, 0), (5, 0), (10, 0)))


def test_spike_is_refused() -> None:
    assert "crosses or touches itself" in str(fault_of_polygon((0, 0), (9, 0), (5, 0), (5, 5)))


def test_repeated_vertex_is_named() -> None:
    fault = fault_of_polygon((0, 0), (4, 0), (4, 0), (0, 3))
    assert fault == "vertex 3 repeats vertex 2; remove one of them"


def test_explicitly_closed_ring_is_refused() -> None:
    assert "closed implicitly" in str(fault_of_polygon((0, 0), (4, 0), (0, 3), (0, 0)))


def test_too_many_vertices_are_refused() -> None:
    angles = np.linspace(0, 2 * np.pi, MAX_VERTICES + 2)[:-1]
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert polygon_fault(circle[:-1]) is None
    assert "may have 1000 vertices, found 1001" in str(polygon_fault(circle))


def test_two_points_are_a_line_and_one_is_none() -> None:
    assert fault_of_line((0, 0), (1, 1)) is None
    assert fault_of_line((0, 0)) == "a line needs at least 2 different vertices, found 1"


def test_line_crossing_itself_is_refused_with_the_point() -> None:
    assert "crosses or touches itself at (5, 0)" in str(
        fault_of_line((0, 0), (10, 0), (10, 5), (5, 5), (5, -5))
    )


@pytest.mark.parametrize("bad", [[1.0, 2.0], [[1.0, 2.0, 3.0]], 5.0])
def test_other_shapes_are_no_vertices(bad: object) -> None:
    with pytest.raises(ValueError, match=r"expected shape \(k, 2\)"):
        read_only_vertices(bad)


def test_nan_is_no_vertex() -> None:
    with pytest.raises(ValueError, match="expected finite numbers"):
        read_only_vertices([[0.0, math.nan]])


def test_vertices_are_a_read_only_copy() -> None:
    given_points = np.zeros((3, 2))
    vertices = read_only_vertices(given_points)
    given_points[0, 0] = 7.0
    assert vertices[0, 0] == 0.0
    assert not vertices.flags.writeable


@given(vertices=st.lists(points, min_size=3, max_size=8, unique=True), turn=st.integers(0, 7))
def test_simple_stays_simple_under_rotation_of_vertices_and_winding(
    vertices: list[tuple[float, float]], turn: int
) -> None:
    turn %= len(vertices)
    turned = (vertices[turn:] + vertices[:turn])[::-1]
    assert (fault_of_polygon(*vertices) is None) == (fault_of_polygon(*turned) is None)


@pytest.mark.parametrize(
    ("x", "y", "distance"),
    [
        (5, 3, 3.0),
        (5, -3, -3.0),
        (0, 2, 2.0),
        (13, -5, 3.0),
        (8, -5, -2.0),
        (13, 4, 5.0),
        (10, 0, 0.0),
        (-0.001, 2, -math.inf),
        (12, -10.001, -math.inf),
    ],
)
def test_distance_is_signed_and_counts_along_the_line_only(
    x: float, y: float, distance: float
) -> None:
    assert signed_distance(CORNER, x, y) == pytest.approx(distance)


def test_first_or_last_vertex_exactly_abeam_counts() -> None:
    assert signed_distance([(0.0, 0.0), (10.0, 0.0)], 10.0, 4.0) == 4.0


def test_side_at_a_sharp_corner_is_right_where_the_stretches_disagree() -> None:
    # A narrow wedge open to the west: its tip is seen from the east, on its left-hand outside.
    wedge = [(0.0, 1.0), (10.0, 0.0), (0.0, -1.0)]
    assert signed_distance(wedge, 12.0, 0.1) == pytest.approx(math.hypot(2, 0.1))
    assert signed_distance(wedge, 12.0, -0.1) == pytest.approx(math.hypot(2, 0.1))
    assert signed_distance(wedge[::-1], 12.0, 0.1) == pytest.approx(-math.hypot(2, 0.1))


def test_nearer_corner_wins_over_a_farther_stretch_and_the_reverse() -> None:
    hook = [(0.0, 0.0), (10.0, 0.0), (10.0, 3.0), (20.0, 3.0)]
    assert signed_distance(hook, 9.0, 4.0) == pytest.approx(math.hypot(1, 1))
    assert signed_distance(hook, 9.5, 0.5) == pytest.approx(0.5)


@given(vertices=st.lists(points, min_size=2, max_size=6), at=points, by=points)
def test_distance_is_the_same_after_moving_line_and_point(
    vertices: list[tuple[float, float]], at: tuple[float, float], by: tuple[float, float]
) -> None:
    assume(fault_of_line(*vertices) is None)
    moved = [(x + by[0], y + by[1]) for x, y in vertices]
    # Whole numbers move exactly, so even the decision at the ends is the same.
    assert signed_distance(moved, at[0] + by[0], at[1] + by[1]) == signed_distance(vertices, *at)


@given(vertices=st.lists(points, min_size=2, max_size=6), at=points)
def test_walking_the_line_backwards_swaps_the_sides(
    vertices: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    assume(fault_of_line(*vertices) is None)
    there, back = signed_distance(vertices, *at), signed_distance(vertices[::-1], *at)
    assert abs(there) == pytest.approx(abs(back))
    if math.isfinite(there) and abs(there) > 1e-6 and not _is_equidistant(vertices, at):
        assert there == pytest.approx(-back)


def _is_equidistant(vertices: list[tuple[float, float]], at: tuple[float, float]) -> bool:
    """Whether two stretches are equally near, so that either may decide the side."""
    found = [signed_distance([a, b], *at) for a, b in pairwise(vertices)]
    near = sorted(abs(d) for d in found if math.isfinite(d))
    return len(near) > 1 and near[1] - near[0] < 1e-6


def test_metres_of_a_degree_match_the_published_lengths() -> None:
    # NGA length-of-a-degree calculator: latitude 30°.
    east, north = metres_per_degree(30.0)
    assert east == pytest.approx(96486.28, abs=0.01)
    assert north == pytest.approx(110852.42, abs=0.03)
