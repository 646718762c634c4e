"""Zones: inside, share of a box, beyond a shop front, in force."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.zones.builders import SQUARE, front, hours, ns, zone_at
from xunjie.zones.geometry import line_fault, polygon_fault
from xunjie.zones.schedule import Schedule
from xunjie.zones.zone import Zone
from xunjie.zones.zoneset import ZoneSet

whole = st.integers(-500, 500).map(float)
points = st.tuples(whole, whole)
polygons = st.lists(points, min_size=3, max_size=7, unique=True)
lines = st.lists(points, min_size=2, max_size=5)


def is_polygon(vertices: list[tuple[float, float]]) -> bool:
    return polygon_fault(np.array(vertices)) is None


def is_line(vertices: list[tuple[float, float]]) -> bool:
    return line_fault(np.array(vertices)) is None


@pytest.mark.parametrize("point", [(5, 5), (0, 0), (10, 10), (5, 0), (10, 5), (0, 0.1)])
def test_inside_and_boundary_count_as_inside(point: tuple[float, float]) -> None:
    assert zone_at().contains(*point)


@pytest.mark.parametrize("point", [(-1e-9, 5), (10.000001, 5), (5, 11), (math.nan, 5)])
def test_outside_is_outside(point: tuple[float, float]) -> None:
    assert not zone_at().contains(*point)


@given(vertices=polygons)
def test_every_vertex_is_inside(vertices: list[tuple[float, float]]) -> None:
    assume(is_polygon(vertices))
    zone = zone_at(vertices)
    assert all(zone.contains(*vertex) for vertex in vertices)


@given(vertices=polygons, at=points, by=points)
def test_inside_does_not_change_with_translation(
    vertices: list[tuple[float, float]], at: tuple[float, float], by: tuple[float, float]
) -> None:
    assume(is_polygon(vertices))
    moved = zone_at([(x + by[0], y + by[1]) for x, y in vertices])
    assert moved.contains(at[0] + by[0], at[1] + by[1]) == zone_at(vertices).contains(*at)


@given(vertices=polygons, at=points, turn=st.integers(0, 6))
def test_inside_does_not_change_with_first_vertex_or_winding(
    vertices: list[tuple[float, float]], at: tuple[float, float], turn: int
) -> None:
    assume(is_polygon(vertices))
    turn %= len(vertices)
    turned = vertices[turn:] + vertices[:turn]
    inside = zone_at(vertices).contains(*at)
    assert zone_at(turned).contains(*at) == inside
    assert zone_at(turned[::-1]).contains(*at) == inside


@pytest.mark.parametrize(
    ("box", "share"),
    [
        ((2, 2, 4, 4), 1.0),
        ((-5, 0, 5, 10), 0.5),
        ((5, 5, 15, 15), 0.25),
        ((-10, -10, 20, 20), 1 / 9),
        ((11, 11, 12, 12), 0.0),
        ((5, 5, 5, 9), 0.0),
        ((5, 5, 4, 9), 0.0),
    ],
)
def test_share_of_the_box_inside(box: tuple[float, float, float, float], share: float) -> None:
    assert zone_at().overlap_share(box) == pytest.approx(share)


@given(vertices=polygons, box=st.tuples(whole, whole, whole, whole))
def test_share_stays_between_nothing_and_all(
    vertices: list[tuple[float, float]], box: tuple[float, float, float, float]
) -> None:
    assume(is_polygon(vertices))
    assert 0.0 <= zone_at(vertices).overlap_share(box) <= 1.0


SHOP_ABOVE_PAVEMENT_BELOW = front([[0, 100], [50, 100]], "right")


def test_below_a_line_to_the_right_is_the_right_side_as_displayed() -> None:
    assert SHOP_ABOVE_PAVEMENT_BELOW.distance_beyond_px(20, 130) == 30.0


def test_the_shop_side_is_negative() -> None:
    assert SHOP_ABOVE_PAVEMENT_BELOW.distance_beyond_px(20, 90) == -10.0


def test_in_front_of_the_neighbour_is_not_beyond_this_front() -> None:
    assert SHOP_ABOVE_PAVEMENT_BELOW.distance_beyond_px(51, 130) == -math.inf


def test_left_of_a_line_walked_to_the_right_is_above() -> None:
    assert front([[0, 100], [50, 100]], "left").distance_beyond_px(20, 70) == 30.0


def test_front_along_a_receding_pavement_measures_across_it() -> None:
    zone = front([[0, 0], [30, 40]], "left")
    assert zone.distance_beyond_px(15 + 4, 20 - 3) == pytest.approx(5.0)


@given(vertices=lines, at=points)
def test_reversed_line_with_swapped_side_gives_the_same_distance(
    vertices: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    assume(is_line(vertices))
    there = front(vertices, "left").distance_beyond_px(*at)
    assert front(vertices[::-1], "right").distance_beyond_px(*at) == there


@given(vertices=lines, at=points)
def test_mirrored_line_and_point_with_swapped_side_gives_the_same_distance(
    vertices: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    assume(is_line(vertices) and len(vertices) == 2)
    mirrored = [(-x, y) for x, y in vertices]
    there = front(vertices, "left").distance_beyond_px(*at)
    assert front(mirrored, "right").distance_beyond_px(-at[0], at[1]) == pytest.approx(there)


@given(vertices=lines, at=points, by=points)
def test_distance_does_not_change_with_translation(
    vertices: list[tuple[float, float]], at: tuple[float, float], by: tuple[float, float]
) -> None:
    assume(is_line(vertices))
    moved = front([(x + by[0], y + by[1]) for x, y in vertices])
    there = front(vertices).distance_beyond_px(*at)
    assert moved.distance_beyond_px(at[0] + by[0], at[1] + by[1]) == there


def test_ground_front_measures_metres_seen_from_above() -> None:
    # Walked eastwards, the left side is the north; 0.0001° of latitude is about 11.1 m.
    zone = front([[121.47, 31.23], [121.471, 31.23]], "left", space="ground")
    assert zone.distance_beyond_m(121.4705, 31.2301) == pytest.approx(11.09, abs=0.01)
    assert zone.distance_beyond_m(121.4705, 31.2299) == pytest.approx(-11.09, abs=0.01)
    assert zone.distance_beyond_m(121.4712, 31.2301) == -math.inf


def test_polygon_has_no_public_side() -> None:
    with pytest.raises(ValueError, match="only a shop front has a public side"):
        zone_at().distance_beyond_px(1, 1)
    with pytest.raises(ValueError, match="only a shop front has a public side"):
        zone_at().distance_beyond_m(1, 1)


def test_pixels_and_metres_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="ask distance_beyond_m"):
        front([[0, 0], [1, 0]], space="ground").distance_beyond_px(1, 1)
    with pytest.raises(ValueError, match="ask distance_beyond_px"):
        front([[0, 0], [1, 0]]).distance_beyond_m(1, 1)


def test_shop_front_has_no_inside_and_no_area() -> None:
    with pytest.raises(ValueError, match="has no inside"):
        front([[0, 0], [1, 0]]).contains(0, 0)
    with pytest.raises(ValueError, match="has no area"):
        front([[0, 0], [1, 0]]).overlap_share((0, 0, 1, 1))


FROM, TO = ns("2026-05-01T00:00:00+08:00"), ns("2026-06-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("t_ns", "is_valid"), [(FROM - 1, False), (FROM, True), (TO - 1, True), (TO, False)]
)
def test_validity_includes_its_first_instant_and_not_its_last(t_ns: int, is_valid: bool) -> None:
    zone = zone_at(valid=(FROM, TO))
    assert zone.is_valid_at(t_ns) is is_valid
    assert zone.is_in_force(t_ns) is is_valid


def test_open_validity_has_no_end() -> None:
    assert zone_at().is_in_force(0)
    assert zone_at(valid=(FROM, None)).is_in_force(TO * 10)
    assert zone_at(valid=(None, TO)).is_in_force(0)


def test_zone_outside_its_hours_is_not_in_force() -> None:
    zone = zone_at(schedule=Schedule((hours("09:00", "17:00"),), None, "Asia/Shanghai"))
    assert zone.is_in_force(ns("2026-05-16T10:00:00+08:00"))
    assert not zone.is_in_force(ns("2026-05-16T18:00:00+08:00"))


def test_vertices_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        zone_at().vertices[0, 0] = 5.0


def test_crossing_zone_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="Zone 'z': the polygon crosses or touches itself"):
        zone_at([[0, 0], [1, 1], [1, 0], [0, 1]])


def test_side_belongs_to_shop_fronts_only() -> None:
    with pytest.raises(ValueError, match="expected a side for shop_front"):
        zone_at(side="left")
    with pytest.raises(ValueError, match="expected a side for shop_front"):
        zone_at([[0, 0], [1, 0]], kind="shop_front")


def test_image_zone_needs_its_frame() -> None:
    with pytest.raises(ValueError, match="expected frame_wh in image space"):
        zone_at(frame_wh=None)


def test_changed_copy_of_a_zone_keeps_working() -> None:
    moved = dataclasses.replace(zone_at(), vertices=np.array(SQUARE) + 100.0)
    assert isinstance(moved, Zone)
    assert moved.contains(105, 105)
    assert not moved.contains(5, 5)


SET = ZoneSet(
    (
        zone_at(zone_id="a", source_id="cam1"),
        zone_at(zone_id="b", source_id="cam2", kind="ignore"),
        zone_at(zone_id="c"),
        zone_at(zone_id="d", space="ground"),
    ),
    "digest",
)


def test_source_gets_its_own_image_zones_and_those_of_every_source() -> None:
    assert [zone.zone_id for zone in SET.for_source("cam1")] == ["a", "c"]


def test_zones_of_one_kind_are_found() -> None:
    assert [zone.zone_id for zone in SET.of_kind("ignore")] == ["b"]


def test_empty_set_has_no_zones_and_a_digest() -> None:
    assert len(ZoneSet.empty()) == 0
    assert len(SET) == 4
    assert len(ZoneSet.empty().digest) == 64
