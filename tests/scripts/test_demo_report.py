"""The demo's verdict on itself must be able to say no."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.demo_report import compare, load_violations


def violation(
    rule_id: str, box: list[float], onset: str = "2026-05-16T02:00:10Z"
) -> dict[str, Any]:
    return {"rule_id": rule_id, "box_xyxy_px": box, "onset_utc": onset}


TRUTH = {
    "violations": [violation("dumping", [0, 0, 10, 10]), violation("dumping", [50, 0, 60, 10])]
}


def test_each_truth_takes_the_report_that_overlaps_it() -> None:
    found = {
        "p1": violation("dumping", [51, 0, 61, 10], "2026-05-16T02:00:11.5Z"),
        "p2": violation("dumping", [0, 0, 10, 9]),
    }
    report = compare(TRUTH, found)
    assert report.is_perfect
    assert [(m.package, m.onset_error_s) for m in report.matches] == [("p2", 0.0), ("p1", 1.5)]


def test_a_second_report_of_the_same_thing_is_extra() -> None:
    found = {f"p{n}": violation("dumping", [0, 0, 10, 10]) for n in range(2)}
    report = compare(TRUTH, found)
    assert (len(report.matches), report.missed, len(report.extra)) == (1, ("dumping",), 1)
    assert not report.is_perfect


def test_another_rule_at_the_same_place_is_no_match() -> None:
    report = compare(TRUTH, {"p1": violation("street_stall", [0, 0, 10, 10])})
    assert report.missed == ("dumping", "dumping")
    assert report.extra == ("p1",)


def test_violations_are_read_from_the_sealed_packages(tmp_path: Path) -> None:
    (tmp_path / "pkg-1" / "data").mkdir(parents=True)
    (tmp_path / "pkg-1" / "data" / "violation.json").write_text(json.dumps({"rule_id": "dumping"}))
    assert load_violations(tmp_path) == {"pkg-1": {"rule_id": "dumping"}}
