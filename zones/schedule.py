"""The hours in which a zone or a permit counts: weekly windows on the wall clock of a place."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from xunjie.zones.holidays import day_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

Lang = Literal["zh", "en"]

MINUTES_A_DAY = 24 * 60
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
EVERY_DAY = tuple(range(7))

_DAYS: dict[Lang, tuple[str, ...]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WORDS: dict[Lang, dict[str, str]] = {
    "zh": {
        "always": "全天",
        "daily": "每天",
        "to": "至",
        "and": "、",
        "next": "次日",
        "sep": "；",
        "holiday": "法定节假日 ",
        "off": "法定节假日除外，调休上班日按周一",
        "as_weekend": "法定节假日按周末，调休上班日按周一",
        "swapped": "调休上班日按周一",
    },
    "en": {
        "always": "at all times",
        "daily": "daily",
        "to": "–",
        "and": ", ",
        "next": "next day ",
        "sep": "; ",
        "holiday": "public holidays ",
        "off": "never on public holidays, swapped working days as Monday",
        "as_weekend": "public holidays as weekend, swapped working days as Monday",
        "swapped": "swapped working days as Monday",
    },
}


@dataclass(frozen=True, slots=True)
class Window:
    """From a minute to a minute of the wall clock, half-open, on the days it starts on.

    ``days`` ascending, 0 = Monday. ``to_min`` = 1440 is midnight at the end of the day;
    ``to_min`` < ``from_min`` ends on the next day and belongs to the day it starts on.
    """

    days: tuple[int, ...]
    from_min: int
    to_min: int

    def __post_init__(self) -> None:
        if not self.days or any(day not in EVERY_DAY for day in self.days):
            raise ValueError(f"Window.days: expected some of 0..6, found {self.days}")
        if tuple(sorted(set(self.days))) != self.days:
            raise ValueError(f"Window.days: expected ascending days named once, found {self.days}")
        if not (0 <= self.from_min < MINUTES_A_DAY and 0 <= self.to_min <= MINUTES_A_DAY):
            found = f"{clock(self.from_min)}–{clock(self.to_min)}"
            raise ValueError(f"Window: expected from 00:00–23:59 to 00:00–24:00, found {found}")
        if self.from_min == self.to_min:
            found = clock(self.from_min)
            raise ValueError(
                f"Window: from and to are both {found}; write 00:00 to 24:00 for the whole day"
            )

    @property
    def crosses_midnight(self) -> bool:
        """Whether the window ends on the day after the one it starts on."""
        return self.to_min < self.from_min

    def covers(self, minute: int) -> bool:
        """Whether ``minute`` of the starting day lies inside."""
        end = MINUTES_A_DAY if self.crosses_midnight else self.to_min
        return self.from_min <= minute < end

    def covers_next_day(self, minute: int) -> bool:
        """Whether ``minute`` of the day after the starting day lies inside."""
        return self.crosses_midnight and minute < self.to_min


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekly windows in an IANA time zone, with a rule for Chinese public holidays.

    ``holidays`` None ignores the holiday calendar. Every other value makes a swapped working day
    count as a Monday, and a public holiday
    - "as_weekend": use the windows of its own day if Saturday or Sunday, else those of Sunday;
    - a tuple: use these windows instead (their ``days`` are days of the week as ever);
    - the empty tuple: have no window at all.
    A window that crosses midnight goes by the day it starts on.
    """

    weekly: tuple[Window, ...]
    holidays: tuple[Window, ...] | Literal["as_weekend"] | None
    timezone: str

    def __post_init__(self) -> None:
        fault = timezone_fault(self.timezone)
        if fault is not None:
            raise ValueError(f"Schedule.timezone: {fault}")

    @classmethod
    def always(cls) -> Schedule:
        """The schedule that never closes."""
        return cls((Window(EVERY_DAY, 0, MINUTES_A_DAY),), None, "UTC")

    def is_active(self, t_ns: int) -> bool:
        """Whether the wall clock of the time zone stands inside a window at ``t_ns`` (UTC).

        Summer time: the wall clock decides, so an hour that happens twice counts twice and an
        hour left out never comes. Where the holiday notice of the year is unknown the plain day
        of the week decides; ask ``holiday_known``.
        """
        local = self._local(t_ns)
        today = local.date()
        minute = local.hour * 60 + local.minute
        return any(window.covers(minute) for window in self._windows_on(today)) or any(
            window.covers_next_day(minute) for window in self._windows_on(today - timedelta(1))
        )

    def holiday_known(self, t_ns: int) -> bool:
        """Whether ``is_active`` could tell holidays at ``t_ns``; True where none are asked for."""
        return self.holidays is None or day_kind(self._local(t_ns).date()) != "unknown"

    def describe(self, lang: Lang) -> str:
        """The hours in plain words, e.g. "每天 07:00–22:00 (Asia/Shanghai)".

        >>> Schedule((Window((0, 1, 2, 4), 540, 120),), None, "Asia/Shanghai").describe("en")
        'Mon–Wed, Fri 09:00–next day 02:00 (Asia/Shanghai)'
        """
        words = _WORDS[lang]
        if self.holidays is None and any(
            w.days == EVERY_DAY and (w.from_min, w.to_min) == (0, MINUTES_A_DAY)
            for w in self.weekly
        ):
            return words["always"]
        parts = [_describe_window(window, lang) for window in self.weekly]
        if self.holidays == "as_weekend":
            parts.append(words["as_weekend"])
        elif self.holidays == ():
            parts.append(words["off"])
        elif self.holidays is not None:
            parts += [words["holiday"] + _describe_window(w, lang) for w in self.holidays]
            parts.append(words["swapped"])
        return f"{words['sep'].join(parts)} ({self.timezone})"

    def _local(self, t_ns: int) -> datetime:
        # Whole seconds are enough: windows begin and end on whole minutes.
        return datetime.fromtimestamp(t_ns // 1_000_000_000, ZoneInfo(self.timezone))

    def _windows_on(self, day: date) -> Iterator[Window]:
        windows, weekday = self.weekly, day.weekday()
        if self.holidays is not None:
            kind = day_kind(day)
            if kind == "swapped":
                weekday = MONDAY
            elif kind == "holiday" and isinstance(self.holidays, tuple):
                windows = self.holidays
            elif kind == "holiday":
                weekday = weekday if weekday >= SATURDAY else SUNDAY
        return (window for window in windows if weekday in window.days)


def clock(minute: int) -> str:
    """Minutes of the day as HH:MM.

    >>> clock(0), clock(425), clock(1440)
    ('00:00', '07:05', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def timezone_fault(name: str) -> str | None:
    """Why ``name`` is no IANA time zone, with the nearest name that is; None if it is one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder such as "Asia"
        near = difflib.get_close_matches(name, available_timezones(), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"expected an IANA time zone such as 'Asia/Shanghai', found {name!r}{hint}"
    return None


def _describe_window(window: Window, lang: Lang) -> str:
    words = _WORDS[lang]
    end = (words["next"] if window.crosses_midnight else "") + clock(window.to_min)
    return f"{_describe_days(window.days, lang)} {clock(window.from_min)}–{end}"


def _describe_days(days: tuple[int, ...], lang: Lang) -> str:
    """Days of the week, runs of three and more as a range."""
    words, names = _WORDS[lang], _DAYS[lang]
    if days == EVERY_DAY:
        return words["daily"]
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            parts.append(names[run[0]] + words["to"] + names[run[-1]])
        else:
            parts += [names[day] for day in run]
    return words["and"].join(parts)
