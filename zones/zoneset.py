"""All zones of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.zones.digest import collection_digest

if TYPE_CHECKING:
    from xunjie.zones.zone import Zone, ZoneKind


@dataclass(frozen=True, slots=True, eq=False)
class ZoneSet:
    """Zones in the order of their file, with the digest of its content."""

    zones: tuple[Zone, ...]
    digest: str

    @classmethod
    def empty(cls) -> ZoneSet:
        """No zones at all; nothing can be a violation of one."""
        return cls((), collection_digest("WGS84", ()))

    def for_source(self, source_id: str) -> tuple[Zone, ...]:
        """The image zones that apply to a source: its own, and those that name no source."""
        return tuple(
            zone
            for zone in self.zones
            if zone.space == "image" and zone.source_id in (None, source_id)
        )

    def of_kind(self, kind: ZoneKind) -> tuple[Zone, ...]:
        """The zones of one kind, of all sources and spaces."""
        return tuple(zone for zone in self.zones if zone.kind == kind)

    def __len__(self) -> int:
        return len(self.zones)
