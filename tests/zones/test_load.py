"""Good files: what is read, defaults, datums, digests, versions, notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.builders import (
    SQUARE,
    collection,
    feature,
    hours,
    line,
    ns,
    polygon,
    saved,
)
from xunjie.zones.datum import gcj02_to_bd09, wgs84_to_gcj02
from xunjie.zones.digest import content_digest
from xunjie.zones.load import check_file, inspect_file, load_permits, load_zones
from xunjie.zones.permit import PermitRegister
from xunjie.zones.schedule import EVERY_DAY, Schedule
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from pathlib import Path

GROUND = [[121.470, 31.230], [121.471, 31.230], [121.471, 31.231], [121.470, 31.231]]


def schedule_in(path: Path) -> Schedule:
    return load_zones(path).zones[0].schedule


def test_only_id_and_kind_are_required(tmp_path: Path) -> None:
    path = saved(tmp_path, collection(feature(polygon(GROUND), frame_wh=None)))
    zone = load_zones(path).zones[0]
    assert (zone.zone_id, zone.kind, zone.space) == ("z1", "no_stall", "ground")
    assert (zone.source_id, zone.frame_wh, zone.side, zone.shop_id) == (None, None, None, None)
    assert (zone.valid_from_ns, zone.valid_to_ns, zone.min_dwell_s) == (None, None, None)
    assert (zone.phase, zone.legal_basis, zone.name) == ("enforcing", "", "")
    assert zone.schedule == Schedule.always()


def test_everything_a_zone_says_is_read(tmp_path: Path) -> None:
    given_zone = feature(
        line([[0, 100], [50, 100]]),
        id="front-7",
        kind="shop_front",
        source="cam1",
        schedule={"weekly": [{"days": ["sat", "mon"], "from": "09:00", "to": "24:00"}]},
        valid_from="2026-05-01T00:00:00+08:00",
        valid_to="2026-05-31T16:00:00Z",
        phase="warning",
        min_dwell_s=120,
        legal_basis="条例第十四条",
        version="v3",
        name="王记早点",
        side="right",
        shop_id="shop-7",
    )
    zone = load_zones(saved(tmp_path, collection(given_zone))).zones[0]
    assert (zone.zone_id, zone.kind, zone.space) == ("front-7", "shop_front", "image")
    assert (zone.source_id, zone.frame_wh) == ("cam1", (640, 360))
    assert zone.vertices.tolist() == [[0, 100], [50, 100]]
    assert zone.schedule.weekly == (hours("09:00", "24:00", (0, 5)),)
    assert zone.valid_from_ns == ns("2026-05-01T00:00:00+08:00")
    assert zone.valid_to_ns == ns("2026-06-01T00:00:00+08:00")
    assert (zone.phase, zone.min_dwell_s, zone.legal_basis) == ("warning", 120.0, "条例第十四条")
    assert (zone.version, zone.name, zone.side) == ("v3", "王记早点", "right")
    assert zone.shop_id == "shop-7"


def test_everything_a_permit_says_is_read(tmp_path: Path) -> None:
    given_permit = feature(
        kind="outdoor_seating",
        source="cam1",
        schedule={"weekly": [{"days": "daily", "from": "17:00", "to": "01:00"}]},
        valid_from="2026-05-01T00:00:00.5Z",
        holder="王记早点",
        shop_id="shop-7",
        version="2026-17",
    )
    register = load_permits(saved(tmp_path, collection(given_permit, register="permits")))
    permit = register.permits[0]
    assert (permit.permit_id, permit.kind, permit.space) == ("z1", "outdoor_seating", "image")
    assert (permit.source_id, permit.frame_wh) == ("cam1", (640, 360))
    assert permit.vertices.tolist() == SQUARE
    assert permit.schedule.weekly == (hours("17:00", "01:00"),)
    assert permit.valid_from_ns == ns("2026-05-01T00:00:00+00:00") + 500_000_000
    assert (permit.holder, permit.shop_id, permit.version) == ("王记早点", "shop-7", "2026-17")


def test_closing_point_of_the_ring_is_not_a_vertex(tmp_path: Path) -> None:
    assert load_zones(saved(tmp_path, collection(feature()))).zones[0].vertices.tolist() == SQUARE


def test_vertices_on_the_edge_of_the_frame_are_inside(tmp_path: Path) -> None:
    whole_frame = [[0, 0], [640, 0], [640, 360], [0, 360]]
    assert check_file(saved(tmp_path, collection(feature(polygon(whole_frame))))) == []


def test_image_space_may_be_said_too(tmp_path: Path) -> None:
    assert load_zones(saved(tmp_path, collection(feature(space="image")))).zones[0].space == "image"


def test_time_zone_is_shanghai_unless_named(tmp_path: Path) -> None:
    weekly = [{"days": "daily", "from": "07:00", "to": "22:00"}]
    plain = saved(tmp_path, collection(feature(schedule={"weekly": weekly})))
    assert schedule_in(plain) == Schedule((hours("07:00", "22:00"),), None, "Asia/Shanghai")
    named = {"weekly": weekly, "timezone": "Asia/Urumqi"}
    assert schedule_in(saved(tmp_path, collection(feature(schedule=named)))).timezone == (
        "Asia/Urumqi"
    )


@pytest.mark.parametrize(
    ("given_rule", "rule"),
    [
        ("off", ()),
        ("as_weekend", "as_weekend"),
        ([{"days": "daily", "from": "08:00", "to": "20:00"}], (hours("08:00", "20:00"),)),
    ],
)
def test_holiday_rules_are_read(tmp_path: Path, given_rule: object, rule: object) -> None:
    weekly = [{"days": ["mon"], "from": "07:00", "to": "22:00"}]
    schedule = {"weekly": weekly, "holidays": given_rule}
    assert schedule_in(saved(tmp_path, collection(feature(schedule=schedule)))).holidays == rule


def test_hours_may_be_on_holidays_only(tmp_path: Path) -> None:
    schedule = {"weekly": [], "holidays": [{"days": "daily", "from": "08:00", "to": "20:00"}]}
    read = schedule_in(saved(tmp_path, collection(feature(schedule=schedule))))
    assert (read.weekly, read.holidays) == ((), (hours("08:00", "20:00", EVERY_DAY),))


def test_gcj02_and_bd09_ground_is_converted_to_wgs84(tmp_path: Path) -> None:
    gcj = wgs84_to_gcj02(np.array(GROUND))
    for crs, points in (("GCJ02", gcj), ("BD09", gcj02_to_bd09(gcj)), ("WGS84", np.array(GROUND))):
        ground = feature(polygon(points.tolist()), frame_wh=None)
        zone = load_zones(saved(tmp_path, collection(ground, crs=crs))).zones[0]
        assert np.allclose(zone.vertices, GROUND, rtol=0, atol=1e-9)


def test_crs_leaves_pixels_alone(tmp_path: Path) -> None:
    zone = load_zones(saved(tmp_path, collection(feature(), crs="GCJ02"))).zones[0]
    assert zone.vertices.tolist() == SQUARE


def test_crs84_as_qgis_writes_it_is_wgs84(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert check_file(saved(tmp_path, collection(feature(), crs=crs))) == []


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bom.geojson"
    path.write_text(json.dumps(collection(feature())), encoding="utf-8-sig")
    assert check_file(path) == []


def test_file_without_features_is_empty_and_good(tmp_path: Path) -> None:
    assert load_zones(saved(tmp_path, collection())).digest == ZoneSet.empty().digest
    permits = load_permits(saved(tmp_path, collection(register="permits")))
    assert permits.digest == PermitRegister.empty().digest


def test_digest_ignores_order_of_features_keys_and_number_style(tmp_path: Path) -> None:
    a, b = feature(id="a"), feature(id="b", min_dwell_s=60)
    turned = json.dumps(collection(feature(id="b", min_dwell_s=60.0), a), indent=4, sort_keys=True)
    other = tmp_path / "other.geojson"
    other.write_text(turned, encoding="utf-8")
    assert load_zones(saved(tmp_path, collection(a, b))).digest == load_zones(other).digest


@pytest.mark.parametrize(
    "change", [{"id": "y"}, {"min_dwell_s": 61}, {"phase": "warning"}, {"frame_wh": [641, 360]}]
)
def test_digest_and_version_change_with_the_content(
    tmp_path: Path, change: dict[str, object]
) -> None:
    before = load_zones(saved(tmp_path, collection(feature())))
    after = load_zones(saved(tmp_path, collection(feature(**change))))
    assert before.digest != after.digest
    assert before.zones[0].version != after.zones[0].version


def test_digest_changes_with_the_crs(tmp_path: Path) -> None:
    ground = feature(polygon(GROUND), frame_wh=None)
    digests = {
        load_zones(saved(tmp_path, collection(ground, crs=crs))).digest
        for crs in ("WGS84", "GCJ02", "BD09")
    }
    assert len(digests) == 3


def test_version_is_twelve_digits_of_the_feature_unless_named(tmp_path: Path) -> None:
    zone = load_zones(saved(tmp_path, collection(feature()))).zones[0]
    assert len(zone.version) == 12
    assert set(zone.version) <= set("0123456789abcdef")
    register = load_permits(saved(tmp_path, collection(feature(kind="stall"), register="permits")))
    assert len(register.permits[0].version) == 12


def test_version_does_not_depend_on_members_that_mean_nothing(tmp_path: Path) -> None:
    plain = load_zones(saved(tmp_path, collection(feature())))
    foreign = load_zones(saved(tmp_path, collection({**feature(), "id": 7, "bbox": [0, 0, 1, 1]})))
    assert plain.digest == foreign.digest
    assert plain.zones[0].version == foreign.zones[0].version


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(-1e300, 1e300)
    | st.text('ab街"\\\n', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('ab街"\\\n', max_size=5), inner)
    ),
    max_leaves=6,
)


@given(value=json_values)
def test_digest_survives_writing_and_reading_json(value: object) -> None:
    assert content_digest(json.loads(json.dumps(value, indent=1))) == content_digest(value)


def test_report_counts_kinds(tmp_path: Path) -> None:
    content = collection(feature(id="a"), feature(id="b"), feature(id="c", kind="ignore"))
    report = inspect_file(saved(tmp_path, content), None)
    assert (report.register, report.counts) == ("zones", {"ignore": 1, "no_stall": 2})
    assert (report.faults, report.notes) == ((), ())


def test_expired_zone_is_noted_and_loads(tmp_path: Path) -> None:
    path = saved(tmp_path, collection(feature(valid_to="2026-01-01T00:00:00Z")))
    report = inspect_file(path, ns("2026-01-01T00:00:00+00:00"))
    assert [str(note) for note in report.notes] == [
        f"{path}: feature 'z1': has expired; it counts for older video only"
    ]
    assert report.faults == ()
    assert inspect_file(path, ns("2025-12-31T23:59:59+00:00")).notes == ()
    assert len(load_zones(path)) == 1


def test_holidays_of_a_year_without_notice_are_noted(tmp_path: Path) -> None:
    schedule = {"weekly": [{"days": "daily", "from": "07:00", "to": "22:00"}], "holidays": "off"}
    content = collection(feature(kind="stall", schedule=schedule), register="permits")
    path = saved(tmp_path, content)
    report = inspect_file(path, ns("2060-01-01T00:00:00+00:00"))
    assert [note.feature_id for note in report.notes] == ["z1"]
    assert "not in the installed chinesecalendar" in report.notes[0].reason
    assert inspect_file(path, ns("2026-05-01T00:00:00+00:00")).notes == ()
