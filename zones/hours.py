"""Schedules as files write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from xunjie.zones.fields import Faults, Fields
from xunjie.zones.schedule import EVERY_DAY, Schedule, Window, timezone_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_TIMEZONE = "Asia/Shanghai"  # all of mainland China keeps one time

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def read_schedule(value: object, faults: Faults) -> Schedule | None:
    """The schedule of a feature; None after noting what is wrong with it."""
    before = len(faults.found)
    fields = Fields(value, faults, "schedule")
    fields.refuse_unknown(("timezone", "weekly", "holidays"))
    timezone = DEFAULT_TIMEZONE
    if "timezone" in fields:
        timezone = fields.text("timezone") or timezone
        fault = timezone_fault(timezone)
        if fault is not None:
            faults.add(f"schedule.timezone: {fault}")
    holidays = _read_holidays(fields, faults)
    weekly = _read_windows(fields, "weekly", faults)
    if fields.raw("weekly") == [] and (not holidays or holidays == "as_weekend"):
        fields.fault("weekly", "at least one window (for all hours leave the schedule out)")
    if len(faults.found) > before:
        return None
    return Schedule(weekly, holidays, timezone)


def _read_holidays(
    fields: Fields, faults: Faults
) -> tuple[Window, ...] | Literal["as_weekend"] | None:
    match fields.raw("holidays"):
        case "as_weekend":
            return "as_weekend"
        case "off":
            return ()
        case list():
            windows = _read_windows(fields, "holidays", faults)
            if fields.raw("holidays") == []:
                fields.fault("holidays", 'at least one window (for none write "off")')
            return windows
    if "holidays" in fields:
        fields.fault("holidays", '"as_weekend", "off" or a list of windows')
    return None


def _read_windows(fields: Fields, key: str, faults: Faults) -> tuple[Window, ...]:
    items = fields.raw(key)
    if not isinstance(items, list):
        fields.fault(key, "a list of windows")
        return ()
    named = ((Fields(item, faults, f"schedule.{key}[{n}]")) for n, item in enumerate(items))
    windows = [_read_window(window, faults) for window in named]
    return tuple(window for window in windows if window is not None)


def _read_window(fields: Fields, faults: Faults) -> Window | None:
    fields.refuse_unknown(("days", "from", "to"))
    days = _read_days(fields)
    from_min, to_min = _read_clock(fields, "from"), _read_clock(fields, "to")
    if days is None or from_min is None or to_min is None:
        return None
    try:
        return Window(days, from_min, to_min)
    except ValueError as error:
        faults.add(f"{fields.where}: {error}")
        return None


def _read_days(fields: Fields) -> tuple[int, ...] | None:
    value = fields.raw("days")
    if value == "daily":
        return EVERY_DAY
    if isinstance(value, list) and value and _are_days(value):
        return tuple(sorted(DAY_NAMES.index(name) for name in value))
    fields.fault("days", f'"daily" or a list of different days of {", ".join(DAY_NAMES)}')
    return None


def _are_days(names: Sequence[object]) -> bool:
    return all(name in DAY_NAMES for name in names) and len(set(names)) == len(names)


def _read_clock(fields: Fields, key: str) -> int | None:
    value = fields.raw(key)
    if isinstance(value, str) and _CLOCK.fullmatch(value) and (key, value) != ("from", "24:00"):
        return int(value[:2]) * 60 + int(value[3:])
    fields.fault(key, "HH:MM from 00:00 to " + ("24:00" if key == "to" else "23:59"))
    return None
