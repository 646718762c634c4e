"""Promotion: weights, thresholds and metrics become an entry of the registry."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry, Registry

_HEADER = (
    "# Written by `xunjie models promote`; thresholds may be tuned by hand, digests may not.\n"
)


def promote(registry_path: Path, entry: ModelEntry, onnx: Path) -> Registry:
    """Copy ``onnx`` to weights/ beside the registry and write its entry, replacing an older one.

    Refused without metrics of at least one labelled set and of quiet pictures: a model nobody
    measured does not go on the street.
    """
    _check_metrics(entry)
    content = onnx.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if entry.sha256 != digest:
        raise ModelError(f"{onnx}: sha256 is {digest}, but the evaluation was of {entry.sha256}")
    target = registry_path.parent / "weights" / f"{entry.model_id}-{digest[:8]}.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    if onnx.resolve() != target.resolve():
        shutil.copyfile(onnx, target)
    old = Registry.load(registry_path).entries if registry_path.is_file() else ()
    entries = [e for e in old if e.model_id != entry.model_id] + [entry]
    default = old[0].model_id if old else entry.model_id
    files = {entry.model_id: f"weights/{target.name}"}
    registry_path.write_text(_render(entries, default, files, registry_path), encoding="utf-8")
    return Registry.load(registry_path)


def _check_metrics(entry: ModelEntry) -> None:
    sets, quiet = entry.metrics.get("sets"), entry.metrics.get("false_alarms")
    if not sets or not quiet:
        missing = "labelled sets" if not sets else "false alarms on quiet pictures"
        raise ModelError(f"model '{entry.model_id}': no metrics of {missing}; evaluate it first")


def _render(
    entries: list[ModelEntry], default: str, files: dict[str, str], registry_path: Path
) -> str:
    parts = [_HEADER, f"default = {json.dumps(default)}\n"]
    for entry in entries:
        file = files.get(entry.model_id) or str(entry.file.relative_to(registry_path.parent))
        parts.append(_render_entry(entry, file))
    return "\n".join(parts)


def _render_entry(entry: ModelEntry, file: str) -> str:
    lines = [
        "[[model]]",
        f"id = {json.dumps(entry.model_id)}",
        f"file = {json.dumps(file)}",
        f"sha256 = {json.dumps(entry.sha256)}",
        f"classes = {json.dumps(list(entry.classes))}",
        f"input_wh = {json.dumps(list(entry.input_wh))}",
        f"licence = {json.dumps(entry.licence, ensure_ascii=False)}",
        f"data_version = {json.dumps(entry.data_version)}",
        f"card = {json.dumps(entry.card)}",
    ]
    lines += _render_table("model.thresholds", dict(entry.thresholds))
    lines += _render_table("model.metrics", dict(entry.metrics))
    return "\n".join(lines) + "\n"


def _render_table(path: str, table: dict[str, Any]) -> list[str]:
    """Plain values first, sub-tables after them, as TOML wants it."""
    lines = ["", f"[{path}]"]
    lines += [f"{json.dumps(k)} = {json.dumps(v)}" for k, v in table.items() if not _is_table(v)]
    for key, value in table.items():
        if _is_table(value):
            lines += _render_table(f"{path}.{json.dumps(key)}", value)
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)
