"""An exported file that is not in the registry yet, with what it says about itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import onnxruntime

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry
from xunjie.models.session import LOAD_FAILURES

INPUT_WH = (640, 384)  # px; 16:9 pictures fill 640x360 of it
_FAILURES: tuple[type[Exception], ...] = (OSError, *LOAD_FAILURES)
_UNKNOWN_THRESHOLD = 0.5  # until an evaluation chooses


def candidate(onnx: Path, model_id: str, input_wh: tuple[int, int] = INPUT_WH) -> ModelEntry:
    """The entry an exported file would get, without metrics and with thresholds of 0.5."""
    try:
        content = onnx.read_bytes()
        session: Any = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    except _FAILURES as error:
        raise ModelError(f"{onnx}: not a loadable ONNX file ({error})") from error
    facts = session.get_modelmeta().custom_metadata_map
    if missing := sorted({"classes", "data", "licence"} - set(facts)):
        raise ModelError(f"{onnx}: its metadata lacks {missing}; export it with this program")
    classes = tuple(json.loads(facts["classes"]))
    return ModelEntry(
        model_id=model_id,
        file=onnx,
        sha256=hashlib.sha256(content).hexdigest(),
        classes=classes,
        input_wh=input_wh,
        thresholds=MappingProxyType(dict.fromkeys(classes, _UNKNOWN_THRESHOLD)),
        licence=facts["licence"],
        data_version=facts["data"],
        card=f"docs/model-card-{model_id}.md",
        metrics=MappingProxyType({}),
    )


def with_report(entry: ModelEntry, report: dict[str, Any]) -> ModelEntry:
    """The entry with the thresholds and metrics of an evaluation of the same weights."""
    if report.get("sha256") != entry.sha256:
        raise ModelError(
            f"{entry.file}: the report is about sha256 {report.get('sha256')}, "
            f"the file has {entry.sha256}"
        )
    metrics: dict[str, Any] = {
        key: report[key] for key in ("sets", "false_alarms") if key in report
    }
    return replace(
        entry,
        thresholds=MappingProxyType(dict(report["thresholds"])),
        metrics=MappingProxyType(metrics),
    )
