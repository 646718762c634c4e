"""``xunjie zones check`` as its user sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from tests.zones.builders import collection, feature, saved
from xunjie.cli.zones import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def check(path: Path) -> Result:
    return CliRunner().invoke(app, ["check", str(path)])


def test_good_zone_file_is_ok_with_its_counts(tmp_path: Path) -> None:
    zones = [feature(id=str(n)) for n in range(3)]
    result = check(saved(tmp_path, collection(*zones, feature(kind="ignore"))))
    assert (result.exit_code, result.stdout) == (0, "OK: 4 zones (ignore 1, no_stall 3)\n")


def test_good_permit_file_is_ok(tmp_path: Path) -> None:
    permits = collection(feature(kind="billboard"), register="permits")
    result = check(saved(tmp_path, permits))
    assert (result.exit_code, result.stdout) == (0, "OK: 1 permits (billboard 1)\n")


def test_empty_file_of_zones_is_ok(tmp_path: Path) -> None:
    result = check(saved(tmp_path, collection()))
    assert (result.exit_code, result.stdout) == (0, "OK: 0 zones\n")


def test_every_fault_has_its_own_line_and_exit_1(tmp_path: Path) -> None:
    path = saved(tmp_path, collection(feature(fase="warning", min_dwell_s=-1)))
    result = check(path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}: feature 'z1': fase: unknown key; did you mean 'phase'?",
        f"{path}: feature 'z1': min_dwell_s: expected a number from 0 to 604800, found -1",
    ]


def test_expired_zone_is_noted_with_exit_0(tmp_path: Path) -> None:
    path = saved(tmp_path, collection(feature(valid_to="2020-01-01T00:00:00Z")))
    result = check(path)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"note: {path}: feature 'z1': has expired; it counts for older video only",
        "OK: 1 zones (no_stall 1)",
    ]


def test_missing_file_is_wrong_usage_with_exit_2(tmp_path: Path) -> None:
    result = check(tmp_path / "none.geojson")
    assert result.exit_code == 2
    assert "none.geojson: does not exist" in result.stderr
