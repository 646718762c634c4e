from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunjie.detector.clock import PtsClock
from xunjie.detector.sampling import Sampler

MS = 1_000_000
S = 1000 * MS
START = 1_778_896_800_000_000_000
TICK = Fraction(1, 1000)


def anchored(*, is_live: bool = False, time_base: Fraction = TICK) -> PtsClock:
    clock = PtsClock(time_base, is_live=is_live)
    clock.anchor(0, START, 0)
    return clock


def test_time_follows_pts_exactly_over_hours() -> None:
    clock = anchored(time_base=Fraction(1, 90_000))
    assert clock.t_ns(90_000 * 3600 * 10 + 3) == START + 36_000 * S + 33_333


def test_a_clock_without_an_anchor_tells_no_time() -> None:
    with pytest.raises(ValueError, match="anchor"):
        PtsClock(TICK, is_live=False).t_ns(0)


@given(st.integers(-900, 10_000_000))
def test_reordering_and_holes_of_hours_do_not_break_a_files_clock(step_ms: int) -> None:
    clock = anchored()
    clock.advance(5000)
    assert clock.broken_by(5000 + step_ms, 0) is None


@pytest.mark.parametrize("ticks", [-2000, 26 * 3_600_000])
def test_a_files_clock_breaks_where_pts_cannot_be_true(ticks: int) -> None:
    assert "pts jumped" in (anchored().broken_by(ticks, 0) or "")


@pytest.mark.parametrize(("pts_s", "mono_s"), [(0, 11), (100, 90), (7, 1)])
def test_a_cameras_clock_breaks_where_it_leaves_the_hosts(pts_s: int, mono_s: int) -> None:
    assert "off the host clock" in (
        anchored(is_live=True).broken_by(pts_s * 1000, mono_s * S) or ""
    )


def test_a_burst_and_a_stall_of_seconds_do_not_break_a_cameras_clock() -> None:
    clock = anchored(is_live=True)
    assert clock.broken_by(4000, 0) is None
    assert clock.broken_by(4000, 12 * S) is None


@given(st.integers(-(10**9), 10**9), st.integers(-(10**18), 10**18))
def test_an_anchor_never_takes_time_back(ticks: int, utc_offset: int) -> None:
    clock = anchored(is_live=True)
    clock.advance(60_000)
    told = clock.last_ns
    clock.anchor(ticks, START + utc_offset, 60 * S)
    assert clock.t_ns(ticks) > told


def test_a_hole_worth_a_gap_is_told_once() -> None:
    clock = anchored()
    assert clock.advance(1000) == 0
    assert clock.advance(31_000) == 30 * S
    assert clock.advance(31_040) == 0


@given(st.floats(0.1, 30.0), st.lists(st.integers(1, 3000), min_size=1, max_size=60))
def test_no_slot_is_filled_twice_and_a_frame_after_a_period_is_always_due(
    hz: float, steps_ms: list[int]
) -> None:
    sampler = Sampler(hz)
    t_ns, taken = START, []
    for step in steps_ms:
        t_ns += step * MS
        if sampler.is_due(t_ns):
            sampler.take(t_ns)
            taken.append(t_ns)
        assert t_ns - taken[-1] < 2 * sampler.period_ns
    seconds = (t_ns - taken[0]) / 1e9
    assert len(taken) <= seconds * hz * 1.001 + 2


def test_keyframes_a_hair_early_are_taken() -> None:
    sampler = Sampler(0.5)
    times = [START + n * (2 * S - 33_333) for n in range(100)]
    for t_ns in times:
        assert sampler.is_due(t_ns)
        sampler.take(t_ns)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected > 0"):
        Sampler(0.0)
