"""The zones and permits that apply to one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xunjie.detector.rules.errors import ZoneFrameMismatchError

if TYPE_CHECKING:
    from xunjie.detector.types import Box, Observation
    from xunjie.zones.permit import PermitKind, PermitLookup, PermitRegister
    from xunjie.zones.zone import Zone, ZoneKind
    from xunjie.zones.zoneset import ZoneSet

SIGN_SHARE = 0.5
"""A sign hangs where at least half of its box is; the permit register uses the same share."""


class Site:
    """What holds at one source. Only image-space zones and permits: a camera without calibration
    cannot say where on the ground something stands."""

    def __init__(self, zones: ZoneSet, permits: PermitRegister, source_id: str) -> None:
        self.source_id = source_id
        self._permits = permits
        self._zones = zones.for_source(source_id)
        self._hidden = self.of_kind("ignore") + self.of_kind("privacy")
        own = [
            permit
            for permit in permits.permits
            if permit.space == "image" and permit.source_id in (None, source_id)
        ]
        self._frames = [(f"zone {zone.zone_id!r}", zone.frame_wh) for zone in self._zones]
        self._frames += [(f"permit {permit.permit_id!r}", permit.frame_wh) for permit in own]
        schedules = [zone.schedule for zone in self._zones] + [permit.schedule for permit in own]
        named = [schedule.timezone for schedule in schedules if schedule.timezone != "UTC"]
        self._timezone = named[0] if named else "UTC"
        self._checked_wh: tuple[int, int] | None = None

    def of_kind(self, kind: ZoneKind) -> tuple[Zone, ...]:
        """The zones of a kind; enforcing before warning, then by id."""
        chosen = [zone for zone in self._zones if zone.kind == kind]
        return tuple(sorted(chosen, key=lambda zone: (zone.phase == "warning", zone.zone_id)))

    def timezone_of(self, zone: Zone) -> str:
        """IANA name for telling an officer the time: the zone's, else another of this source's.

        A zone without hours names no place's clock; its schedule then says UTC.
        """
        own = zone.schedule.timezone
        return self._timezone if own == "UTC" else own

    def require_frame(self, frame_wh: tuple[int, int]) -> None:
        """ZoneFrameMismatchError unless every zone and permit was drawn on this frame size."""
        if frame_wh == self._checked_wh:
            return
        for drawn, drawn_wh in self._frames:
            if drawn_wh != frame_wh:
                raise ZoneFrameMismatchError(self.source_id, drawn, drawn_wh, frame_wh)
        self._checked_wh = frame_wh

    def hides_point(self, point: tuple[float, float], t_ns: int) -> bool:
        """Whether an ignore or privacy zone in force contains the ground point."""
        return any(zone.contains(*point) and zone.is_in_force(t_ns) for zone in self._hidden)

    def hides_sign(self, box: Box, t_ns: int) -> bool:
        """Whether an ignore or privacy zone in force covers half of the sign."""
        return any(
            zone.overlap_share(box) >= SIGN_SHARE and zone.is_in_force(t_ns)
            for zone in self._hidden
        )

    def permit(self, kind: PermitKind, observation: Observation, t_ns: int) -> PermitLookup:
        """What the register says about the episode's place at ``t_ns``."""
        return self._permits.lookup(kind, observation.box, t_ns, self.source_id)
