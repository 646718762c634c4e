"""The table of facts on a case page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xunjie.api.web.texts import Texts

_SHORT = 12
_MAX_ROWS = 60
_MAX_TEXT = 300
# Sentences in the table above, and outlines, which are drawn.
_SHOWN_OTHERWISE = ("_zh", "_en", "_outline_px", "legal_basis")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row; ``code`` is a digest or id shown in short beside the value, ``full`` all of it."""

    label: str
    value: str
    code: str = ""
    full: str = ""


def list_facts(violation: Mapping[str, Any], device_id: str, seq: int, t: Texts) -> list[Fact]:
    """What the lead rests on, most important first."""
    models = zip(violation["model_ids"], violation["model_digests"], strict=True)
    x1, y1, x2, y2 = violation["box_xyxy_px"]
    width, height = violation["frame_wh"]
    zone = violation["zone_id"] or t("fact.no_zone")
    clock = violation["clock"]
    return [
        Fact(t("fact.zone"), _versioned(zone, violation["zone_version"], t)),
        Fact(t("fact.dwell"), describe_seconds(violation["dwell_s"], t)),
        *_recorded(violation["facts"], t),
        Fact(t("fact.class"), violation["class_name"]),
        Fact(t("fact.score"), f"{violation['score']:.2f}"),
        Fact(t("fact.rule"), _versioned(violation["rule_id"], violation["rule_version"], t)),
        *[_digest(t("fact.model"), digest, model_id) for model_id, digest in models],
        Fact(t("fact.source"), violation["source_id"]),
        Fact(t("fact.device"), device_id),
        Fact(t("fact.seq"), str(seq)),
        Fact(t("fact.clock"), f"{clock['source']}, {clock['quality']}"),
        Fact(t("fact.box"), f"{x1:.0f}, {y1:.0f} – {x2:.0f}, {y2:.0f} / {width}×{height}"),
        _digest(t("fact.zones_digest"), violation["zones_digest"]),
        _digest(t("fact.permit_digest"), violation["permits_digest"]),
        _digest(t("fact.config_digest"), violation["config_digest"]),
    ]


def list_other_facts(facts: Mapping[str, Any]) -> list[Fact]:
    """What the rule recorded beyond the table, as dotted names and values."""
    rows: list[Fact] = []
    for name, value in _flatten(facts, ""):
        if name.endswith(_SHOWN_OTHERWISE):
            continue
        if len(rows) == _MAX_ROWS:
            rows.append(Fact("…", ""))
            break
        rows.append(Fact(name, str(value)[:_MAX_TEXT]))
    return rows


def describe_seconds(seconds: float, t: Texts) -> str:
    """A duration in words: seconds under two minutes, else minutes and seconds."""
    if seconds < 120:
        return t("fact.seconds", value=f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    return t("fact.minutes", minutes=minutes, seconds=rest)


def _recorded(facts: Mapping[str, Any], t: Texts) -> list[Fact]:
    """What the rules record under agreed names; a name that is missing has no row."""
    rows: list[Fact] = []
    for label, name in (
        ("fact.zone_hours", f"zone_hours_{t.lang}"),
        ("fact.legal_basis", "legal_basis"),
    ):
        if facts.get(name):
            rows.append(Fact(t(label), str(facts[name])[:_MAX_TEXT]))
    outcome = facts.get("permit_outcome")
    if isinstance(outcome, str):
        text = t.find(f"fact.permit.{outcome}", outcome)
        if "permits_checked" in facts:
            text += " · " + t("fact.permit_checked", count=facts["permits_checked"])
        hours = facts.get(f"permit_hours_{t.lang}")
        text += f" · {hours}" if hours else ""
        rows.append(Fact(t("fact.permit"), text[:_MAX_TEXT], str(facts.get("permit_id") or "")))
    return rows


def _versioned(name: str, version: str, t: Texts) -> str:
    return f"{name} · {t('fact.version')} {version}" if version else name


def _digest(label: str, digest: str, value: str = "") -> Fact:
    return Fact(label, value, digest[:_SHORT], digest)


def _flatten(value: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, object]]:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict):
            yield from _flatten(item, f"{name}.")
        elif isinstance(item, list):
            yield name, ", ".join(str(part) for part in item)
        else:
            yield name, item
