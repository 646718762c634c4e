"""Dumping (垃圾偷乱倒): garbage on the ground, or a bin that overflows, where none may be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xunjie.detector.rules.clocks import Clocks
from xunjie.detector.rules.ground import is_whole
from xunjie.detector.rules.verdict import Allegation
from xunjie.detector.rules.why import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xunjie.detector.rules.clocks import Due
    from xunjie.detector.rules.site import Site
    from xunjie.detector.rules.why import Lang
    from xunjie.detector.types import Finding, Observation
    from xunjie.zones.zone import Zone

CLASSES = ("garbage", "bin_overflow")

WHY: dict[Lang, str] = {
    "zh": "{thing}自{since}起出现在禁止倾倒区{zone}（版本{version}）内，至{until}已{dwell}，"
    "认定时限为{limit}。{arrival}该区域管控时段：{hours}。{basis}{phase}",
    "en": "There has been {thing} in the no-dumping zone {zone} (version {version}) since {since}; "
    "by {until} it has lain there for {dwell}, the limit is {limit}. {arrival} "
    "Hours of the zone: {hours}. {basis}{phase}",
}
ARRIVAL: Mapping[str, Mapping[Lang, str]] = {
    "new": {
        "zh": "开始监看时尚无，为新出现。",
        "en": "It was not there when watching began: it is new.",
    },
    "already_there": {
        "zh": "被发现时已存在，出现时间不明。",
        "en": "It was already there when watching began; when it came is not known.",
    },
    "unknown": {
        "zh": "开始监看的时间不明，出现时间不明。",
        "en": "When watching began is not known, nor when it came.",
    },
}


@dataclass(frozen=True, slots=True)
class DumpingSettings:
    """Thresholds of the dumping rule."""

    # Bags are put down to be picked up again, and bins are being emptied; a minute (own
    # judgement). Clearing is due within hours, so nothing is lost by it.
    min_dwell_s: float = 60.0
    # First seen this soon after watching began, it may have been missed in the first pictures:
    # five misses in a row at one sample in 2 s and recall 0.7 happen in 0.2 % of cases.
    arrival_margin_s: float = 10.0


class Dumping:
    """Alleges dumping. At each observation of garbage or an overflowing bin:

    1. Zones drawn on another frame size: refuse (ZoneFrameMismatchError).
    2. Place: no edge of the frame cuts the thing off (ground.py), and its ground point (bottom
       middle of the unclipped box) lies in a ``no_dumping`` zone.
    3. Law, at this instant: the zone is in force; no ``ignore`` or ``privacy`` zone in force
       contains the point. One lawful instant stops the clock.
    4. The clock runs from the first sighting for which 2 and 3 hold.
    5. Decide when the thing is seen in the zone and the clock has reached the zone's
       ``min_dwell_s``, else the setting's; the finding carries the zone's phase and never more.
    6. Say whether it is new or was already there: new if its episode began more than
       ``arrival_margin_s`` after the unbroken watching of the scene did. Both are findings; only
       a new one has a depositing moment to look for.
    """

    rule_id = "dumping"
    rule_version = "1"

    def __init__(self, site: Site, settings: DumpingSettings | None = None) -> None:
        self._site = site
        self._settings = settings or DumpingSettings()
        self._zones = site.of_kind("no_dumping")
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
            is_inside = is_whole(seen) and zone.contains(*seen.ground_px)
            self._clocks.advance(seen, zone, is_inside, partial(self._is_unlawful, seen, zone))
        return self._clocks.due(seen, self._zones, self._settings.min_dwell_s)

    def _is_unlawful(self, seen: Observation, zone: Zone, t_ns: int) -> bool:
        return zone.is_in_force(t_ns) and not self._site.hides_point(seen.ground_px, t_ns)

    def _finding(self, seen: Observation, due: Due) -> Finding:
        arrival = self._arrival(seen)
        allegation = Allegation(
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            observation=seen,
            zone=due.zone,
            since_ns=due.since_ns,
            min_dwell_s=due.min_dwell_s,
            timezone=self._site.timezone_of(due.zone),
            details={
                "arrival": arrival,
                "arrival_margin_s": self._settings.arrival_margin_s,
            },
        )
        return allegation.finding(explain(allegation, WHY, arrival=ARRIVAL[arrival]))

    def _arrival(self, seen: Observation) -> str:
        if seen.watched_since_ns is None:
            return "unknown"
        unwatched_ns = seen.onset_ns - seen.watched_since_ns
        is_new = unwatched_ns > round(self._settings.arrival_margin_s * 1_000_000_000)
        return "new" if is_new else "already_there"
