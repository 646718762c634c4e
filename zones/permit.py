"""What has been allowed, where, when and to whom; and the lookup that finds it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import shapely

from xunjie.zones.digest import collection_digest
from xunjie.zones.geometry import Box, polygon_fault, read_only_vertices
from xunjie.zones.zone import Space, overlap_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from xunjie.zones.schedule import Schedule

PermitKind = Literal["stall", "outdoor_seating", "outdoor_goods", "billboard"]
Outcome = Literal["valid", "outside_hours", "not_yet_valid", "expired", "none"]

PERMIT_KINDS: tuple[PermitKind, ...] = get_args(PermitKind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Best first: what holds for the person wins where several permits cover the place."""

MIN_BILLBOARD_SHARE = 0.5
"""A sign is the permitted one if at least half of its box lies inside the permitted place."""


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """A permitted place: a simple polygon with hours, validity and holder; fields as in Zone."""

    permit_id: str
    kind: PermitKind
    vertices: NDArray[np.float64]
    space: Space
    source_id: str | None
    frame_wh: tuple[int, int] | None
    schedule: Schedule
    valid_from_ns: int | None
    valid_to_ns: int | None
    holder: str
    shop_id: str | None
    version: str
    _shape: shapely.Polygon = field(init=False, repr=False)

    def __post_init__(self) -> None:
        vertices = read_only_vertices(self.vertices)
        fault = polygon_fault(vertices)
        if fault is not None:
            raise ValueError(f"Permit {self.permit_id!r}: {fault}")
        if (self.space == "image") != (self.frame_wh is not None):
            raise ValueError(
                f"Permit {self.permit_id!r}: expected frame_wh in image space and only there, "
                f"found space {self.space!r} with frame_wh {self.frame_wh}"
            )
        object.__setattr__(self, "vertices", vertices)
        shape = shapely.Polygon(vertices)
        shapely.prepare(shape)
        object.__setattr__(self, "_shape", shape)

    @property
    def shape(self) -> shapely.Polygon:
        """The permitted place as a polygon of shapely."""
        return self._shape

    def place_match(self, box: Box) -> float:
        """How well a box in the image fits the place, in [0, 1]; 0 is no match.

        A billboard fits by the share of its box inside, if that is MIN_BILLBOARD_SHARE or more.
        Everything else stands on the ground and fits (1) if its ground point, the bottom middle
        of the box, is inside; the boundary counts.
        """
        if self.kind == "billboard":
            share = overlap_share(self._shape, box)
            return share if share >= MIN_BILLBOARD_SHARE else 0.0
        x1, _, x2, y2 = box
        return 1.0 if shapely.intersects_xy(self._shape, (x1 + x2) / 2, y2) else 0.0

    def outcome_at(self, t_ns: int) -> Outcome:
        """What the permit says about an instant; valid_to is exclusive."""
        if self.valid_from_ns is not None and t_ns < self.valid_from_ns:
            return "not_yet_valid"
        if self.valid_to_ns is not None and t_ns >= self.valid_to_ns:
            return "expired"
        return "valid" if self.schedule.is_active(t_ns) else "outside_hours"


@dataclass(frozen=True, slots=True, eq=False)
class PermitLookup:
    """What the register says about a thing at a place and time.

    ``permit`` is the one the outcome speaks of, None for "none". ``checked`` counts the permits
    of this kind that apply to the source, whether or not their place is near.
    """

    outcome: Outcome
    permit: Permit | None
    checked: int


@dataclass(frozen=True, slots=True, eq=False)
class PermitRegister:
    """All permits of one file, indexed by kind, source and place."""

    permits: tuple[Permit, ...]
    digest: str
    _index: Mapping[tuple[PermitKind, str | None], _Leaf] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        grouped: defaultdict[tuple[PermitKind, str | None], list[Permit]] = defaultdict(list)
        for permit in self.permits:
            if permit.space == "image":
                grouped[permit.kind, permit.source_id].append(permit)
        index = {key: _Leaf.of(permits) for key, permits in grouped.items()}
        object.__setattr__(self, "_index", index)

    @classmethod
    def empty(cls) -> PermitRegister:
        """A register in which nothing is permitted."""
        return cls((), collection_digest("WGS84", ()))

    def lookup(self, kind: PermitKind, box: Box, t_ns: int, source_id: str) -> PermitLookup:
        """The permit that fits a box of a source's image best.

        1. Take the permits of the kind drawn in the image of this source or of every source.
        2. Keep those whose place fits the box (``Permit.place_match``).
        3. Of these the best outcome wins (order of OUTCOMES), then the better fit, then the id.
        """
        leaves = [
            leaf
            for key in ((kind, source_id), (kind, None))
            if (leaf := self._index.get(key)) is not None
        ]
        checked = sum(len(leaf.permits) for leaf in leaves)
        best: tuple[int, float, str] | None = None
        found: Permit | None = None
        for permit in (permit for leaf in leaves for permit in leaf.near(box)):
            match = permit.place_match(box)
            rank = (OUTCOMES.index(permit.outcome_at(t_ns)), -match, permit.permit_id)
            if match > 0.0 and (best is None or rank < best):
                best, found = rank, permit
        return PermitLookup("none" if best is None else OUTCOMES[best[0]], found, checked)

    def __len__(self) -> int:
        return len(self.permits)


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    """Permits of one kind and source with the index of their places."""

    permits: tuple[Permit, ...]
    tree: shapely.STRtree

    @classmethod
    def of(cls, permits: list[Permit]) -> _Leaf:
        return cls(tuple(permits), shapely.STRtree([permit.shape for permit in permits]))

    def near(self, box: Box) -> Iterator[Permit]:
        """Those whose bounding box meets the box."""
        return (self.permits[n] for n in self.tree.query(shapely.box(*box)))
