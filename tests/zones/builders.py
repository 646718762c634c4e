"""Small zones, permits and files for the tests of this room."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from xunjie.zones.permit import Permit, PermitKind
from xunjie.zones.schedule import EVERY_DAY, Schedule, Window
from xunjie.zones.zone import Side, Space, Zone, ZoneKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


Json = dict[str, Any]

SQUARE = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]


def ns(text: str) -> int:
    """An ISO 8601 instant as UTC nanoseconds."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return int(moment.timestamp()) * 10**9


def hours(start: str, end: str, days: tuple[int, ...] = EVERY_DAY) -> Window:
    def minutes(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return Window(days, minutes(start), minutes(end))


def zone_at(
    points: object = SQUARE,
    *,
    kind: ZoneKind = "no_stall",
    zone_id: str = "z",
    space: Space = "image",
    source_id: str | None = None,
    side: Side | None = None,
    schedule: Schedule | None = None,
    valid: tuple[int | None, int | None] = (None, None),
    frame_wh: tuple[int, int] | None = (640, 360),
) -> Zone:
    return Zone(
        zone_id=zone_id,
        kind=kind,
        space=space,
        vertices=np.asarray(points, dtype=np.float64),
        frame_wh=frame_wh if space == "image" else None,
        source_id=source_id,
        schedule=schedule or Schedule.always(),
        valid_from_ns=valid[0],
        valid_to_ns=valid[1],
        phase="enforcing",
        min_dwell_s=None,
        legal_basis="",
        version="1",
        side=side,
        shop_id=None,
        name="",
    )


def front(points: object, side: Side = "left", space: Space = "image") -> Zone:
    return zone_at(points, kind="shop_front", side=side, space=space)


def permit_at(
    points: object = SQUARE,
    *,
    kind: PermitKind = "stall",
    permit_id: str = "p",
    space: Space = "image",
    source_id: str | None = None,
    schedule: Schedule | None = None,
    valid: tuple[int | None, int | None] = (None, None),
    frame_wh: tuple[int, int] | None = (640, 360),
) -> Permit:
    return Permit(
        permit_id=permit_id,
        kind=kind,
        vertices=np.asarray(points, dtype=np.float64),
        space=space,
        source_id=source_id,
        frame_wh=frame_wh if space == "image" else None,
        schedule=schedule or Schedule.always(),
        valid_from_ns=valid[0],
        valid_to_ns=valid[1],
        holder="王记早点",
        shop_id=None,
        version="1",
    )


def polygon(points: Sequence[Sequence[float]] = SQUARE) -> Json:
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def line(points: Sequence[Sequence[float]]) -> Json:
    return {"type": "LineString", "coordinates": points}


def feature(geometry: object = None, **properties: object) -> Json:
    """A good image zone, with the given properties added or replaced; None removes one."""
    merged = {"id": "z1", "kind": "no_stall", "frame_wh": [640, 360], **properties}
    kept = {key: value for key, value in merged.items() if value is not None}
    return {"type": "Feature", "geometry": geometry or polygon(), "properties": kept}


def collection(*features: object, **members: object) -> Json:
    return {"type": "FeatureCollection", **members, "features": list(features)}


def saved(folder: Path, content: object, name: str = "zones.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
