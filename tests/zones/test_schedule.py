"""Hours on the wall clock: windows, midnight, holidays, summer time, plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.builders import hours, ns
from xunjie.zones.holidays import day_kind
from xunjie.zones.schedule import EVERY_DAY, Schedule, Window

if TYPE_CHECKING:
    from xunjie.zones.schedule import Lang

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
WORKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)


def schedule(
    *windows: Window,
    holidays: tuple[Window, ...] | Literal["as_weekend"] | None = None,
    timezone: str = SHANGHAI,
) -> Schedule:
    return Schedule(windows, holidays, timezone)


def at(text: str) -> int:
    return ns(text + "+08:00")


MORNING = schedule(hours("07:00", "22:00"))
NIGHT = schedule(hours("22:00", "02:00", (4,)))  # Friday night into Saturday


@pytest.mark.parametrize(
    ("clock", "is_active"),
    [("06:59:59", False), ("07:00:00", True), ("21:59:59", True), ("22:00:00", False)],
)
def test_window_is_half_open(clock: str, is_active: bool) -> None:
    assert MORNING.is_active(at(f"2026-05-16T{clock}")) is is_active


def test_last_nanosecond_before_the_end_is_inside() -> None:
    assert MORNING.is_active(at("2026-05-16T22:00:00") - 1)


def test_window_counts_on_its_own_days_only() -> None:
    working = schedule(hours("09:00", "17:00", WORKDAYS))
    assert working.is_active(at("2026-05-15T10:00:00"))
    assert not working.is_active(at("2026-05-16T10:00:00"))


def test_day_is_taken_in_the_time_zone_and_not_in_utc() -> None:
    monday = schedule(hours("00:00", "24:00", (0,)))
    assert monday.is_active(ns("2026-05-17T16:00:00+00:00"))
    assert not monday.is_active(ns("2026-05-18T16:00:00+00:00"))


def test_until_24_00_reaches_the_last_second() -> None:
    evening = schedule(hours("18:00", "24:00", (4,)))
    assert evening.is_active(at("2026-05-15T23:59:59"))
    assert not evening.is_active(at("2026-05-16T00:00:00"))


@pytest.mark.parametrize(
    ("when", "is_active"),
    [
        ("2026-05-15T21:59:59", False),
        ("2026-05-15T22:00:00", True),
        ("2026-05-15T23:59:59", True),
        ("2026-05-16T01:59:59", True),
        ("2026-05-16T02:00:00", False),
        ("2026-05-15T01:00:00", False),
        ("2026-05-16T22:30:00", False),
    ],
)
def test_window_across_midnight_belongs_to_the_day_it_starts_on(when: str, is_active: bool) -> None:
    assert NIGHT.is_active(at(when)) is is_active


def test_sunday_night_reaches_into_monday() -> None:
    assert schedule(hours("23:00", "01:00", (6,))).is_active(at("2026-05-18T00:30:00"))


def test_window_to_00_00_ends_at_midnight() -> None:
    evening = schedule(hours("18:00", "00:00", (4,)))
    assert evening.is_active(at("2026-05-15T23:59:59"))
    assert not evening.is_active(at("2026-05-16T00:00:00"))


def test_always_is_never_closed() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    instants = [start + timedelta(hours=7 * n) for n in range(60)]
    assert all(Schedule.always().is_active(int(t.timestamp()) * 10**9) for t in instants)


def test_instants_before_1970_are_decided_too() -> None:
    assert Schedule.always().is_active(-1)


# 2026: 1 to 8 October are off (national day), Saturday 28 February is worked (spring festival).
HOLIDAY, HOLIDAY_SATURDAY = "2026-10-01T12:00:00", "2026-10-03T12:00:00"
SWAPPED_SATURDAY = "2026-02-28T12:00:00"
NOON = hours("11:00", "13:00", WORKDAYS)
SATURDAY_NOON, SUNDAY_NOON = hours("11:00", "13:00", (5,)), hours("11:00", "13:00", (6,))


def test_without_a_holiday_rule_the_calendar_is_ignored() -> None:
    assert schedule(NOON).is_active(at(HOLIDAY))
    assert not schedule(NOON).is_active(at(SWAPPED_SATURDAY))


def test_off_is_never_active_on_a_public_holiday() -> None:
    assert not schedule(NOON, holidays=()).is_active(at(HOLIDAY))
    assert schedule(NOON, holidays=()).is_active(at("2026-09-24T12:00:00"))


def test_as_weekend_uses_sunday_for_a_holiday_within_the_week() -> None:
    assert schedule(SUNDAY_NOON, holidays="as_weekend").is_active(at(HOLIDAY))
    assert not schedule(SATURDAY_NOON, holidays="as_weekend").is_active(at(HOLIDAY))
    assert not schedule(NOON, holidays="as_weekend").is_active(at(HOLIDAY))


def test_as_weekend_keeps_saturday_for_a_holiday_on_saturday() -> None:
    assert schedule(SATURDAY_NOON, holidays="as_weekend").is_active(at(HOLIDAY_SATURDAY))
    assert not schedule(SUNDAY_NOON, holidays="as_weekend").is_active(at(HOLIDAY_SATURDAY))


@pytest.mark.parametrize("rule", ["as_weekend", (), (hours("08:00", "09:00"),)])
def test_swapped_working_day_counts_as_monday_under_every_holiday_rule(
    rule: tuple[Window, ...] | Literal["as_weekend"],
) -> None:
    monday = hours("11:00", "13:00", (0,))
    assert schedule(monday, holidays=rule).is_active(at(SWAPPED_SATURDAY))
    assert not schedule(SATURDAY_NOON, holidays=rule).is_active(at(SWAPPED_SATURDAY))


def test_own_windows_replace_the_weekly_ones_on_holidays() -> None:
    market = schedule(NOON, holidays=(hours("08:00", "09:00"),))
    assert market.is_active(at("2026-10-01T08:30:00"))
    assert not market.is_active(at(HOLIDAY))
    assert not market.is_active(at("2026-09-24T08:30:00"))


def test_own_holiday_windows_keep_to_their_days() -> None:
    market = schedule(NOON, holidays=(hours("11:00", "13:00", (3,)),))
    assert market.is_active(at(HOLIDAY))
    assert not market.is_active(at("2026-10-02T12:00:00"))


def test_window_across_midnight_goes_by_the_holiday_it_starts_on() -> None:
    night = schedule(hours("22:00", "02:00"), holidays=())
    assert night.is_active(at("2026-10-01T01:00:00"))  # began on 30 September, a working day
    assert not night.is_active(at("2026-10-08T01:00:00"))


def test_year_without_a_notice_falls_back_to_the_day_of_the_week() -> None:
    closed = schedule(NOON, holidays=())
    new_year = at("2060-01-01T12:00:00")  # a Thursday
    assert closed.is_active(new_year)
    assert not closed.holiday_known(new_year)


def test_holidays_are_known_in_a_noticed_year_and_where_nobody_asks() -> None:
    assert schedule(NOON, holidays=()).holiday_known(at(HOLIDAY))
    assert schedule(NOON).holiday_known(at("2060-01-01T12:00:00"))


def test_year_of_the_holiday_notice_turns_with_the_local_day() -> None:
    eve = ns("2003-12-31T16:00:00+00:00")  # already 2004 in Shanghai
    assert schedule(NOON, holidays=()).holiday_known(eve)
    assert not schedule(NOON, holidays=()).holiday_known(eve - 1)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), "holiday"),
        (date(2026, 10, 3), "holiday"),
        (date(2026, 2, 28), "swapped"),
        (date(2026, 5, 16), "ordinary"),
        (date(2026, 5, 18), "ordinary"),
        (date(2060, 1, 1), "unknown"),
        (date(1999, 1, 1), "unknown"),
    ],
)
def test_day_kind_follows_the_notice(day: date, kind: str) -> None:
    assert day_kind(day) == kind


def test_hour_that_happens_twice_counts_twice() -> None:
    # Clocks in Berlin go back from 03:00 to 02:00 on 25 October 2026.
    night = schedule(hours("02:00", "03:00"), timezone=BERLIN)
    first, second = ns("2026-10-25T02:30:00+02:00"), ns("2026-10-25T02:30:00+01:00")
    assert second - first == 3600 * 10**9
    assert night.is_active(first)
    assert night.is_active(second)
    assert not night.is_active(ns("2026-10-25T03:00:00+01:00"))


def test_hour_left_out_never_comes() -> None:
    # Clocks in Berlin jump from 02:00 to 03:00 on 29 March 2026.
    night = schedule(hours("02:00", "03:00"), timezone=BERLIN)
    start = ns("2026-03-29T00:00:00+01:00")
    assert not any(night.is_active(start + n * 60 * 10**9) for n in range(23 * 60))


def test_window_follows_the_wall_clock_across_summer_time() -> None:
    day = schedule(hours("09:00", "17:00"), timezone=BERLIN)
    assert day.is_active(ns("2026-03-28T08:00:00+00:00"))
    assert day.is_active(ns("2026-03-29T07:00:00+00:00"))
    assert not day.is_active(ns("2026-03-28T07:59:59+00:00"))


@given(
    t_s=st.integers(0, 4_000_000_000),
    start=st.integers(0, 1439),
    end=st.integers(0, 1440),
    timezone=st.sampled_from([SHANGHAI, BERLIN, "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_window_and_its_complement_share_no_instant_and_leave_none_out(
    t_s: int, start: int, end: int, timezone: str
) -> None:
    if start == end or {start, end} == {0, 1440}:
        return
    rest = (end % 1440, start if start > 0 else 1440)
    inside = schedule(Window(EVERY_DAY, start, end), timezone=timezone)
    outside = schedule(Window(EVERY_DAY, *rest), timezone=timezone)
    assert inside.is_active(t_s * 10**9) != outside.is_active(t_s * 10**9)


@pytest.mark.parametrize(
    ("days", "start", "end", "message"),
    [
        ((), 0, 60, "some of 0..6"),
        ((7,), 0, 60, "some of 0..6"),
        ((1, 0), 0, 60, "ascending days named once"),
        ((1, 1), 0, 60, "ascending days named once"),
        ((1,), -1, 60, "00:00–23:59"),
        ((1,), 1440, 60, "00:00–23:59"),
        ((1,), 60, 1441, "00:00–24:00"),
        ((1,), 60, 60, "write 00:00 to 24:00 for the whole day"),
    ],
)
def test_impossible_window_is_refused(
    days: tuple[int, ...], start: int, end: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Window(days, start, end)


@pytest.mark.parametrize("name", ["Asia/Shangai", "Asia", "", "../etc/passwd", "UTC+8"])
def test_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected an IANA time zone"):
        schedule(NOON, timezone=name)


def test_misspelt_time_zone_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'Asia/Shanghai'"):
        schedule(NOON, timezone="Asia/Shangai")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (MORNING, "每天 07:00–22:00 (Asia/Shanghai)", "daily 07:00–22:00 (Asia/Shanghai)"),
        (Schedule.always(), "全天", "at all times"),
        (
            schedule(hours("09:00", "12:00", WORKDAYS), hours("22:00", "02:00", WEEKEND)),
            "周一至周五 09:00–12:00；周六、周日 22:00–次日02:00 (Asia/Shanghai)",
            "Mon–Fri 09:00–12:00; Sat, Sun 22:00–next day 02:00 (Asia/Shanghai)",
        ),
        (
            schedule(hours("00:00", "24:00"), holidays=()),
            "每天 00:00–24:00；法定节假日除外，调休上班日按周一 (Asia/Shanghai)",
            "daily 00:00–24:00; never on public holidays, swapped working days as Monday "
            "(Asia/Shanghai)",
        ),
        (
            schedule(hours("09:00", "12:00", (0, 2)), holidays="as_weekend"),
            "周一、周三 09:00–12:00；法定节假日按周末，调休上班日按周一 (Asia/Shanghai)",
            "Mon, Wed 09:00–12:00; public holidays as weekend, swapped working days as Monday "
            "(Asia/Shanghai)",
        ),
        (
            schedule(hours("09:00", "12:00", (0,)), holidays=(hours("08:00", "20:00"),)),
            "周一 09:00–12:00；法定节假日 每天 08:00–20:00；调休上班日按周一 (Asia/Shanghai)",
            "Mon 09:00–12:00; public holidays daily 08:00–20:00; swapped working days as Monday "
            "(Asia/Shanghai)",
        ),
    ],
)
def test_hours_are_described_in_plain_words(value: Schedule, zh: str, en: str) -> None:
    texts: dict[Lang, str] = {"zh": zh, "en": en}
    assert {lang: value.describe(lang) for lang in texts} == texts
