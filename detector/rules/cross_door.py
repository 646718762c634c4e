"""Cross-door business (跨门营业): a shop's goods or seats in front of its line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite, sqrt
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
    from xunjie.zones.permit import PermitKind
    from xunjie.zones.zone import Zone

WHY: dict[Lang, str] = {
    "zh": "{thing}自{since}起超出门线{zone}（版本{version}）{distance}，至{until}已{dwell}，"
    "认定时限为{limit}。门线管控时段：{hours}。{permit}{basis}{phase}",
    "en": "There have been {thing} beyond the shop line {zone} (version {version}) since {since}, "
    "{distance} past it on the public side; by {until} they have stood for {dwell}, "
    "the limit is {limit}. Hours of the line: {hours}. {permit}{basis}{phase}",
}

PERMIT_KIND: dict[str, PermitKind] = {
    "outdoor_goods": "outdoor_goods",
    "outdoor_seating": "outdoor_seating",
}
"""The classes the rule judges, and the permit that allows each. A ``stall`` at a shop line is a
matter of the street-stall rule; chairs, tables and umbrellas alone do not say whose they are."""


@dataclass(frozen=True, slots=True)
class CrossDoorSettings:
    """Thresholds of the cross-door rule. Distances in box sizes (square root of the box area):
    pixels mean more metres far away than near, and the jitter of a box grows with the box."""

    # "Does not move for longer than the set time" is the field's definition; the time as for
    # stalls, 3 min, so that unloading is not business.
    min_dwell_s: float = 180.0
    # Inside the line is allowed, outside is not (painted yellow lines in Shanghai). A ground point
    # jitters by about 0.05 box sizes; three times that is surely beyond.
    enter_sizes: float = 0.15
    # Once beyond, it is back behind the line only when nearly on it.
    leave_sizes: float = 0.05
    # Farther out than this it belongs to the pavement or the other side of the street, not to
    # this shop (own judgement).
    reach_sizes: float = 6.0


class CrossDoor:
    """Alleges cross-door business. At each observation of outdoor goods or seating:

    1. Zones drawn on another frame size: refuse (ZoneFrameMismatchError).
    2. Whose: the shop front whose stretch the ground point faces and whose line is nearest, on
       either side of it; a thing just behind one shop's line is not in front of another.
    3. Place: no edge of the frame cuts the thing off (ground.py), and its ground point lies beyond
       that line on its public side, by at least ``enter_sizes`` (once beyond: ``leave_sizes``) and
       at most ``reach_sizes`` box sizes.
    4. Law, at this instant: the shop front is in force; no ``ignore`` or ``privacy`` zone in force
       contains the point; no valid permit of the thing's kind covers the place. One lawful
       instant stops the clock.
    5. The clock runs from the first sighting for which 2 to 4 hold.
    6. Decide when the thing is seen beyond the line and the clock has reached the zone's
       ``min_dwell_s``, else the setting's; the finding carries the zone's phase and never more.
    """

    rule_id = "cross_door"
    rule_version = "1"

    def __init__(self, site: Site, settings: CrossDoorSettings | None = None) -> None:
        self._site = site
        self._settings = settings or CrossDoorSettings()
        self._zones = site.of_kind("shop_front")
        self._clocks = Clocks()

    def update(self, observation: Observation) -> Finding | None:
        """The finding that became due with this observation, if any."""
        due = self._due(observation) if observation.class_name in PERMIT_KIND else None
        self._clocks.close(observation)
        return None if due is None else self._finding(observation, due)

    def _due(self, seen: Observation) -> Due | None:
        if not self._zones:
            return None
        self._site.require_frame(seen.frame_wh)
        shop = self._shop_of(seen)
        for zone in self._zones:
            is_beyond = zone is shop and is_whole(seen) and self._is_beyond(seen, zone)
            self._clocks.advance(seen, zone, is_beyond, partial(self._is_unlawful, seen, zone))
        return self._clocks.due(seen, self._zones, self._settings.min_dwell_s)

    def _shop_of(self, seen: Observation) -> Zone | None:
        """The shop front the thing stands nearest to among those it faces."""
        distances = [(abs(zone.distance_beyond_px(*seen.ground_px)), zone) for zone in self._zones]
        facing = [(distance, zone) for distance, zone in distances if isfinite(distance)]
        return min(facing, key=lambda pair: pair[0])[1] if facing else None

    def _is_beyond(self, seen: Observation, zone: Zone) -> bool:
        settings = self._settings
        sizes = zone.distance_beyond_px(*seen.ground_px) / _size_px(seen)
        was_beyond = self._clocks.was_inside(seen, zone)
        least = settings.leave_sizes if was_beyond else settings.enter_sizes
        return least <= sizes <= settings.reach_sizes

    def _is_unlawful(self, seen: Observation, zone: Zone, t_ns: int) -> bool:
        kind = PERMIT_KIND[seen.class_name]
        return (
            zone.is_in_force(t_ns)
            and not self._site.hides_point(seen.ground_px, t_ns)
            and self._site.permit(kind, seen, t_ns).outcome != "valid"
        )

    def _finding(self, seen: Observation, due: Due) -> Finding:
        distance_px = due.zone.distance_beyond_px(*seen.ground_px)
        allegation = Allegation(
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            observation=seen,
            zone=due.zone,
            since_ns=due.since_ns,
            min_dwell_s=due.min_dwell_s,
            timezone=self._site.timezone_of(due.zone),
            permit=self._site.permit(PERMIT_KIND[seen.class_name], seen, seen.t_ns),
            details={
                "distance_beyond_px": distance_px,
                "box_size_px": _size_px(seen),
                "enter_sizes": self._settings.enter_sizes,
                "leave_sizes": self._settings.leave_sizes,
                "reach_sizes": self._settings.reach_sizes,
            },
        )
        distance: dict[Lang, str] = {"zh": f"{distance_px:.0f}像素", "en": f"{distance_px:.0f} px"}
        return allegation.finding(explain(allegation, WHY, distance=distance))


def _size_px(seen: Observation) -> float:
    x1, y1, x2, y2 = seen.box
    return sqrt((x2 - x1) * (y2 - y1))
