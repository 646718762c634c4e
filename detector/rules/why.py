"""The words that the rules' explanations are made of, in Chinese and English."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xunjie.detector.rules.verdict import Allegation
    from xunjie.zones.permit import Permit, PermitLookup

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

THINGS: Mapping[str, Mapping[Lang, str]] = {
    "stall": {"zh": "摊位", "en": "a stall"},
    "outdoor_goods": {"zh": "店外堆放的货物", "en": "goods outside a shop"},
    "outdoor_seating": {"zh": "店外摆放的桌椅", "en": "tables and chairs outside a shop"},
    "billboard": {"zh": "户外广告牌", "en": "a billboard"},
    "banner": {"zh": "横幅", "en": "a banner"},
    "garbage": {"zh": "地面垃圾", "en": "garbage on the ground"},
    "bin_overflow": {"zh": "满溢的垃圾桶", "en": "an overflowing bin"},
}

_PERMIT: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "none": "许可登记中无覆盖该位置的许可（已核对{checked}条）。",
        "outside_hours": "许可{permit}（{holder}）覆盖该位置，但不含此时段，其许可时段为{hours}。",
        "expired": "许可{permit}（{holder}）覆盖该位置，但已于{to}失效。",
        "not_yet_valid": "许可{permit}（{holder}）覆盖该位置，但自{from_}起才生效。",
    },
    "en": {
        "none": "No permit on the register covers this place ({checked} checked). ",
        "outside_hours": "Permit {permit} ({holder}) covers this place but not this hour; "
        "its hours are {hours}. ",
        "expired": "Permit {permit} ({holder}) covers this place but expired at {to}. ",
        "not_yet_valid": "Permit {permit} ({holder}) covers this place but is valid only "
        "from {from_}. ",
    },
}
_WARNING: Mapping[Lang, str] = {
    "zh": "该区域处于提示期，仅作提醒。",
    "en": "The zone is in its warning phase: for a reminder only. ",
}
_BASIS: Mapping[Lang, str] = {"zh": "依据：{}。", "en": "Legal basis: {}. "}
_HOLDER: Mapping[Lang, str] = {"zh": "持有人未登记", "en": "holder not on record"}


def explain(
    allegation: Allegation, templates: Mapping[Lang, str], **values: Mapping[Lang, str]
) -> dict[str, str]:
    """The rule's template in each language, filled from the allegation and the rule's own values.

    Placeholders for every rule: thing, zone, version, since, until, dwell, limit, hours, permit,
    phase, basis. The last three are whole sentences or empty.
    """
    return {
        lang: templates[lang]
        .format(**_words(allegation, lang), **{name: value[lang] for name, value in values.items()})
        .strip()
        for lang in LANGS
    }


def duration(seconds: float, lang: Lang) -> str:
    """A length of time in words, whole seconds, cut off.

    >>> duration(245.9, "en"), duration(3605, "zh"), duration(8, "en")
    ('4 min 5 s', '1小时5秒', '8 s')
    """
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    units = {"zh": ("小时", "分", "秒"), "en": (" h", " min", " s")}[lang]
    parts = [f"{n}{unit}" for n, unit in zip((hour, minute, second), units, strict=True) if n]
    return ("" if lang == "zh" else " ").join(parts or [f"0{units[2]}"])


def local_time(t_ns: int, timezone: str) -> str:
    """An instant on the wall clock of a place, with the place's name.

    >>> local_time(1_778_896_800_000_000_000, "Asia/Shanghai")
    '2026-05-16 10:00:00 (Asia/Shanghai)'
    """
    local = datetime.fromtimestamp(t_ns // 1_000_000_000, ZoneInfo(timezone))
    return f"{local:%Y-%m-%d %H:%M:%S} ({timezone})"


def _words(allegation: Allegation, lang: Lang) -> dict[str, str]:
    zone, seen = allegation.zone, allegation.observation
    name = f"{zone.name} ({zone.zone_id})" if zone.name else zone.zone_id
    return {
        "thing": THINGS[seen.class_name][lang],
        "zone": f"“{name}”",
        "version": zone.version or "–",
        "since": local_time(allegation.since_ns, allegation.timezone),
        "until": local_time(seen.t_ns, allegation.timezone),
        "dwell": duration(allegation.dwell_s, lang),
        "limit": duration(allegation.min_dwell_s, lang),
        "hours": zone.schedule.describe(lang),
        "permit": _permit_sentence(allegation.permit, allegation.timezone, lang),
        "phase": _WARNING[lang] if zone.phase == "warning" else "",
        "basis": _BASIS[lang].format(zone.legal_basis) if zone.legal_basis else "",
    }


def _permit_sentence(lookup: PermitLookup | None, timezone: str, lang: Lang) -> str:
    if lookup is None:
        return ""
    template = _PERMIT[lang][lookup.outcome]
    if lookup.permit is None:
        return template.format(checked=lookup.checked)
    return template.format(**_permit_words(lookup.permit, timezone, lang))


def _permit_words(permit: Permit, timezone: str, lang: Lang) -> dict[str, str]:
    from_ns, to_ns = permit.valid_from_ns, permit.valid_to_ns
    return {
        "permit": permit.permit_id,
        "holder": permit.holder or _HOLDER[lang],
        "hours": permit.schedule.describe(lang),
        "from_": "–" if from_ns is None else local_time(from_ns, timezone),
        "to": "–" if to_ns is None else local_time(to_ns, timezone),
    }
