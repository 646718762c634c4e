"""Which days are public holidays or swapped working days in mainland China."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import chinese_calendar

if TYPE_CHECKING:
    from datetime import date

DayKind = Literal["holiday", "swapped", "ordinary", "unknown"]


def day_kind(day: date) -> DayKind:
    """What the State Council's holiday notice says about ``day``.

    "holiday": a public holiday, its bridge days included. "swapped": a Saturday or Sunday on which
    one works instead (调休上班). "ordinary": not named by the notice, weekends included. "unknown":
    the year's notice is not in the installed calendar (each is published in the November before).

    >>> from datetime import date
    >>> day_kind(date(2026, 10, 1)), day_kind(date(2026, 2, 28)), day_kind(date(2026, 5, 16))
    ('holiday', 'swapped', 'ordinary')
    """
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return "unknown"
    if name is None:
        return "ordinary"
    return "holiday" if is_off else "swapped"
