"""Street stall (无序设摊): a stall that stands where and when no stall may."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xunjie.detector.rules.clocks import Clocks
from xunjie.detector.rules.ground import is_whole
from xunjie.detector.rules.verdict import Allegation
from xunjie.detector.rules.why import explain

if TYPE_CHECKING:
    from xunjie.detector.rules.clocks import Due
    from xunjie.detector.rules.site import Site
    from xunjie.detector.rules.why import Lang
    from xunjie.detector.types import Finding, Observation
    from xunjie.zones.zone import Zone

WHY: dict[Lang, str] = {
    "zh": "{thing}自{since}起停留在禁止设摊区{zone}（版本{version}）内，至{until}已{dwell}，"
    "认定时限为{limit}。该区域管控时段：{hours}。{permit}{basis}{phase}",
    "en": "There has been {thing} in the no-stall zone {zone} (version {version}) since {since}; "
    "by {until} it has stood for {dwell}, the limit is {limit}. "
    "Hours of the zone: {hours}. {permit}{basis}{phase}",
}


@dataclass(frozen=True, slots=True)
class StreetStallSettings:
    """Thresholds of the street-stall rule."""

    # Fixed cameras in the field record a stall on a main road after 3-5 min (Lai'an); the lower
    # end, since an officer still looks at it. A zone's own min_dwell_s comes first.
    min_dwell_s: float = 180.0


class StreetStall:
    """Alleges a street stall. At each observation of an episode named ``stall``:

    1. Zones drawn on another frame size: refuse (ZoneFrameMismatchError).
    2. Place: no edge of the frame cuts the thing off (ground.py), and its ground point (bottom
       middle of the unclipped box) lies in a ``no_stall`` zone.
    3. Law, at this instant: the zone is in force; no ``ignore`` or ``privacy`` zone in force and
       no ``permitted_stall`` zone in force contains the point; the permit register has no valid
       stall permit for the place. One lawful instant stops the clock.
    4. The clock runs from the first sighting for which 2 and 3 hold.
    5. Decide when the stall is seen in the zone and the clock has reached the zone's
       ``min_dwell_s``, else the setting's. Enforcing zones before warning zones; the finding
       carries the zone's phase and never more.
    """

    rule_id = "street_stall"
    rule_version = "1"

    def __init__(self, site: Site, settings: StreetStallSettings | None = None) -> None:
        self._site = site
        self._settings = settings or StreetStallSettings()
        self._zones = site.of_kind("no_stall")
        self._permitted = site.of_kind("permitted_stall")
        self._clocks = Clocks()

    def update(self, observation: Observation) -> Finding | None:
        """The finding that became due with this observation, if any."""
        due = self._due(observation) if observation.class_name == "stall" else None
        self._clocks.close(observation)
        return None if due is None else self._finding(observation, due)

    def _due(self, seen: Observation) -> Due | None:
        if not self._zones:
            return None
        self._site.require_frame(seen.frame_wh)
        for zone in self._zones:
            is_inside = is_whole(seen) and zone.contains(*seen.ground_px)
            self._clocks.advance(seen, zone, is_inside, partial(self._is_unlawful, seen, zone))
        return self._clocks.due(seen, self._zones, self._settings.min_dwell_s)

    def _is_unlawful(self, seen: Observation, zone: Zone, t_ns: int) -> bool:
        point = seen.ground_px
        return (
            zone.is_in_force(t_ns)
            and not self._site.hides_point(point, t_ns)
            and not any(ok.contains(*point) and ok.is_in_force(t_ns) for ok in self._permitted)
            and self._site.permit("stall", seen, t_ns).outcome != "valid"
        )

    def _finding(self, seen: Observation, due: Due) -> Finding:
        allegation = Allegation(
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            observation=seen,
            zone=due.zone,
            since_ns=due.since_ns,
            min_dwell_s=due.min_dwell_s,
            timezone=self._site.timezone_of(due.zone),
            permit=self._site.permit("stall", seen, seen.t_ns),
            details={"permitted_zones_checked": len(self._permitted)},
        )
        return allegation.finding(explain(allegation, WHY))
