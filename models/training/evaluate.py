"""The report of a model: precision by set and class, false alarms on quiet streets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xunjie.models.session import Session
from xunjie.models.training import thresholds
from xunjie.models.training.measured import QUIET_CLASSES, Measured, Progress, measure


def evaluate(
    session: Session,
    folders: list[Path],
    negatives: list[Path],
    choose_thresholds: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The JSON-safe report of a model over labelled folders and folders with nothing to report.

    With ``choose_thresholds`` new thresholds are chosen on the same folders and reported with the
    numbers they give; else those of the session's entry are used.
    """
    sets = [measure(session, folder, progress) for folder in folders]
    quiet = [measure(session, folder, progress) for folder in negatives]
    at: Mapping[str, float] = session.entry.thresholds
    if choose_thresholds:
        at = thresholds.choose(sets, quiet)
    return {
        "model_id": session.entry.model_id,
        "sha256": session.entry.sha256,
        "thresholds": dict(at),
        "sets": {m.name: {"images": len(m.found)} | report(m, at) for m in sets},
        "false_alarms": {m.name: {"images": len(m.found)} | false_alarms(m, at) for m in quiet},
    }


def report(measured: Measured, at: Mapping[str, float]) -> dict[str, Any]:
    """{class: {boxes, ap50, ap20, precision, recall}}.

    Precision and recall are those at the class's threshold and IoU 0.2. Classes without a box in
    the folder have no number: nothing was measured.
    """
    rows: dict[str, Any] = {}
    for name in measured.labelled:
        strict, loose = measured.scored(name, 0.5), measured.scored(name, 0.2)
        precision, recall = loose.at(at[name])
        rows[name] = {
            "boxes": strict.total,
            "ap50": round(strict.average_precision(), 3),
            "ap20": round(loose.average_precision(), 3),
            "precision": round(precision, 3),
            "recall": round(recall, 3),
        }
    return rows


def false_alarms(measured: Measured, at: Mapping[str, float]) -> dict[str, float]:
    """Detections an image at the thresholds in pictures that show none of QUIET_CLASSES."""
    pictures = len(measured.found)
    rows = {}
    for name in QUIET_CLASSES:
        class_id = measured.classes.index(name)
        count = sum(
            int(((d.class_id == class_id) & (d.score >= at[name])).sum()) for d in measured.found
        )
        rows[name] = round(count / pictures, 3)
    return rows | {"together": round(sum(rows.values()), 3)}
