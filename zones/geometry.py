"""Plane geometry of polygons and shop-front lines; coordinates are (x, y) in any one unit."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x1, y1, x2, y2, half-open."""

MAX_VERTICES = 1000  # more is a digitising accident; it also bounds the search for crossings


def read_only_vertices(points: object) -> NDArray[np.float64]:
    """A read-only float64 (k, 2) copy; ValueError for another shape, nan or inf."""
    vertices = np.array(points, dtype=np.float64, order="C")
    if vertices.ndim != 2 or vertices.shape[1] != 2:
        raise ValueError(f"vertices: expected shape (k, 2), found {vertices.shape}")
    if not np.isfinite(vertices).all():
        raise ValueError("vertices: expected finite numbers, found nan or inf")
    vertices.flags.writeable = False
    return vertices


def polygon_fault(vertices: NDArray[np.float64]) -> str | None:
    """Why the implicitly closed ring is no simple polygon; None if it is one."""
    fault = _chain_fault(vertices, 3, "polygon")
    if fault is not None:
        return fault
    closed = np.vstack([vertices, vertices[:1]])
    if (vertices[0] == vertices[-1]).all():
        return "the last vertex repeats the first; the ring is closed implicitly"
    if shapely.area(shapely.Polygon(vertices)) == 0.0 and len(vertices) == 3:
        return "the polygon has no area: its vertices lie on one line"
    return _crossing_fault(shapely.LineString(closed), "polygon")


def line_fault(vertices: NDArray[np.float64]) -> str | None:
    """Why the open polyline is no simple line; None if it is one."""
    fault = _chain_fault(vertices, 2, "line")
    if fault is not None:
        return fault
    return _crossing_fault(shapely.LineString(vertices), "line")


def _chain_fault(vertices: NDArray[np.float64], least: int, what: str) -> str | None:
    k = len(vertices)
    if k < least:
        return f"a {what} needs at least {least} different vertices, found {k}"
    if k > MAX_VERTICES:
        return f"a {what} may have {MAX_VERTICES} vertices, found {k}; simplify it"
    repeated = np.flatnonzero((vertices[1:] == vertices[:-1]).all(axis=1))
    if len(repeated):
        n = int(repeated[0]) + 2
        return f"vertex {n} repeats vertex {n - 1}; remove one of them"
    return None


def _crossing_fault(line: shapely.LineString, what: str) -> str | None:
    if shapely.is_simple(line):
        return None
    x, y = crossing_point(line)
    return f"the {what} crosses or touches itself at ({x:.10g}, {y:.10g}); draw it without crossing"


def crossing_point(line: shapely.LineString) -> Point:
    """A point at which a line that is not simple meets itself."""
    # The union with itself cuts the line wherever it meets itself: there more pieces end than
    # the line has ends.
    pieces = shapely.get_parts(shapely.unary_union(line))
    endings = Counter(end for piece in pieces for end in (piece.coords[0], piece.coords[-1]))
    endings.subtract((line.coords[0], line.coords[-1]))
    (x, y), _ = endings.most_common(1)[0]
    return x, y


def signed_distance(points: Sequence[Point], x: float, y: float) -> float:
    """Distance of (x, y) from an open polyline, positive to its left where y points up.

    Counted is the nearest point of the line at which the perpendicular through (x, y) meets it:

          -inf   :  d > 0        : /  corner: distance to
                 :     left      :/   the vertex itself
          -------a===============b
          -inf   :  d < 0      /
                 :     right  /

    Beyond either end of the line there is no such point and the answer is -inf. At an inner
    vertex the side follows the sum of the unit normals of both stretches, which stays right at
    sharp corners (angle-weighted pseudonormal; Bærentzen and Aanæs 2005).
    """
    best = math.inf
    signed = -math.inf
    previous: tuple[float, float, float] | None = None  # unit direction, how far beyond its end
    for (ax, ay), (bx, by) in pairwise(points):
        length = math.hypot(bx - ax, by - ay)
        ux, uy = (bx - ax) / length, (by - ay) / length
        px, py = x - ax, y - ay
        along, across = px * ux + py * uy, ux * py - uy * px
        # Both ends are asked from their own vertex: no point near an inner one falls between.
        beyond = (x - bx) * ux + (y - by) * uy
        if along >= 0.0 >= beyond and abs(across) < best:
            best, signed = abs(across), across
        if previous is not None and along <= 0.0 <= previous[2]:
            apart = math.hypot(px, py)
            if apart < best:
                side = (previous[0] + ux) * py - (previous[1] + uy) * px
                best, signed = apart, math.copysign(apart, side)
        previous = ux, uy, beyond
    return signed


def metres_per_degree(lat_deg: float) -> Point:
    """Metres of one degree of longitude and of latitude on WGS-84 at ``lat_deg``."""
    semi_major_m, eccentricity_sq = 6378137.0, 6.69437999014e-3  # NIMA TR8350.2, table 3.1 and 3.3
    lat = math.radians(lat_deg)
    w = 1.0 - eccentricity_sq * math.sin(lat) ** 2
    east = semi_major_m / math.sqrt(w) * math.cos(lat)
    north = semi_major_m * (1.0 - eccentricity_sq) / w**1.5
    return math.radians(east), math.radians(north)
