"""Illegal billboard (违规户外广告): a billboard or banner without a permit where none may hang."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xunjie.detector.rules.clocks import Clocks
from xunjie.detector.rules.site import SIGN_SHARE
from xunjie.detector.rules.verdict import Allegation
from xunjie.detector.rules.why import explain

if TYPE_CHECKING:
    from xunjie.detector.rules.clocks import Due
    from xunjie.detector.rules.site import Site
    from xunjie.detector.rules.why import Lang
    from xunjie.detector.types import Finding, Observation
    from xunjie.zones.zone import Zone

CLASSES = ("billboard", "banner")
"""Advertising. A shop's own name (signboard, blade sign) and window (window_ad) have rules of
their own and are not judged here."""

WHY: dict[Lang, str] = {
    "zh": "{thing}自{since}起设置在禁设户外广告区{zone}（版本{version}）内，其{share}位于区内，"
    "至{until}已{dwell}，认定时限为{limit}。该区域管控时段：{hours}。{permit}{basis}{phase}",
    "en": "There has been {thing} in the no-billboard zone {zone} (version {version}) since "
    "{since}, {share} of it inside; by {until} it has hung for {dwell}, the limit is {limit}. "
    "Hours of the zone: {hours}. {permit}{basis}{phase}",
}


@dataclass(frozen=True, slots=True)
class IllegalBillboardSettings:
    """Thresholds of the illegal-billboard rule."""

    # A sign does not come and go; a minute is there to outlast advertising on a passing bus or
    # truck standing at a light (own judgement).
    min_dwell_s: float = 60.0
    # A sign hangs, so its box counts, not its bottom edge: half of it inside, as in the permit
    # register, and a little less once it was inside.
    enter_share: float = SIGN_SHARE
    leave_share: float = 0.35


class IllegalBillboard:
    """Alleges an illegal billboard. At each observation of a billboard or banner:

    1. Zones drawn on another frame size: refuse (ZoneFrameMismatchError).
    2. Place: at least ``enter_share`` of the box (once inside: ``leave_share``) lies in a
       ``no_billboard`` zone.
    3. Law, at this instant: the zone is in force; no ``ignore`` or ``privacy`` zone in force
       covers half of the sign; no valid billboard permit matches the place. One lawful instant
       stops the clock.
    4. The clock runs from the first sighting for which 2 and 3 hold.
    5. Decide when the sign is seen in the zone and the clock has reached the zone's
       ``min_dwell_s``, else the setting's; the finding carries the zone's phase and never more.
    """

    rule_id = "illegal_billboard"
    rule_version = "1"

    def __init__(self, site: Site, settings: IllegalBillboardSettings | None = None) -> None:
        self._site = site
        self._settings = settings or IllegalBillboardSettings()
        self._zones = site.of_kind("no_billboard")
        self._clocks = Clocks()

    def update(self, observation: Observation) -> Finding | None:
        """The finding that became due with this observation, if any."""
        due = self._due(observation) if observation.class_name in CLASSES else None
        self._clocks.close(observation)
        return None if due is None else self._finding(observation, due)

    def _due(self, seen: Observation) -> Due | None:
        if not self._zones:
            return None
        self._site.require_frame(seen.frame_wh)
        for zone in self._zones:
            was_inside = self._clocks.was_inside(seen, zone)
            least = self._settings.leave_share if was_inside else self._settings.enter_share
            is_inside = zone.overlap_share(seen.box) >= least
            self._clocks.advance(seen, zone, is_inside, partial(self._is_unlawful, seen, zone))
        return self._clocks.due(seen, self._zones, self._settings.min_dwell_s)

    def _is_unlawful(self, seen: Observation, zone: Zone, t_ns: int) -> bool:
        return (
            zone.is_in_force(t_ns)
            and not self._site.hides_sign(seen.box, t_ns)
            and self._site.permit("billboard", seen, t_ns).outcome != "valid"
        )

    def _finding(self, seen: Observation, due: Due) -> Finding:
        share = due.zone.overlap_share(seen.box)
        allegation = Allegation(
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            observation=seen,
            zone=due.zone,
            since_ns=due.since_ns,
            min_dwell_s=due.min_dwell_s,
            timezone=self._site.timezone_of(due.zone),
            permit=self._site.permit("billboard", seen, seen.t_ns),
            details={
                "overlap_share": share,
                "enter_share": self._settings.enter_share,
                "leave_share": self._settings.leave_share,
            },
        )
        percent: dict[Lang, str] = {"zh": f"{share:.0%}", "en": f"{share:.0%}"}
        return allegation.finding(explain(allegation, WHY, share=percent))
