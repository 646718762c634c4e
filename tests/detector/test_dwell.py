"""Dwell on synthetic sequences of boxes, no pixels."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detector.sightings import CLASSES, Seen, at, box_at, sample, stall
from xunjie.detector.dwell import CLASS_GROUPS, Dwell, DwellSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xunjie.detector.types import Observation, Sample


def watch(samples: Sequence[Sample], dwell: Dwell | None = None) -> list[Observation]:
    dwell = dwell or Dwell(CLASSES)
    return [observation for one in samples for observation in dwell.update(one)]


def every(step_s: float, until_s: float, shown: Callable[[float], Sequence[Seen]]) -> list[Sample]:
    count = int(until_s / step_s) + 1
    return [sample(n * step_s, shown(n * step_s)) for n in range(count)]


def ids(observations: Sequence[Observation]) -> list[str]:
    return list(dict.fromkeys(one.episode_id for one in observations))


@pytest.mark.parametrize("step_s", [0.2, 1.0, 2.0, 5.0])
def test_standing_thing_is_one_episode_dated_from_its_first_sighting(step_s: float) -> None:
    seen = watch(every(step_s, 60.0, lambda t: [stall()] if t >= 20.0 else []))
    assert len(ids(seen)) == 1
    assert seen[-1].onset_ns == at(20.0)
    assert seen[-1].dwell_s == pytest.approx(40.0)
    assert seen[-1].class_name == "stall"
    assert seen[-1].ground_px == (400.0, 500.0)


def test_episode_id_names_source_onset_and_number() -> None:
    seen = watch(every(1.0, 10.0, lambda _: [stall(200), stall(800)]))
    onset_ms = at(0) // 1_000_000
    assert ids(seen) == [f"cam1-{onset_ms}-1", f"cam1-{onset_ms}-2"]


def test_thing_seen_twice_only_is_never_observed() -> None:
    assert watch(every(1.0, 60.0, lambda t: [stall()] if t < 2.0 else [])) == []


def test_flickering_box_at_one_place_is_never_confirmed() -> None:
    assert watch(every(1.0, 300.0, lambda t: [stall()] if t % 5 == 0 else [])) == []


def test_keyframes_every_two_seconds_with_recall_of_seven_tenths_reach_eight_seconds() -> None:
    reached = 0
    for seed in range(200):
        chance = random.Random(seed)
        shots = every(2.0, 24.0, lambda _, c=chance: [stall()] if c.random() < 0.7 else [])  # type: ignore[misc]
        reached += any(one.dwell_s >= 8.0 for one in watch(shots))
    assert reached >= 199


@pytest.mark.parametrize("step_s", [0.2, 2.0])
def test_passer_by_hiding_it_for_twenty_seconds_does_not_split_the_episode(step_s: float) -> None:
    seen = watch(every(step_s, 120.0, lambda t: [] if 40 < t < 60 else [stall()]))
    assert len(ids(seen)) == 1
    assert seen[-1].dwell_s == pytest.approx(120.0)


def test_missed_thing_is_observed_as_not_seen_and_gains_no_dwell() -> None:
    seen = watch(every(1.0, 20.0, lambda t: [stall()] if t <= 10 else []))
    assert [one.is_seen for one in seen if one.t_ns > at(10)] == [False] * 10
    assert {one.dwell_s for one in seen if one.t_ns > at(10)} == {10.0}


def test_absence_longer_than_the_limit_ends_the_episode_once_and_a_return_opens_another() -> None:
    seen = watch(every(1.0, 130.0, lambda t: [] if 30 < t < 95 else [stall()]))
    ended = [one for one in seen if one.is_ended]
    assert len(ids(seen)) == 2
    assert [one.last_seen_ns for one in ended] == [at(30)]
    assert ended[0].t_ns == at(76)
    assert seen[-1].onset_ns == at(95)


def test_half_hidden_thing_stays_at_its_place() -> None:
    x1, y1, x2, y2 = box_at(400, 500)
    half: Seen = ("stall", (x1, y1, (x1 + x2) / 2, y2), 0.5)
    seen = watch(every(1.0, 120.0, lambda t: [half] if 40 < t < 60 else [stall()]))
    assert len(ids(seen)) == 1


def test_small_far_box_that_jitters_by_a_third_of_its_size_is_one_episode() -> None:
    chance = random.Random(1)

    def shown(_: float) -> list[Seen]:
        x, y = 300 + chance.uniform(-4, 4), 200 + chance.uniform(-4, 4)
        return [("garbage", box_at(x, y, 12, 12), 0.5)]

    assert len(ids(watch(every(1.0, 120.0, shown)))) == 1


def test_cart_pushed_through_the_picture_never_dwells() -> None:
    for speed_px_s in (5.0, 15.0, 40.0, 100.0):
        for step_s in (0.2, 2.0):
            shots = every(step_s, 1000 / speed_px_s, lambda t, v=speed_px_s: [stall(100 + v * t)])  # type: ignore[misc]
            assert max((one.dwell_s for one in watch(shots)), default=0.0) < 30.0


def test_cart_that_stops_dwells_from_where_it_stopped() -> None:
    seen = watch(every(0.5, 120.0, lambda t: [stall(100 + 30 * min(t, 20.0))]))
    assert seen[-1].ground_px[0] == pytest.approx(700.0)
    assert at(17) <= seen[-1].onset_ns <= at(20.5)


def test_thing_moved_by_a_box_width_ends_one_episode_and_starts_another() -> None:
    seen = watch(every(1.0, 120.0, lambda t: [stall(400 if t < 60 else 460)]))
    assert len(ids(seen)) == 2
    assert sum(one.is_ended for one in seen) == 1
    assert at(58) <= seen[-1].onset_ns <= at(61)


@pytest.mark.parametrize("group", CLASS_GROUPS)
def test_flicker_between_near_synonyms_is_one_episode_named_by_summed_score(
    group: tuple[str, ...],
) -> None:
    def shown(t: float) -> list[Seen]:
        name, score = (group[1], 0.3) if int(t) % 2 else (group[0], 0.8)
        return [(name, box_at(400, 500), score)]

    seen = watch(every(1.0, 60.0, shown))
    assert len(ids(seen)) == 1
    assert seen[-1].class_name == group[0]
    assert seen[-1].score == pytest.approx(0.55, abs=0.02)


def test_thing_named_twice_in_one_picture_is_one_episode() -> None:
    both: list[Seen] = [stall(), ("outdoor_goods", box_at(402, 500, 90, 60), 0.4)]
    assert len(ids(watch(every(1.0, 60.0, lambda _: both)))) == 1


def test_row_of_crates_boxed_in_changing_parts_is_one_episode() -> None:
    parts = {0: (300, 420, 500, 500), 1: (300, 420, 430, 500), 2: (370, 420, 500, 500)}

    def shown(t: float) -> list[Seen]:
        """Whole for ten seconds, then its left, its right and both halves in turn."""
        which = [0] if t < 10 else [[1], [2], [1, 2]][int(t) % 3]
        return [("outdoor_goods", parts[k], 0.6) for k in which]

    assert len(ids(watch(every(1.0, 120.0, shown)))) == 1


def test_whole_row_is_the_thing_although_its_parts_score_higher() -> None:
    whole, left, right = (300, 420, 500, 500), (300, 420, 420, 500), (380, 420, 500, 500)
    goods = [("outdoor_goods", whole, 0.3), ("outdoor_goods", left, 0.5), ("stall", right, 0.4)]
    seen = watch(every(1.0, 30.0, lambda _: goods))
    assert len(ids(seen)) == 1
    assert seen[-1].box == whole
    assert seen[-1].class_name == "outdoor_goods"
    assert seen[-1].score == pytest.approx(0.5)


def test_large_box_that_scores_far_less_than_what_it_holds_takes_nothing_over() -> None:
    near = [stall(300), stall(520)]
    vague: Seen = ("stall", (245, 415, 575, 505), 0.2)
    seen = watch(every(1.0, 30.0, lambda _: [*near, vague]))
    assert {one.ground_px for one in seen} == {(300.0, 500.0), (520.0, 500.0)}


def test_two_neighbours_that_overlap_a_little_are_two_episodes() -> None:
    both = [stall(400), stall(470)]
    assert len(ids(watch(every(1.0, 60.0, lambda _: both)))) == 2


def test_things_of_different_groups_at_one_place_are_two_episodes() -> None:
    both: list[Seen] = [stall(), ("garbage", box_at(400, 500), 0.6)]
    seen = watch(every(1.0, 60.0, lambda _: both))
    assert {one.class_name for one in seen} == {"stall", "garbage"}


@pytest.mark.parametrize("name", sorted(set(CLASSES) - {n for g in CLASS_GROUPS for n in g}))
def test_class_that_breaks_no_rule_keeps_no_episode(name: str) -> None:
    assert watch(every(1.0, 30.0, lambda _: [(name, box_at(400, 500), 0.9)])) == []


def test_weak_box_opens_nothing_but_continues_what_is_open() -> None:
    assert watch(every(1.0, 60.0, lambda _: [stall(score=0.15)])) == []
    seen = watch(every(1.0, 60.0, lambda t: [stall(score=0.6 if t < 10 else 0.15)]))
    assert seen[-1].dwell_s == pytest.approx(60.0)


def at_threshold(score: float) -> Dwell:
    return Dwell(CLASSES, open_scores=[score] * len(CLASSES))


def test_boxes_below_the_models_threshold_never_make_an_episode() -> None:
    weak = every(1.0, 60.0, lambda _: [("stall", box_at(400, 500), 0.45)])
    assert watch(weak, at_threshold(0.5)) == []


def test_two_boxes_at_the_models_threshold_carry_weaker_ones() -> None:
    def shown(t: float) -> list[Seen]:
        return [("stall", box_at(400, 500), 0.55 if t in (10.0, 30.0) else 0.3)]

    seen = watch(every(1.0, 60.0, shown), at_threshold(0.5))
    assert len(ids(seen)) == 1
    assert seen[0].t_ns == at(30.0)
    assert seen[0].onset_ns == at(10.0)
    assert seen[-1].dwell_s == pytest.approx(50.0)


def test_sample_not_later_than_the_one_before_is_ignored_and_counted() -> None:
    dwell = Dwell(CLASSES)
    watch(every(1.0, 10.0, lambda _: [stall()]), dwell)
    assert dwell.update(sample(10.0, [stall()])) == ()
    assert dwell.update(sample(3.0, [stall()])) == ()
    assert dwell.ignored_samples == 2
    assert dwell.update(sample(11.0, [stall()]))[0].dwell_s == pytest.approx(11.0)


def test_new_frame_size_ends_the_episodes_in_their_own_pixels() -> None:
    dwell = Dwell(CLASSES)
    watch(every(1.0, 10.0, lambda _: [stall()]), dwell)
    (ended,) = dwell.update(sample(11.0, [stall()], frame_wh=(640, 360)))
    assert ended.is_ended
    assert ended.frame_wh == (1280, 720)
    assert ended.ground_px == (400.0, 500.0)


def test_thing_that_never_leaves_starts_a_new_episode_after_the_longest_time() -> None:
    dwell = Dwell(CLASSES, DwellSettings(max_episode_s=100.0))
    seen = watch(every(1.0, 250.0, lambda _: [stall()]), dwell)
    assert len(ids(seen)) == 3
    assert max(one.dwell_s for one in seen) <= 100.0


def test_open_episodes_are_bounded_and_refusals_counted() -> None:
    dwell = Dwell(CLASSES, DwellSettings(max_open=3))
    crowd = [stall(100 + 200 * n) for n in range(5)]
    seen = watch(every(1.0, 10.0, lambda _: crowd), dwell)
    assert len(ids(seen)) == 3
    assert dwell.refused_episodes == 22


def test_flush_ends_each_confirmed_episode_once() -> None:
    dwell = Dwell(CLASSES)
    watch(every(1.0, 10.0, lambda t: [stall(200)] + ([stall(800)] if t > 9 else [])), dwell)
    (last,) = dwell.flush(at(12))
    assert (last.is_ended, last.t_ns, last.last_seen_ns) == (True, at(12), at(10))
    assert dwell.flush(at(13)) == ()


def test_flush_of_one_source_leaves_the_others_open() -> None:
    dwell = Dwell(CLASSES)
    shots = every(1.0, 10.0, lambda _: [stall()])
    for one in shots:
        dwell.update(one)
        dwell.update(replace(one, source_id="cam2"))
    assert [one.source_id for one in dwell.flush(at(10), "cam2")] == ["cam2"]
    assert [one.source_id for one in dwell.flush(at(10))] == ["cam1"]


def test_watching_is_dated_anew_after_a_silence_longer_than_the_absence_limit() -> None:
    dwell = Dwell(CLASSES)
    first = watch(every(1.0, 10.0, lambda _: [stall()]), dwell)
    later = watch([sample(100.0 + n, [stall()]) for n in range(5)], dwell)
    assert {one.watched_since_ns for one in first} == {at(0)}
    assert {one.watched_since_ns for one in later if not one.is_ended} == {at(100)}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"max_absence_s": 0.0}, "max_absence_s"),
        ({"keep_score": 0.5}, "keep_score"),
        ({"tentative_absence_s": 99.0}, "tentative_absence_s"),
    ],
)
def test_settings_that_contradict_themselves_are_refused_by_name(
    wrong: dict[str, float], named: str
) -> None:
    with pytest.raises(ValueError, match=f"DwellSettings.{named}"):
        DwellSettings(**wrong)  # type: ignore[arg-type]


hits = st.lists(st.booleans(), min_size=5, max_size=80)


@given(hits)
@settings(deadline=None, max_examples=50)
def test_dwell_of_an_episode_never_shrinks(pattern: list[bool]) -> None:
    seen = watch([sample(n, [stall()] if hit else []) for n, hit in enumerate(pattern)])
    for episode_id in ids(seen):
        dwells = [one.dwell_s for one in seen if one.episode_id == episode_id]
        assert dwells == sorted(dwells)


@given(hits, st.integers(-300, 300), st.integers(-300, 300))
@settings(deadline=None, max_examples=30)
def test_moving_the_whole_picture_moves_the_episodes_and_nothing_else(
    pattern: list[bool], dx: int, dy: int
) -> None:
    def seen_from(x: float, y: float) -> list[Observation]:
        return watch([sample(n, [stall(x, y)] if hit else []) for n, hit in enumerate(pattern)])

    moved = seen_from(400.0 + dx, 500.0 + dy)
    still = seen_from(400.0, 500.0)
    assert [(one.episode_id, one.dwell_s, one.is_seen) for one in moved] == [
        (one.episode_id, one.dwell_s, one.is_seen) for one in still
    ]


@given(hits, hits)
@settings(deadline=None, max_examples=30)
def test_samples_of_another_source_in_between_change_nothing(
    pattern: list[bool], other: list[bool]
) -> None:
    mine = [sample(n, [stall()] if hit else []) for n, hit in enumerate(pattern)]
    theirs = [
        sample(n + 0.5, [stall()] if hit else [], source_id="cam2") for n, hit in enumerate(other)
    ]
    mixed = sorted(mine + theirs, key=lambda one: one.t_ns)
    assert [one for one in watch(mixed) if one.source_id == "cam1"] == watch(mine)


@given(st.sets(st.integers(11, 89)), st.sampled_from([1.0, 2.0]))
@settings(deadline=None, max_examples=30)
def test_missing_samples_up_to_the_longest_absence_do_not_split(
    missing: set[int], step_s: float
) -> None:
    settings_ = DwellSettings()
    kept = [n for n in range(101) if n not in missing]
    gaps = [step_s * (b - a) for a, b in pairwise(kept)]
    seen = watch([sample(n * step_s, [stall()]) for n in kept])
    assert len(ids(seen)) == 1 + sum(gap > settings_.max_absence_s for gap in gaps)
