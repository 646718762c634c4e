"""The registry: which models there are, with their papers."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xunjie.models.errors import ModelError

_SHIPPED = Path(__file__).with_name("registry.toml")
_REQUIRED = {
    "id": str,
    "file": str,
    "sha256": str,
    "classes": list,
    "input_wh": list,
    "thresholds": dict,
    "licence": str,
    "data_version": str,
    "card": str,
    "metrics": dict,
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model: its weights by digest, what it names, from which score on, and under which terms.

    ``input_wh`` px is the shape for 16:9 pictures and the budget for others; ``thresholds`` has one
    score for every class; ``card`` is the path of the model card inside the project; ``metrics``
    is what the evaluation wrote, by data set and class.
    """

    model_id: str
    file: Path
    sha256: str
    classes: tuple[str, ...]
    input_wh: tuple[int, int]
    thresholds: Mapping[str, float]
    licence: str
    data_version: str
    card: str
    metrics: Mapping[str, Any]

    def read_weights(self) -> bytes:
        """The bytes of the weights file; ModelError if missing or of another digest.

        Whoever loads a model loads these bytes, so nothing can change between check and use.
        """
        try:
            content = self.file.read_bytes()
        except OSError as error:
            raise ModelError(
                f"{self.file}: weights of model '{self.model_id}' cannot be read ({error.strerror})"
            ) from error
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise ModelError(
                f"{self.file}: sha256 is {found}, but the registry says {self.sha256} for "
                f"'{self.model_id}'; fetch the file again or promote the new weights"
            )
        return content


@dataclass(frozen=True, slots=True)
class Registry:
    """All models of one registry file; the first one is the default unless the file says else."""

    path: Path
    default_id: str
    entries: tuple[ModelEntry, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> Registry:
        """The registry in ``path``, or the one shipped with the program."""
        path = path or _SHIPPED
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ModelError(f"{path}: not a readable registry ({error})") from error
        entries = tuple(_entry(raw, path) for raw in data.get("model", []))
        if not entries:
            raise ModelError(f"{path}: expected at least one [[model]]")
        registry = cls(path, str(data.get("default", entries[0].model_id)), entries)
        registry.get(registry.default_id)
        return registry

    def get(self, model_id: str) -> ModelEntry:
        """The model of that id; ModelError lists the known ones."""
        for entry in self.entries:
            if entry.model_id == model_id:
                return entry
        known = ", ".join(entry.model_id for entry in self.entries)
        raise ModelError(f"{self.path}: no model '{model_id}'; known: {known}")


def _entry(raw: dict[str, Any], path: Path) -> ModelEntry:
    where = f"{path}: model '{raw.get('id', '?')}'"
    for key, kind in _REQUIRED.items():
        if not isinstance(raw.get(key), kind):
            found = type(raw[key]).__name__ if key in raw else "nothing"
            raise ModelError(f"{where}: '{key}' should be a {kind.__name__}, found {found}")
    if unknown := sorted(set(raw) - set(_REQUIRED)):
        raise ModelError(f"{where}: unknown keys {unknown}")
    classes = tuple(raw["classes"])
    _check_thresholds(classes, raw["thresholds"], where)
    return ModelEntry(
        model_id=raw["id"],
        file=path.parent / raw["file"],
        sha256=raw["sha256"],
        classes=classes,
        input_wh=_shape(raw["input_wh"], where),
        thresholds=MappingProxyType(dict(raw["thresholds"])),
        licence=raw["licence"],
        data_version=raw["data_version"],
        card=raw["card"],
        metrics=MappingProxyType(raw["metrics"]),
    )


def _check_thresholds(classes: tuple[str, ...], scores: dict[str, Any], where: str) -> None:
    if set(scores) != set(classes):
        odd = sorted(set(scores) ^ set(classes))
        raise ModelError(
            f"{where}: 'thresholds' needs one score a class; missing or unknown: {odd}"
        )
    for name, score in scores.items():
        if not isinstance(score, float) or not 0.0 < score < 1.0:
            raise ModelError(f"{where}: threshold of '{name}' should be in (0, 1), found {score!r}")


def _shape(value: list[Any], where: str) -> tuple[int, int]:
    match value:
        case [int() as w, int() as h] if min(w, h) > 0 and w % 32 == 0 and h % 32 == 0:
            return w, h
    raise ModelError(f"{where}: 'input_wh' should be two multiples of 32, found {value}")
