"""A place with a rule: a polygon or a shop-front line, when it counts, and how strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import shapely

from xunjie.zones.geometry import (
    Box,
    line_fault,
    metres_per_degree,
    polygon_fault,
    read_only_vertices,
    signed_distance,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xunjie.zones.schedule import Schedule

ZoneKind = Literal[
    "no_stall",
    "permitted_stall",
    "shop_front",
    "no_billboard",
    "no_dumping",
    "ignore",
    "privacy",
]
Space = Literal["image", "ground"]
Phase = Literal["warning", "enforcing"]
Side = Literal["left", "right"]

ZONE_KINDS: tuple[ZoneKind, ...] = get_args(ZoneKind)


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A simple polygon, or for ``shop_front`` a line with a public side.

    vertices float64 (k, 2), read-only, k >= 3 (a line: k >= 2), closed implicitly. Space "image":
    pixels of a frame of ``frame_wh``, origin top left, y down; ``source_id`` None means every
    source. Space "ground": WGS-84 longitude, latitude in degrees. ``valid_to_ns`` is exclusive.

    ``side`` is the side of a shop front on which the public pavement lies, as seen by somebody
    who walks along the line from its first to its last point: in the image as displayed, on the
    ground as seen from above.

        image, y down                     side = "right"
                 shop  (negative)
        first  o------------------>o last
                 pavement (positive)
    """

    zone_id: str
    kind: ZoneKind
    space: Space
    vertices: NDArray[np.float64]
    frame_wh: tuple[int, int] | None
    source_id: str | None
    schedule: Schedule
    valid_from_ns: int | None
    valid_to_ns: int | None
    phase: Phase
    min_dwell_s: float | None
    legal_basis: str
    version: str
    side: Side | None
    shop_id: str | None
    name: str
    _shape: shapely.Geometry = field(init=False, repr=False)

    def __post_init__(self) -> None:
        vertices = read_only_vertices(self.vertices)
        fault = line_fault(vertices) if self.is_line else polygon_fault(vertices)
        if fault is not None:
            raise ValueError(f"Zone {self.zone_id!r}: {fault}")
        if self.is_line != (self.side is not None):
            raise ValueError(
                f"Zone {self.zone_id!r}: expected a side for shop_front and for no other kind, "
                f"found kind {self.kind!r} with side {self.side!r}"
            )
        if (self.space == "image") != (self.frame_wh is not None):
            raise ValueError(
                f"Zone {self.zone_id!r}: expected frame_wh in image space and only there, "
                f"found space {self.space!r} with frame_wh {self.frame_wh}"
            )
        object.__setattr__(self, "vertices", vertices)
        shape = shapely.LineString(vertices) if self.is_line else shapely.Polygon(vertices)
        shapely.prepare(shape)
        object.__setattr__(self, "_shape", shape)

    @property
    def is_line(self) -> bool:
        """Whether the zone is a line with a side instead of a polygon."""
        return self.kind == "shop_front"

    def is_valid_at(self, t_ns: int) -> bool:
        """Whether ``t_ns`` lies within [valid_from, valid_to)."""
        has_begun = self.valid_from_ns is None or self.valid_from_ns <= t_ns
        return has_begun and (self.valid_to_ns is None or t_ns < self.valid_to_ns)

    def is_in_force(self, t_ns: int) -> bool:
        """Whether the zone counts at ``t_ns``: valid, and within its schedule."""
        return self.is_valid_at(t_ns) and self.schedule.is_active(t_ns)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside; the boundary counts. ValueError for a shop front."""
        self._refuse(self.is_line, "a shop front has no inside; ask distance_beyond_px")
        return bool(shapely.intersects_xy(self._shape, x, y))

    def overlap_share(self, box: Box) -> float:
        """Share of the box's area inside the polygon, in [0, 1]; 0 for a box without area."""
        self._refuse(self.is_line, "a shop front has no area; ask distance_beyond_px")
        return overlap_share(self._shape, box)

    def distance_beyond_px(self, x: float, y: float) -> float:
        """Pixels from the shop front to (x, y): positive on the public side, else negative.

        -inf where no perpendicular through (x, y) meets the line, that is beyond its ends: what
        stands there is in front of another shop. ValueError for polygons and in ground space.
        """
        self._refuse(not self.is_line, "only a shop front has a public side")
        self._refuse(self.space != "image", "lies on the ground; ask distance_beyond_m")
        # signed_distance takes y up; pixels go down.
        return self._on_public_side([(px, -py) for px, py in self.vertices.tolist()], x, -y)

    def distance_beyond_m(self, lon: float, lat: float) -> float:
        """``distance_beyond_px`` for a shop front on the ground, in metres."""
        self._refuse(not self.is_line, "only a shop front has a public side")
        self._refuse(self.space != "ground", "lies in the image; ask distance_beyond_px")
        lon0, lat0 = self.vertices[0].tolist()
        east, north = metres_per_degree(lat0)
        line = [((px - lon0) * east, (py - lat0) * north) for px, py in self.vertices.tolist()]
        return self._on_public_side(line, (lon - lon0) * east, (lat - lat0) * north)

    def _on_public_side(self, line: list[tuple[float, float]], x: float, y: float) -> float:
        if self.side == "right":
            # Walked the other way round, the right side is the left one.
            line = line[::-1]
        return signed_distance(line, x, y)

    def _refuse(self, condition: bool, reason: str) -> None:
        if condition:
            raise ValueError(f"Zone {self.zone_id!r} ({self.kind}): {reason}")


def overlap_share(shape: shapely.Geometry, box: Box) -> float:
    """Share of the box's area inside a polygon, in [0, 1]; 0 for a box without area."""
    x1, y1, x2, y2 = box
    if not (x2 > x1 and y2 > y1):
        return 0.0
    inside = shapely.area(shapely.intersection(shape, shapely.box(x1, y1, x2, y2)))
    return min(1.0, float(inside) / ((x2 - x1) * (y2 - y1)))
