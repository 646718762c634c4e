"""The registry: papers of models, and weights only by digest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry, Registry

GOOD = """
default = "small"
[[model]]
id = "small"
file = "small.onnx"
sha256 = "00"
classes = ["stall", "bin"]
input_wh = [640, 384]
licence = "CC0"
data_version = "v1"
card = "card.md"
thresholds = {stall = 0.4, bin = 0.3}
metrics = {}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "registry.toml"
    path.write_text(text)
    return path


def test_the_shipped_default_is_the_street_model_with_28_classes(entry: ModelEntry) -> None:
    assert entry.model_id == "street"
    assert len(entry.classes) == 28
    assert entry.classes[:2] == ("person", "bicycle")
    assert entry.classes[16:18] == ("stall", "garbage")


def test_the_shipped_weights_have_the_digest_of_the_registry(entry: ModelEntry) -> None:
    assert len(entry.read_weights()) < 12_000_000


def test_the_shipped_card_exists_and_names_the_digest(entry: ModelEntry) -> None:
    card = Path(__file__).resolve().parents[2] / entry.card
    assert entry.sha256 in card.read_text(encoding="utf-8")


def test_an_unknown_id_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model 'large'; known: small"):
        Registry.load(write(tmp_path, GOOD)).get("large")


def test_an_unknown_default_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('default = "small"', 'default = "gone"')
    with pytest.raises(ModelError, match="no model 'gone'"):
        Registry.load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.replace('sha256 = "00"\n', ""), "'sha256' should be a str, found nothing"),
        (lambda t: t.replace("[640, 384]", "[640, 380]"), "two multiples of 32"),
        (lambda t: t.replace("bin = 0.3", "bin = 1.3"), "threshold of 'bin'"),
        (lambda t: t.replace(", bin = 0.3", ""), r"missing or unknown: \['bin'\]"),
        (lambda t: t + 'colour = "red"\n', r"unknown keys \['colour'\]"),
        (lambda t: t + "[[", "not a readable registry"),
        (lambda t: "", "at least one"),
    ],
)
def test_a_faulty_registry_is_refused_with_file_and_reason(
    tmp_path: Path, change: Callable[[str], str], reason: str
) -> None:
    path = write(tmp_path, change(GOOD))
    with pytest.raises(ModelError, match=reason) as caught:
        Registry.load(path)
    assert str(path) in str(caught.value)


def test_weights_of_another_digest_are_refused_with_both_digests(
    tmp_path: Path, entry: ModelEntry
) -> None:
    content = bytearray(entry.file.read_bytes())
    content[len(content) // 2] ^= 1
    changed = tmp_path / "changed.onnx"
    changed.write_bytes(content)
    with pytest.raises(ModelError, match=f"but the registry says {entry.sha256}"):
        replace(entry, file=changed).read_weights()


def test_missing_weights_are_named(tmp_path: Path, entry: ModelEntry) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx: weights of model 'street' cannot be read"):
        replace(entry, file=tmp_path / "gone.onnx").read_weights()


def test_the_metrics_of_the_shipped_model_are_json_safe(entry: ModelEntry) -> None:
    metrics: dict[str, Any] = json.loads(json.dumps(dict(entry.metrics)))
    assert metrics["sets"]["garbage_cn/val"]["garbage"]["ap50"] > 0.5
