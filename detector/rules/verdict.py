"""From a due clock to a Finding: the facts of the decision, JSON-safe."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xunjie.detector.types import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xunjie.detector.types import Observation
    from xunjie.zones.permit import PermitLookup
    from xunjie.zones.zone import Zone

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Allegation:
    """What a rule holds against an episode at the decisive moment.

    ``since_ns`` is when it began to stand unlawfully, not before the zone came into force or a
    permit's hours ended. ``permit`` is None for rules that know no permit. ``details`` are the
    rule's own measures and thresholds, JSON-safe.
    """

    rule_id: str
    rule_version: str
    observation: Observation
    zone: Zone
    since_ns: int
    min_dwell_s: float
    timezone: str
    permit: PermitLookup | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def dwell_s(self) -> float:
        """Seconds from ``since_ns`` to the decisive moment."""
        return (self.observation.last_seen_ns - self.since_ns) / _NS

    def finding(self, why: Mapping[str, str]) -> Finding:
        """The decision as a value, with ``why`` in "zh" and "en"."""
        seen, zone = self.observation, self.zone
        return Finding(
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            episode_id=seen.episode_id,
            source_id=seen.source_id,
            class_name=seen.class_name,
            zone_id=zone.zone_id,
            zone_version=zone.version,
            phase=zone.phase,
            onset_ns=self.since_ns,
            decisive_ns=seen.t_ns,
            last_seen_ns=seen.last_seen_ns,
            dwell_s=self.dwell_s,
            score=seen.score,
            box=seen.box,
            why=dict(why),
            facts=self._facts(),
        )

    def _facts(self) -> dict[str, object]:
        return {**self._zone_facts(), **self._time_facts(), **self._permit_facts(), **self.details}

    def _zone_facts(self) -> dict[str, object]:
        zone = self.zone
        facts: dict[str, object] = {
            "zone_id": zone.zone_id,
            "zone_name": zone.name,
            "zone_kind": zone.kind,
            "zone_version": zone.version,
            "zone_phase": zone.phase,
            "zone_outline_px": zone.vertices.tolist(),
            "zone_frame_wh": list(zone.frame_wh or ()),
            "zone_hours_zh": zone.schedule.describe("zh"),
            "zone_hours_en": zone.schedule.describe("en"),
            "legal_basis": zone.legal_basis,
        }
        if zone.shop_id is not None:
            facts["shop_id"] = zone.shop_id
        if zone.side is not None:
            facts["zone_public_side"] = zone.side
        return facts

    def _time_facts(self) -> dict[str, object]:
        seen = self.observation
        return {
            "since_utc": iso_utc(self.since_ns),
            "decisive_utc": iso_utc(seen.t_ns),
            "episode_onset_utc": iso_utc(seen.onset_ns),
            "timezone": self.timezone,
            "dwell_s": self.dwell_s,
            "min_dwell_s": self.min_dwell_s,
            "episode_dwell_s": seen.dwell_s,
            "sightings": seen.hits,
            "mean_score": seen.score,
            "class_name": seen.class_name,
            "box_xyxy_px": list(seen.box),
            "ground_px": list(seen.ground_px),
            "frame_wh": list(seen.frame_wh),
        }

    def _permit_facts(self) -> dict[str, object]:
        if self.permit is None:
            return {}
        facts: dict[str, object] = {
            "permit_outcome": self.permit.outcome,
            "permits_checked": self.permit.checked,
        }
        if self.permit.permit is not None:
            facts["permit_id"] = self.permit.permit.permit_id
            facts["permit_version"] = self.permit.permit.version
            facts["permit_holder"] = self.permit.permit.holder
            facts["permit_hours_zh"] = self.permit.permit.schedule.describe("zh")
            facts["permit_hours_en"] = self.permit.permit.schedule.describe("en")
        return facts


def iso_utc(t_ns: int) -> str:
    """An instant as ISO 8601 in UTC, milliseconds cut off.

    >>> iso_utc(1_778_896_800_123_999_999)
    '2026-05-16T02:00:00.123Z'
    """
    seconds, ns = divmod(t_ns, _NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ns // 1_000_000:03d}Z"
