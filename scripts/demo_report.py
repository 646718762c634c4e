"""Compares what the demo found with the ground truth that was rendered with its clip."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
MATCH_IOU = 0.2  # fuzzy-edged objects are scored at 0.2 in this field (docs/model-card-street.md)


@dataclass(frozen=True, slots=True)
class Match:
    """One true violation and the package that reported it."""

    rule_id: str
    package: str
    onset_error_s: float
    iou: float


@dataclass(frozen=True, slots=True)
class Report:
    """Found against truth: matches, true violations nobody reported, reports nothing justifies."""

    matches: tuple[Match, ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_perfect(self) -> bool:
        """Every true violation once, and nothing else."""
        return not self.missed and not self.extra

    def to_json(self) -> str:
        """The report as indented JSON."""
        body = asdict(self) | {"is_perfect": self.is_perfect}
        return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def compare(truth: dict[str, Any], violations: dict[str, dict[str, Any]]) -> Report:
    """Match violations (package id -> violation.json) to the truth, each at most once."""
    left = dict(violations)
    matches, missed = [], []
    for real in truth["violations"]:
        found = _best(real, left)
        if found is None:
            missed.append(real["rule_id"])
            continue
        package, overlap = found
        matches.append(
            Match(
                real["rule_id"],
                package,
                round(_seconds(left.pop(package)["onset_utc"]) - _seconds(real["onset_utc"]), 3),
                round(overlap, 3),
            )
        )
    return Report(tuple(matches), tuple(missed), tuple(sorted(left)))


def load_violations(ready: Path) -> dict[str, dict[str, Any]]:
    """Package id -> violation.json of every sealed package in an outbox's ready folder."""
    return {
        path.parent.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(ready.glob("*/data/violation.json"))
    }


def _best(real: dict[str, Any], left: dict[str, dict[str, Any]]) -> tuple[str, float] | None:
    overlaps = [
        (iou(real["box_xyxy_px"], found["box_xyxy_px"]), package)
        for package, found in left.items()
        if found["rule_id"] == real["rule_id"]
    ]
    overlap, package = max(overlaps, default=(0.0, ""))
    return (package, overlap) if overlap >= MATCH_IOU else None


def _seconds(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes.

    >>> iou((0, 0, 2, 2), (1, 0, 3, 2))
    0.3333333333333333
    """
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return both / (sum(areas) - both)
