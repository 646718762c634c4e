"""The zoo of bad files: one way to be wrong each, and the reason that names it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.zones.builders import Json, collection, feature, line, polygon, saved
from xunjie.zones import geojson
from xunjie.zones.errors import UnreadableFileError, ZoneError
from xunjie.zones.fields import shown
from xunjie.zones.load import check_file, inspect_file, load_permits, load_zones

if TYPE_CHECKING:
    from pathlib import Path

FRONT = line([[0, 100], [50, 100]])
WEEKLY = [{"days": "daily", "from": "07:00", "to": "22:00"}]


def window(**changes: object) -> Json:
    merged = {"days": "daily", "from": "07:00", "to": "22:00", **changes}
    kept = {key: value for key, value in merged.items() if value is not None}
    return feature(schedule={"weekly": [kept]})


def hours(**changes: object) -> Json:
    merged = {"weekly": WEEKLY, **changes}
    return feature(schedule={key: value for key, value in merged.items() if value is not None})


def ground(*points: list[float]) -> Json:
    return feature(polygon(points), frame_wh=None)


def without(member: str) -> Json:
    whole = feature()
    del whole[member]
    return whole


def ring(*points: Any) -> Json:
    return feature({"type": "Polygon", "coordinates": [list(points)]})


BAD_FEATURES: dict[str, tuple[object, str]] = {
    "no feature at all": (7, "feature: expected an object {…}, found 7"),
    "other type": ({**feature(), "type": "Fature"}, "feature.type: expected one of Feature (did"),
    "unknown member": ({**feature(), "colour": 1}, "feature.colour: unknown key; known are type"),
    "no properties": (without("properties"), "properties: expected an object {…}, found nothing"),
    "no geometry": (without("geometry"), "geometry: expected an object {…}, found null"),
    "no id": (feature(id=None), "id: expected a text in one line, found nothing"),
    "empty id": (feature(id=" "), 'id: expected a text in one line, found " "'),
    "number as id": (feature(id=7), 'expected a text in one line (write it in quotes: "7")'),
    "two lines as id": (feature(id="a\nb"), r'id: expected a text in one line, found "a\nb"'),
    "half a character": (feature(name="\ud800"), "name: expected a text in one line, found"),
    "endless name": (feature(name="x" * 501), "expected at most 500 characters, found 501"),
    "no kind": (feature(kind=None), "kind: expected one of no_stall, permitted_stall, shop_front"),
    "misspelt kind": (feature(kind="no_stal"), "(did you mean 'no_stall'?), found \"no_stal\""),
    "list as kind": (feature(kind=["no_stall"]), 'found ["no_stall"]'),
    "misspelt key": (feature(fase="warning"), "fase: unknown key; did you mean 'phase'?"),
    "key of permits": (feature(holder="x"), "holder: unknown key; known are id, kind"),
    "rude key": (feature(**{"\x1b[31m": 1}), r'"\u001b[31m": unknown key'),
    "wrong phase": (feature(phase="on"), "phase: expected one of warning, enforcing"),
    "wrong space": (feature(space="world"), "space: expected one of image, ground"),
    "image without frame": (
        feature(frame_wh=None, space="image"),
        "frame_wh: expected [width, height] of the frame it was drawn on, found nothing",
    ),
    "ground with frame": (feature(space="ground"), "frame_wh: a ground feature has no frame"),
    "ground with source": (
        feature(frame_wh=None, source="cam1"),
        "source: a ground feature belongs to no source; remove it",
    ),
    "frame of one side": (feature(frame_wh=[640]), "frame_wh: expected [width, height] in whole"),
    "frame of halves": (feature(frame_wh=[640.5, 360]), "frame_wh: expected [width, height]"),
    "frame of truth": (feature(frame_wh=[True, 360]), "frame_wh: expected [width, height]"),
    "frame of nothing": (feature(frame_wh=[640, 0]), "in whole pixels from 1 to 32768"),
    "giant frame": (feature(frame_wh=[640, 10**6]), "in whole pixels from 1 to 32768"),
    "negative dwell": (feature(min_dwell_s=-1), "min_dwell_s: expected a number from 0 to 604800"),
    "dwell as text": (feature(min_dwell_s="60"), "min_dwell_s: expected a number"),
    "true as dwell": (feature(min_dwell_s=True), "min_dwell_s: expected a number"),
    "endless dwell": (feature(min_dwell_s=10**400), "min_dwell_s: expected a number"),
    "date without offset": (
        feature(valid_from="2026-05-01T00:00:00"),
        "valid_from: expected date and time with offset such as 2026-05-01T00:00:00+08:00",
    ),
    "date alone": (feature(valid_to="2026-05-01"), "valid_to: expected date and time with offset"),
    "date of no month": (feature(valid_to="2026-13-01T00:00:00Z"), "valid_to: expected date"),
    "number as date": (feature(valid_to=1770000000), "valid_to: expected date and time"),
    "never valid": (
        feature(valid_from="2026-05-01T00:00:00Z", valid_to="2026-05-01T08:00:00+08:00"),
        "valid_to: expected an instant after valid_from",
    ),
    "list as schedule": (feature(schedule=[]), "schedule: expected an object {…}, found []"),
    "unknown key of hours": (hours(holiday="off"), "holiday: unknown key; did you mean 'holidays'"),
    "misspelt time zone": (hours(timezone="Asia/Shanghay"), "did you mean 'Asia/Shanghai'?"),
    "number as time zone": (hours(timezone=8), "schedule.timezone: expected a text in one line"),
    "no windows": (hours(weekly=[]), "schedule.weekly: expected at least one window (for all"),
    "no weekly": (hours(weekly=None), "schedule.weekly: expected a list of windows, found nothing"),
    "only weekends of nothing": (hours(weekly=[], holidays="as_weekend"), "at least one window"),
    "unknown holiday rule": (
        hours(holidays="closed"),
        'schedule.holidays: expected "as_weekend", "off" or a list of windows, found "closed"',
    ),
    "no holiday windows": (hours(holidays=[]), 'at least one window (for none write "off")'),
    "bad holiday window": (hours(holidays=[1]), "schedule.holidays[0]: expected an object"),
    "unknown key of window": (window(til=1), "schedule.weekly[0].til: unknown key; known are days"),
    "no days": (window(days=[]), 'weekly[0].days: expected "daily" or a list of different days'),
    "unknown day": (window(days=["monday"]), 'found ["monday"]'),
    "number as day": (window(days=[[1]]), "found [[1]]"),
    "day twice": (window(days=["mon", "mon"]), "a list of different days of mon, tue"),
    "missing days": (window(days=None), "days: expected"),
    "clock without zero": (window(**{"from": "7:00"}), "from: expected HH:MM from 00:00 to 23:59"),
    "starts at 24:00": (window(**{"from": "24:00"}), "from: expected HH:MM from 00:00 to 23:59"),
    "clock of 25 hours": (window(to="25:00"), "to: expected HH:MM from 00:00 to 24:00"),
    "wide digits": (window(to="１２:00"), "to: expected HH:MM from 00:00 to 24:00"),
    "number as clock": (window(to=22), "to: expected HH:MM"),
    "no end": (window(to=None), "to: expected HH:MM from 00:00 to 24:00, found nothing"),
    "empty window": (
        window(to="07:00"),
        "from and to are both 07:00; write 00:00 to 24:00 for the whole day",
    ),
    "side of a polygon": (feature(side="left"), "side: only a shop_front has a side; remove it"),
    "front without side": (feature(FRONT, kind="shop_front"), "side: expected one of left, right"),
    "front as polygon": (
        feature(kind="shop_front", side="left"),
        'geometry.type: expected one of LineString, found "Polygon"',
    ),
    "zone as line": (feature(FRONT), 'geometry.type: expected one of Polygon, found "LineString"'),
    "line of nothing": (
        feature({"type": "LineString"}, kind="shop_front", side="left"),
        "geometry.coordinates: expected a list of [x, y], found nothing",
    ),
    "line of a point": (
        feature(line([[1, 1]]), kind="shop_front", side="left"),
        "a line needs at least 2 different vertices, found 1",
    ),
    "line of no point": (
        feature(line([]), kind="shop_front", side="left"),
        "a line needs at least 2 different vertices, found 0",
    ),
    "crossing line": (
        feature(line([[0, 0], [9, 0], [9, 9], [5, 9], [5, 0]]), kind="shop_front", side="left"),
        "the line crosses or touches itself at (5, 0)",
    ),
    "several polygons": (
        feature({"type": "MultiPolygon", "coordinates": []}),
        "(did you mean 'Polygon'?), found \"MultiPolygon\"",
    ),
    "unknown key of geometry": (
        feature({**polygon(), "crs": "GCJ02"}),
        "geometry.crs: unknown key; known are type, coordinates",
    ),
    "no ring": (feature({"type": "Polygon", "coordinates": []}), "expected a list of one ring"),
    "ring not in a list": (feature({"type": "Polygon", "coordinates": [7]}), "a list of one ring"),
    "hole": (
        feature({"type": "Polygon", "coordinates": [polygon()["coordinates"][0]] * 2}),
        "the polygon has 1 hole(s); holes are not supported, draw it as several polygons",
    ),
    "open ring": (ring([0, 0], [9, 0], [9, 9], [0, 9]), "the last repeats the first (RFC 7946"),
    "ring of a line": (ring([0, 0], [9, 0], [0, 0]), "ring: expected at least 4 points"),
    "crossing ring": (
        ring([0, 0], [10, 10], [10, 0], [0, 10], [0, 0]),
        "the polygon crosses or touches itself at (5, 5); draw it without crossing",
    ),
    "vertex twice": (
        ring([0, 0], [9, 0], [9, 0], [9, 9], [0, 0]),
        "vertex 3 repeats vertex 2; remove one of them",
    ),
    "height": (ring([0, 0, 5]), "vertex 1: expected [x, y], two finite numbers, found [0, 0, 5]"),
    "text as number": (ring([0, 0], ["1", 0]), "vertex 2: expected [x, y], two finite numbers"),
    "true as number": (ring([0, True]), "vertex 1: expected [x, y], two finite numbers"),
    "null vertex": (ring(None), "vertex 1: expected [x, y], two finite numbers, found null"),
    "huge number": (ring([0, 10**400]), "vertex 1: expected [x, y], two finite numbers"),
    "outside the frame": (
        ring([0, 0], [641, 0], [9, 9], [0, 0]),
        "vertex 2 (641, 0) lies outside the frame of 640×360 px; draw it inside or mend frame_wh",
    ),
    "left of the frame": (ring([0, 0], [9, 0], [-1, 9], [0, 0]), "vertex 3 (-1, 9) lies outside"),
    "swapped lon and lat": (
        ground([31.23, 121.47], [31.24, 121.47], [31.24, 121.48]),
        "vertex 1 (31.23, 121.47): expected [longitude, latitude] in degrees; latitude and "
        "longitude look swapped",
    ),
    "pixels as degrees": (ground([0, 0], [640, 0], [640, 360]), "vertex 2 (640, 0)"),
}


@pytest.mark.parametrize("name", BAD_FEATURES)
def test_bad_feature_is_refused_and_named(tmp_path: Path, name: str) -> None:
    bad, reason = BAD_FEATURES[name]
    path = tmp_path / "bad.geojson"
    path.write_text(json.dumps(collection(feature(id="good"), bad)), encoding="utf-8")
    faults = check_file(path)
    assert [str(fault) for fault in faults if reason in fault.reason], [str(f) for f in faults]
    assert {fault.feature_id for fault in faults} <= {"z1", "#2"}
    assert all("\n" not in str(fault) and "\x1b" not in str(fault) for fault in faults)
    with pytest.raises(ZoneError) as caught:
        load_zones(path)
    assert str(caught.value) == str(faults[0])


BAD_FILES: dict[str, tuple[object, str]] = {
    "list": ([], "expected a FeatureCollection, found []"),
    "other type": ({**collection(), "type": "Feature"}, "type: expected one of FeatureCollection"),
    "no features": ({"type": "FeatureCollection"}, "features: expected a list of features, found"),
    "misspelt crs": (collection(crs="GCJ-02"), "crs: expected one of WGS84, GCJ02, BD09 (did you"),
    "other crs": (
        collection(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
        "crs: expected one of WGS84, GCJ02, BD09, found {",
    ),
    "unknown register": (collection(register="permit"), "(did you mean 'permits'?)"),
    "unknown member": (collection(registre="permits"), "registre: unknown key; did you mean 'reg"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_collection_is_refused_and_named(tmp_path: Path, name: str) -> None:
    content, reason = BAD_FILES[name]
    faults = check_file(saved(tmp_path, content))
    assert [fault.reason for fault in faults if reason in fault.reason], [str(f) for f in faults]
    assert faults[0].feature_id is None


BAD_BYTES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not JSON: Expecting value at line 1, column 1"),
    "truncated": (b'{"type":\n "Feat', "not JSON: Unterminated string"),
    "not a number": (b'{"a": NaN}', "not strict JSON: NaN is no number of JSON"),
    "infinite": (b'{"a": -Infinity}', "not strict JSON: -Infinity is no number of JSON"),
    "key twice": (b'{"a": {"b": 1, "b": 2}}', "key 'b' stands twice in one object"),
    "endless number": (b"9" * 5000, "not strict JSON: "),
    "nested deeply": (b"[" * 100_000, "not GeoJSON: nested too deeply"),
    "gbk": ('{"name": "街道"}'.encode("gbk"), "not UTF-8 at byte 10; save it as UTF-8"),
    "a picture": (b"\xff\xd8\xff\xe0", "not UTF-8 at byte 0"),
}


@pytest.mark.parametrize("name", BAD_BYTES)
def test_file_that_is_no_strict_json_is_refused(tmp_path: Path, name: str) -> None:
    data, reason = BAD_BYTES[name]
    path = tmp_path / "bad.geojson"
    path.write_bytes(data)
    (fault,) = check_file(path)
    assert reason in fault.reason
    with pytest.raises(ZoneError, match=r"bad\.geojson: not "):
        load_permits(path)


def test_any_depth_of_nesting_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "deep.geojson"
    text = json.dumps(collection(feature(phase="DEEP")))
    for depth in range(700, 1000, 2):
        path.write_text(text.replace('"DEEP"', "[" * depth + "]" * depth), encoding="utf-8")
        assert len(check_file(path)) == 1


def test_deep_value_is_described_without_a_crash() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert shown(value) == "something nested deeply"


def test_oversize_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, collection(feature()))
    monkeypatch.setattr(geojson, "MAX_BYTES", path.stat().st_size)
    assert check_file(path) == []
    monkeypatch.setattr(geojson, "MAX_BYTES", path.stat().st_size - 1)
    assert "larger than 0 MiB; split it" in check_file(path)[0].reason


@pytest.mark.parametrize("points", [[[0, 0], [1, 0], [1, 1]], [[139, 35], [140, 35], [140, 36]]])
def test_chinese_datum_outside_china_is_refused(tmp_path: Path, points: list[list[float]]) -> None:
    (fault,) = check_file(saved(tmp_path, collection(ground(*points), crs="GCJ02")))
    assert "lies outside China, where GCJ02 is not defined" in fault.reason


def test_missing_file_is_its_own_fault(tmp_path: Path) -> None:
    (fault,) = check_file(tmp_path / "none.geojson")
    assert isinstance(fault, UnreadableFileError)
    assert str(fault) == f"{tmp_path / 'none.geojson'}: does not exist"
    with pytest.raises(UnreadableFileError):
        load_zones(tmp_path / "none.geojson")


def test_folder_and_pipe_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UnreadableFileError, match="is not a regular file"):
            inspect_file(path, None)


def test_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, collection())

    def refuse(*_: object) -> None:  # the tests may run as root, whom no mode stops
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(UnreadableFileError, match="cannot be read: Permission denied"):
        load_zones(path)


def test_all_faults_of_all_features_are_named(tmp_path: Path) -> None:
    bad = feature(id="a", phase="on", min_dwell_s=-1, fase=1)
    worse = ring([0, 0], [10, 10], [10, 0], [0, 10], [0, 0])
    faults = check_file(saved(tmp_path, collection(bad, feature(id="ok"), worse, crs="x")))
    assert [fault.feature_id for fault in faults] == [None, "a", "a", "a", "z1"]


def test_id_standing_twice_is_refused_even_if_one_is_faulty(tmp_path: Path) -> None:
    faults = check_file(saved(tmp_path, collection(feature(phase="on"), feature())))
    assert str(faults[-1]).endswith(
        "feature 'z1': id: stands twice, at features #1 and #2; give each its own"
    )


def test_permit_file_is_no_zone_file_and_the_reverse(tmp_path: Path) -> None:
    permits = saved(tmp_path, collection(feature(kind="stall"), register="permits"))
    with pytest.raises(ZoneError, match="register: expected zones, found permits"):
        load_zones(permits)
    zones = saved(tmp_path, collection(feature()))
    with pytest.raises(ZoneError, match="register: expected permits, found zones"):
        load_permits(zones)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "no_stall"}, "kind: expected one of stall, outdoor_seating"),
        ({"phase": "warning"}, "phase: unknown key"),
        ({"holder": 5}, 'holder: expected a text in one line (write it in quotes: "5")'),
        ({"id": None}, "id: expected a text in one line, found nothing"),
    ],
)
def test_bad_permit_is_refused_and_named(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    bad = feature(**{"kind": "stall", **change})
    (fault,) = check_file(saved(tmp_path, collection(bad, register="permits")))
    assert reason in fault.reason
