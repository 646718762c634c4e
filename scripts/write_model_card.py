"""Writes the measured parts of a model's card from the registry: write_model_card.py [ID]."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xunjie.models.registry import ModelEntry, Registry

ROOT = Path(__file__).resolve().parent.parent
HEAD = (
    "| class | boxes | AP50 | AP20 | precision | recall | threshold |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)
REMARKS = {
    "garbage_cn/val": "`bin_overflow` is the full or open bin there",
    "stalls_street/val": "real streets and markets",
    "renders/val": "the same kit as the training renders, so no evidence for real streets",
    "coco_context/train": "**also trained on**: only to see what fine-tuning cost",
}


def main() -> int:
    """Rewrite what stands between the markers; 1 if a marker is missing."""
    registry = Registry.load()
    entry = registry.get(sys.argv[1] if len(sys.argv) > 1 else registry.default_id)
    path = ROOT / entry.card
    text = path.read_text(encoding="utf-8")
    for marker, body in (("file", file_line(entry)), ("measured", measured(entry))):
        begin, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
        if begin not in text or end not in text:
            print(f"{path}: no <!-- {marker} --> … <!-- /{marker} -->", file=sys.stderr)
            return 1
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}{body}\n{rest[rest.index(end) :]}"
    path.write_text(text, encoding="utf-8")
    return 0


def file_line(entry: ModelEntry) -> str:
    """Which file the card is about."""
    return f"File `models/weights/{entry.file.name}`, sha256 `{entry.sha256}`."


def measured(entry: ModelEntry) -> str:
    """One table a data set, then the false alarms on quiet streets."""
    parts = [_table(name, rows, entry) for name, rows in entry.metrics["sets"].items()]
    parts += [
        f"False alarms on `{name}` ({rates['images']} ordinary streets) at the thresholds: "
        f"{rates['together']} an image, stall, garbage, goods, seating, billboard and banner "
        "together. The thresholds were chosen on them too; twenty pictures prove little."
        for name, rates in entry.metrics["false_alarms"].items()
    ]
    return "\n\n".join(parts)


def _table(name: str, rows: Mapping[str, Any], entry: ModelEntry) -> str:
    remark = f" ({REMARKS[name]})" if name in REMARKS else ""
    lines = [f"`{name}`, {rows['images']} pictures{remark}", "", HEAD]
    lines += [
        f"| {label} | {row['boxes']} | {row['ap50']:.3f} | {row['ap20']:.3f} | "
        f"{row['precision']:.2f} | {row['recall']:.2f} | {entry.thresholds[label]:.2f} |"
        for label, row in rows.items()
        if isinstance(row, Mapping)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
