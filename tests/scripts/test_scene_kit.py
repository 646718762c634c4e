"""The scene kit's geometry and the demo's files; nothing here needs OpenGL."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon

from scripts.scene_kit import acting, mesh, stalls, thing
from scripts.scene_kit.camera import Camera
from scripts.scene_kit.labels import Label, clipped, projected_box
from scripts.scene_kit.lettering import Atlas
from scripts.scene_kit.looks import plain
from scripts.scene_kit.thing import Kit, Thing, flatten

EXAMPLE = Path(__file__).parents[2] / "examples" / "street"
CAMERA = Camera((0.0, -10.0, 2.0), (0.0, 0.0, 2.0), 90.0, (200, 100))


def kit(seed: int = 1) -> Kit:
    return Kit(np.random.default_rng(seed), Atlas(512))


def example(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLE / name).read_text("utf-8"))
    return loaded


def test_the_target_lies_in_the_middle_of_the_frame() -> None:
    assert CAMERA.project(np.array([[0.0, 0.0, 2.0]])) == pytest.approx(np.array([[100.0, 50.0]]))


def test_a_point_at_half_the_field_of_view_lies_on_the_frame_edge() -> None:
    x, _ = CAMERA.project(np.array([[10.0, 0.0, 2.0]]))[0]
    assert x == pytest.approx(200.0)


def test_a_thing_reaching_behind_the_camera_has_no_box() -> None:
    assert projected_box(mesh.box((1, 30, 1), plain(1, 1, 1)).points, CAMERA) is None


def test_clipping_keeps_a_box_inside_the_frame() -> None:
    assert clipped((-5, 10, 250, 120), (200, 100)) == (0, 10, 200, 100)


def test_the_parts_of_a_thing_count_into_its_ids_and_vertices() -> None:
    part = Thing("umbrella", mesh.box((1, 1, 1), plain(1, 0, 0)))
    vertices, labelled = flatten([Thing("stall", mesh.box((2, 1, 1), plain(0, 1, 0)), (part,))])
    by_name = {one.name: one for one in labelled}
    assert by_name["stall"].count == len(vertices) == 72
    assert set(by_name["umbrella"].ids) < set(by_name["stall"].ids)


def test_the_same_seed_builds_the_same_stall() -> None:
    one, other = (stalls.stall(kit(5)).points() for _ in range(2))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("seed", range(6))
def test_a_stall_stands_on_the_ground_and_is_no_taller_than_a_parasol(seed: int) -> None:
    points = stalls.stall(kit(seed)).points()
    assert -0.05 < points[:, 2].min() < 0.1
    assert points[:, 2].max() < 2.8


def test_a_path_stands_still_between_equal_places() -> None:
    path = acting.Path([(0.0, 0.0, 0.0), (2.0, 3.0, 0.0), (5.0, 3.0, 0.0)])
    assert path.place(3.0) == (3.0, 0.0)
    assert path.speed(3.5) == 0.0
    assert path.walked(1.0) == pytest.approx(1.5)


def test_a_path_keeps_the_heading_it_arrived_with() -> None:
    path = acting.Path([(0.0, 0.0, 0.0), (2.0, 0.0, 3.0), (5.0, 0.0, 3.0)])
    assert path.heading(4.0) == pytest.approx(math.pi / 2)


def test_yolo_lines_are_shares_of_the_frame() -> None:
    pictures = pytest.importorskip("scripts.scene_kit.pictures", reason="needs moderngl")
    line = pictures.yolo_lines([Label("garbage", (50, 25, 150, 75), 1.0)], (200, 100))
    number = thing.CLASS_NAMES.index("garbage")
    assert line == f"{number} 0.500000 0.500000 0.500000 0.500000\n"


def test_every_rule_is_broken_once_and_large_enough_for_the_detector() -> None:
    violations = example("truth.json")["violations"]
    rules = ["street_stall", "cross_door", "illegal_billboard", "dumping"]
    assert [v["rule_id"] for v in violations] == rules
    for one in violations:
        x1, y1, x2, y2 = one["box_xyxy_px"]
        assert x2 - x1 >= 110
        assert y2 - y1 >= 55


def test_stall_and_dumping_have_their_ground_point_in_their_zone() -> None:
    shapes = {f["properties"]["id"]: f["geometry"] for f in example("zones.geojson")["features"]}
    for one in example("truth.json")["violations"]:
        x1, _, x2, y2 = one["box_xyxy_px"]
        foot = Point((x1 + x2) / 2, y2)
        shape = shapes[one["zone_id"]]
        if one["rule_id"] in ("street_stall", "dumping"):
            assert Polygon(shape["coordinates"][0]).contains(foot)
        if one["rule_id"] == "cross_door":
            line = LineString(shape["coordinates"])
            assert foot.y > line.interpolate(line.project(foot)).y + 20
