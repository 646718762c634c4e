"""The examples and lists of docs/zones.md are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xunjie.zones.features import PERMIT_KEYS, ZONE_KEYS
from xunjie.zones.load import check_file, load_permits, load_zones
from xunjie.zones.permit import PERMIT_KINDS
from xunjie.zones.zone import ZONE_KINDS

DOC = (Path(__file__).parents[2] / "docs" / "zones.md").read_text(encoding="utf-8")


def example(name: str, folder: Path) -> Path:
    found = re.search(rf"^```json {name}\n(.*?)^```", DOC, re.DOTALL | re.MULTILINE)
    assert found is not None
    path = folder / f"{name}.geojson"
    path.write_text(found[1], encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["zones", "permits"])
def test_example_has_no_fault(tmp_path: Path, name: str) -> None:
    assert [str(fault) for fault in check_file(example(name, tmp_path))] == []


def test_example_of_zones_loads_as_described(tmp_path: Path) -> None:
    zones = load_zones(example("zones", tmp_path))
    assert [(zone.kind, zone.space) for zone in zones.zones] == [
        ("no_stall", "image"),
        ("shop_front", "image"),
        ("no_billboard", "ground"),
    ]
    front = zones.zones[1]
    assert front.distance_beyond_px(300, 450) > 0  # below the line: the pavement


def test_example_of_permits_loads_as_described(tmp_path: Path) -> None:
    permits = load_permits(example("permits", tmp_path))
    assert [permit.kind for permit in permits.permits] == ["stall", "billboard"]


@pytest.mark.parametrize("word", sorted({*ZONE_KEYS, *PERMIT_KEYS, *ZONE_KINDS, *PERMIT_KINDS}))
def test_every_property_and_kind_is_documented(word: str) -> None:
    assert f"`{word}`" in DOC
