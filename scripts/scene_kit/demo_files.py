"""Truth, zones and permits of the demo clip, projected from the world into its pixels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import LineString, Polygon, box, mapping

from scripts.scene_kit.demo_setting import (
    BANNER_WH_M,
    BANNER_Z,
    CAMERA,
    DURATION_S,
    FPS,
    PERMITTED_BANNER_X,
    PERMITTED_STALL_AT,
    Demo,
    Event,
)  # fmt: skip
from scripts.scene_kit.labels import clipped, projected_box
from scripts.scene_kit.street import KERB_M, demo_plan

START = datetime(2026, 5, 16, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a Saturday
SOURCE = "street"
STREET_ORDER_LAW = "《上海市市容环境卫生管理条例》"
ADVERTISING_LAW = "《上海市户外广告设施管理办法》"
WASTE_LAW = "《上海市生活垃圾管理条例》"
DAYTIME = {
    "timezone": "Asia/Shanghai",
    "weekly": [{"days": "daily", "from": "07:00", "to": "22:00"}],
}

Json = dict[str, Any]
World = Sequence[tuple[float, float, float]]


def write_files(demo: Demo, out: Path) -> None:
    """truth.json, zones.geojson and permits.geojson into the folder."""
    _write(out / "truth.json", truth(demo.events))
    _write(out / "zones.geojson", zones())
    _write(out / "permits.geojson", permits())


def truth(events: list[Event]) -> Json:
    """What really happens in the clip: violations with their onset, and what is in order."""
    violations = [
        {
            "rule_id": e.rule_id,
            "class": e.name,
            "onset_s": e.from_s,
            "onset_utc": _utc(e.from_s),
            "box_xyxy_px": _box(e),
            "zone_id": e.zone_id,
            "note_en": e.note_en,
            "note_zh": e.note_zh,
        }
        for e in events
        if e.rule_id
    ]
    innocent = [
        {
            "class": e.name,
            "from_s": e.from_s,
            "to_s": e.to_s,
            "box_xyxy_px": _box(e),
            "note_en": e.note_en,
            "note_zh": e.note_zh,
        }
        for e in events
        if not e.rule_id
    ]
    return {
        "clip": "street.mp4",
        "start_utc": START.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fps": FPS,
        "duration_s": int(DURATION_S),
        "violations": sorted(violations, key=lambda v: float(str(v["onset_s"]))),
        "innocent": innocent,
    }


def zones() -> Json:
    """The zones an office would draw on this camera's picture."""
    deep = demo_plan().pavement_m
    pavement = [
        (-10.5, 0.16, KERB_M),
        (10.5, 0.16, KERB_M),
        (10.5, deep, KERB_M),
        (-10.5, deep, KERB_M),
    ]
    wall = [
        (x, deep, KERB_M + z) for x, z in ((-10.5, 0.3), (-3.05, 0.3), (-3.05, 2.6), (-10.5, 2.6))
    ]
    daytime = {"schedule": DAYTIME, "legal_basis": STREET_ORDER_LAW}
    features = [
        _zone(
            "pavement-no-stall", "no_stall", _area(pavement), {**daytime, "name": "人行道禁止设摊"}
        ),
        _zone(
            "wall-no-billboard",
            "no_billboard",
            _area(wall),
            {"legal_basis": ADVERTISING_LAW, "name": "围墙禁设广告"},
        ),
        _zone(
            "pavement-no-dumping",
            "no_dumping",
            _area(pavement),
            {"legal_basis": WASTE_LAW, "name": "人行道禁止倾倒垃圾"},
        ),
    ]
    shops = [span for span in demo_plan().spans() if span[0].text]
    for letter, (front, x0, x1) in zip("abc", shops, strict=True):
        line = _line([(x0, deep, KERB_M), (x1, deep, KERB_M)])
        more = {**daytime, "side": "right", "shop_id": f"shop-{letter}", "name": front.text}
        features.append(_zone(f"shop-front-{letter}", "shop_front", line, more))
    return {"type": "FeatureCollection", "features": features}


def permits() -> Json:
    """The two permits that cover the stall and the banner standing there from the beginning."""
    x, _ = PERMITTED_STALL_AT
    place = [
        (x - 1.5, 0.2, KERB_M),
        (x + 1.5, 0.2, KERB_M),
        (x + 1.5, 2.7, KERB_M),
        (x - 1.5, 2.7, KERB_M),
    ]
    w, h = BANNER_WH_M[0] / 2 + 0.08, BANNER_WH_M[1]
    wall_y = demo_plan().pavement_m - 0.12
    cloth = [
        (PERMITTED_BANNER_X + sx * w, wall_y, BANNER_Z + z)
        for sx, z in ((-1, -0.15), (1, -0.15), (1, h + 0.1), (-1, h + 0.1))
    ]
    features = [
        _permit("permit-stall-1", "stall", place, {"schedule": DAYTIME, "holder": "王记百货摊"}),
        _permit("permit-banner-1", "billboard", cloth, {"holder": "街道办事处"}),
    ]
    return {"type": "FeatureCollection", "register": "permits", "features": features}


def _zone(zone_id: str, kind: str, geometry: Json, more: Json) -> Json:
    fixed = {
        "id": zone_id,
        "kind": kind,
        **_drawn(),
        "phase": "enforcing",
        "min_dwell_s": 8,
        "version": "1",
    }
    return {"type": "Feature", "properties": {**fixed, **more}, "geometry": geometry}


def _permit(permit_id: str, kind: str, world: World, more: Json) -> Json:
    validity = {"valid_from": "2026-01-01T00:00:00+08:00", "valid_to": "2027-01-01T00:00:00+08:00"}
    fixed = {"id": permit_id, "kind": kind, **_drawn(), **validity, "version": "1"}
    return {"type": "Feature", "properties": {**fixed, **more}, "geometry": _area(world)}


def _drawn() -> Json:
    return {"space": "image", "source": SOURCE, "frame_wh": list(CAMERA.frame_wh)}


def _area(world: World) -> Json:
    """The projected polygon, cut at the frame, as GeoJSON in whole pixels."""
    return _rounded(Polygon(_pixels(world)).intersection(box(0, 0, *CAMERA.frame_wh)))


def _line(world: World) -> Json:
    """The projected line, cut at the frame, from left to right."""
    return _rounded(LineString(_pixels(world)).intersection(box(0, 0, *CAMERA.frame_wh)))


def _pixels(world: World) -> Any:
    return CAMERA.project(np.asarray(world, np.float64))


def _rounded(shape: Any) -> Json:
    geometry: Json = json.loads(
        json.dumps(mapping(shape)), parse_float=lambda s: round(float(s), 1)
    )
    return geometry


def _box(event: Event) -> list[float]:
    whole = projected_box(event.thing.points(), CAMERA)
    if whole is None:
        raise ValueError(f"{event.name} ({event.note_en}) is behind the camera")
    return [round(c, 1) for c in clipped(whole, CAMERA.frame_wh)]


def _utc(seconds: float) -> str:
    at = START + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _write(path: Path, value: Json) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
