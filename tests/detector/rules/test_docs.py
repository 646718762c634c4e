"""docs/rules.md names every rule and every threshold with the value the code has."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from xunjie.detector.dwell import DwellSettings
from xunjie.detector.rules import build_rules
from xunjie.detector.rules.cross_door import CrossDoorSettings
from xunjie.detector.rules.dumping import DumpingSettings
from xunjie.detector.rules.illegal_billboard import IllegalBillboardSettings
from xunjie.detector.rules.street_stall import StreetStallSettings
from xunjie.zones.permit import PermitRegister
from xunjie.zones.zoneset import ZoneSet

TEXT = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
SECTIONS = {part.splitlines()[0]: part for part in TEXT.split("\n## ")}


@pytest.mark.parametrize(
    ("heading", "settings"),
    [
        ("Episodes: what counts as staying", DwellSettings()),
        ("Street stall (无序设摊)", StreetStallSettings()),
        ("Cross-door business (跨门营业)", CrossDoorSettings()),
        ("Illegal billboard (违规户外广告)", IllegalBillboardSettings()),
        ("Dumping (垃圾偷乱倒)", DumpingSettings()),
    ],
)
def test_every_threshold_stands_in_its_section_with_its_value(
    heading: str, settings: object
) -> None:
    section = SECTIONS[heading]
    for field in fields(settings):  # type: ignore[arg-type]
        lines = [line for line in section.splitlines() if f"`{field.name}`" in line]
        assert any(str(getattr(settings, field.name)) in line for line in lines), field.name


def test_every_rule_stands_in_the_table() -> None:
    rules = build_rules(ZoneSet.empty(), PermitRegister.empty(), "cam1")
    assert [rule.rule_id for rule in rules] == [
        "street_stall",
        "cross_door",
        "illegal_billboard",
        "dumping",
    ]
    assert all(f"| `{rule.rule_id}` |" in TEXT for rule in rules)
