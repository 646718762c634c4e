"""Where a feature lies: its space, frame and vertices, as files write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from xunjie.zones.datum import CHINA_LON_LAT, Crs, to_wgs84
from xunjie.zones.fields import Faults, Fields, is_number, shown
from xunjie.zones.geometry import line_fault, polygon_fault
from xunjie.zones.zone import Space

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Range = tuple[float, float]

PLACE_KEYS = ("space", "source", "frame_wh")

MAX_FRAME_PX = 32768


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feature lies; fields as in Zone, ground vertices in WGS-84."""

    space: Space
    source_id: str | None
    frame_wh: tuple[int, int] | None
    vertices: NDArray[np.float64]


def read_place(
    fields: Fields, geometry: object, crs: Crs, faults: Faults, *, is_line: bool
) -> Place | None:
    """The place of a feature; None after noting what is wrong with it."""
    before = len(faults.found)
    frame_wh = _read_frame_wh(fields)
    spaces: tuple[Space, ...] = get_args(Space)
    drawn_on: Space = "image" if "frame_wh" in fields else "ground"
    space = fields.choice("space", spaces) or drawn_on
    source_id = fields.text("source")
    if space == "ground":
        fields.refuse("frame_wh", "a ground feature has no frame")
        fields.refuse("source", "a ground feature belongs to no source")
    elif "frame_wh" not in fields:
        fields.fault("frame_wh", "[width, height] of the frame it was drawn on")
    vertices = _read_vertices(geometry, faults, is_line=is_line)
    if vertices is not None:
        if space == "ground":
            _check_lon_lat(vertices, crs, faults)
        elif frame_wh is not None:
            _check_in_frame(vertices, frame_wh, faults)
        fault = line_fault(vertices) if is_line else polygon_fault(vertices)
        if fault is not None:
            faults.add(fault)
    if vertices is None or len(faults.found) > before:
        return None
    vertices = to_wgs84(vertices, crs) if space == "ground" else vertices
    return Place(space, source_id, frame_wh, vertices)


def _read_frame_wh(fields: Fields) -> tuple[int, int] | None:
    value = fields.raw("frame_wh")
    if isinstance(value, list) and len(value) == 2:
        width, height = value
        if _is_size(width) and _is_size(height):
            return width, height
    if "frame_wh" in fields:
        fields.fault("frame_wh", f"[width, height] in whole pixels from 1 to {MAX_FRAME_PX}")
    return None


def _is_size(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_FRAME_PX


def _read_vertices(
    geometry: object, faults: Faults, *, is_line: bool
) -> NDArray[np.float64] | None:
    """The vertices of a LineString, or of a Polygon's only ring without its closing point."""
    expected = "LineString" if is_line else "Polygon"
    fields = Fields(geometry, faults, "geometry")
    if not isinstance(geometry, dict):
        return None
    fields.refuse_unknown(("type", "coordinates"))
    if fields.choice("type", (expected,), required=True) is None:
        return None
    points = fields.raw("coordinates")
    if not is_line:
        points = _only_ring(points, faults)
    if not isinstance(points, list):
        if is_line:
            fields.fault("coordinates", "a list of [x, y]")
        return None
    for n, point in enumerate(points, 1):
        if not _is_point(point):
            faults.add(f"vertex {n}: expected [x, y], two finite numbers, found {shown(point)}")
            return None
    if not is_line:
        if len(points) < 4 or points[0] != points[-1]:
            faults.add(
                "ring: expected at least 4 points of which the last repeats the first "
                f"(RFC 7946, 3.1.6), found {shown(points)}"
            )
            return None
        points = points[:-1]
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _only_ring(rings: object, faults: Faults) -> object:
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        faults.add(f"geometry.coordinates: expected a list of one ring, found {shown(rings)}")
        return None
    if len(rings) > 1:
        faults.add(
            f"the polygon has {len(rings) - 1} hole(s); holes are not supported, "
            "draw it as several polygons"
        )
        return None
    return rings[0]


def _is_point(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(is_number(v) for v in value)


def _check_in_frame(vertices: NDArray[np.float64], wh: tuple[int, int], faults: Faults) -> None:
    outside = _outside(vertices, ((0, wh[0]), (0, wh[1])))
    if outside is not None:
        n, x, y = outside
        faults.add(
            f"vertex {n} ({x:g}, {y:g}) lies outside the frame of {wh[0]}×{wh[1]} px; "
            "draw it inside or mend frame_wh"
        )


def _check_lon_lat(vertices: NDArray[np.float64], crs: Crs, faults: Faults) -> None:
    outside = _outside(vertices, ((-180, 180), (-90, 90)))
    if outside is not None:
        n, x, y = outside
        is_swapped = _outside(vertices[:, ::-1], ((-180, 180), (-90, 90))) is None
        hint = "latitude and longitude look swapped" if is_swapped else "are these pixels?"
        faults.add(f"vertex {n} ({x:g}, {y:g}): expected [longitude, latitude] in degrees; {hint}")
        return
    outside = None if crs == "WGS84" else _outside(vertices, CHINA_LON_LAT)
    if outside is not None:
        n, x, y = outside
        faults.add(f"vertex {n} ({x:g}, {y:g}) lies outside China, where {crs} is not defined")


def _outside(
    vertices: NDArray[np.float64], ranges: Sequence[Range]
) -> tuple[int, float, float] | None:
    """Number (from 1) and coordinates of the first vertex out of range."""
    low, high = np.array(ranges, dtype=np.float64).T
    wrong = np.flatnonzero(((vertices < low) | (vertices > high)).any(axis=1))
    if not len(wrong):
        return None
    x, y = vertices[wrong[0]].tolist()
    return int(wrong[0]) + 1, x, y
