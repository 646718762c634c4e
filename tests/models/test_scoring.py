"""Average precision, thresholds and promotion of a measured model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from xunjie.models.detections import Detections
from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry, Registry
from xunjie.models.training import thresholds
from xunjie.models.training.candidate import candidate, with_report
from xunjie.models.training.measured import ALARM_CLASSES, Measured
from xunjie.models.training.promote import promote
from xunjie.models.training.scoring import match

CLASSES = ("bin", *ALARM_CLASSES)
BOX = np.array([[0.0, 0.0, 10.0, 10.0]])
FAR = BOX + 50


def found(
    *scored: tuple[float, str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]],
) -> Detections:
    boxes = np.concatenate([box for _, _, box in scored]) if scored else np.zeros((0, 4))
    ids = [CLASSES.index(name) for _, name, _ in scored]
    return Detections(
        boxes.astype(np.float32),
        np.array([s for s, _, _ in scored], np.float32),
        np.array(ids, np.int32),
        "m",
    )


def test_a_perfect_model_has_precision_one() -> None:
    scored = match([(np.array([0.9]), BOX)], [BOX], 0.5)
    assert scored.average_precision() == 1.0


def test_a_second_box_on_the_same_label_is_a_miss() -> None:
    scored = match([(np.array([0.9, 0.8]), np.concatenate([BOX, BOX]))], [BOX], 0.5)
    assert scored.hit.tolist() == [True, False]


def test_a_loose_box_counts_at_a_fifth_but_not_at_half() -> None:
    loose = np.array([[0.0, 0.0, 10.0, 30.0]])
    assert match([(np.array([0.9]), loose)], [BOX], 0.5).average_precision() == 0.0
    assert match([(np.array([0.9]), loose)], [BOX], 0.2).average_precision() == 1.0


def test_a_picture_without_labels_only_costs_precision() -> None:
    scored = match([(np.array([0.9]), FAR), (np.array([0.8]), BOX)], [np.zeros((0, 4)), BOX], 0.5)
    assert scored.average_precision() == 0.5
    assert scored.at(0.85) == (0.0, 0.0)


def test_the_threshold_separates_hits_from_noise() -> None:
    pictures = [found((0.8, "bin", BOX), (0.3, "bin", FAR)) for _ in range(6)]
    labelled = Measured("s", pictures, [{"bin": BOX}] * 6, CLASSES)
    assert thresholds.choose([labelled], [])["bin"] == 0.8


def test_an_alarm_class_is_raised_above_its_false_alarms_on_quiet_streets() -> None:
    pictures = [found((0.4 + n / 10, "stall", BOX)) for n in range(6)]
    labelled = Measured("s", pictures, [{"stall": BOX}] * 6, CLASSES)
    quiet = Measured("q", [found((0.7, "stall", FAR))] * 5, [{}] * 5, CLASSES)
    assert thresholds.choose([labelled], [quiet])["stall"] == pytest.approx(0.71)


def test_a_class_nobody_labelled_gets_a_cautious_threshold() -> None:
    nothing = Measured("s", [found()], [{}], CLASSES)
    assert thresholds.choose([nothing], [])["banner"] == thresholds.UNMEASURED


def test_a_model_without_metrics_is_not_promoted(tmp_path: Path, entry: ModelEntry) -> None:
    bare = replace(entry, metrics=MappingProxyType({}))
    with pytest.raises(ModelError, match="no metrics of labelled sets"):
        promote(tmp_path / "registry.toml", bare, entry.file)


def test_a_promoted_model_is_read_back_as_it_was(tmp_path: Path, entry: ModelEntry) -> None:
    promoted = promote(tmp_path / "registry.toml", entry, entry.file)
    back = promoted.get("street")
    assert back.read_weights() == entry.read_weights()
    assert replace(back, file=entry.file) == entry


def test_promoting_again_replaces_the_entry(tmp_path: Path, entry: ModelEntry) -> None:
    path = tmp_path / "registry.toml"
    promote(path, entry, entry.file)
    promote(path, entry, entry.file)
    assert len(Registry.load(path).entries) == 1


def test_a_report_about_other_weights_is_refused(entry: ModelEntry) -> None:
    own = candidate(entry.file, "street")
    with pytest.raises(ModelError, match="the report is about sha256 00"):
        with_report(own, json.loads('{"sha256": "00", "thresholds": {}}'))


def test_a_candidate_says_what_the_file_says(entry: ModelEntry) -> None:
    own = candidate(entry.file, "street")
    assert (own.classes, own.sha256, own.data_version) == (
        entry.classes,
        entry.sha256,
        entry.data_version,
    )
