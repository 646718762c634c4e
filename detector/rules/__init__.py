"""The rules: each decides from observations, zones, permits and time, one file per violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xunjie.detector.rules.cross_door import CrossDoor
from xunjie.detector.rules.dumping import Dumping
from xunjie.detector.rules.errors import RuleError, ZoneFrameMismatchError
from xunjie.detector.rules.illegal_billboard import IllegalBillboard
from xunjie.detector.rules.rule import Rule
from xunjie.detector.rules.site import Site
from xunjie.detector.rules.street_stall import StreetStall

if TYPE_CHECKING:
    from xunjie.zones.permit import PermitRegister
    from xunjie.zones.zoneset import ZoneSet

__all__ = ["Rule", "RuleError", "ZoneFrameMismatchError", "build_rules"]


def build_rules(zones: ZoneSet, permits: PermitRegister, source_id: str) -> tuple[Rule, ...]:
    """The four rules for one source, with their default thresholds."""
    site = Site(zones, permits, source_id)
    return (StreetStall(site), CrossDoor(site), IllegalBillboard(site), Dumping(site))
