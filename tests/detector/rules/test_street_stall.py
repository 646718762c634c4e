"""The street-stall rule, and what all rules share: force, phases, permits, clocks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detector.rules.street import (
    SQUARE,
    findings,
    hours,
    permit,
    seen_at,
    staying,
    zone,
)
from tests.detector.sightings import at, box_at
from xunjie.detector.rules import ZoneFrameMismatchError, build_rules
from xunjie.zones.permit import PermitRegister
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from xunjie.detector.types import Finding

NO_STALL = zone("no_stall")
HOUR = 3600.0


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


def test_stall_that_stays_three_minutes_is_found_once_at_the_limit() -> None:
    found = only(findings(staying("stall", 900), [NO_STALL]))
    assert (found.rule_id, found.rule_version, found.zone_id) == ("street_stall", "1", "no_stall")
    assert found.onset_ns == at(0)
    assert found.decisive_ns == at(180)
    assert found.dwell_s == 180.0
    assert (found.zone_version, found.phase) == ("3", "enforcing")


def test_stall_that_leaves_before_the_limit_is_no_violation() -> None:
    left = [*staying("stall", 179), seen_at(300, last_seen_s=179, is_ended=True)]
    assert findings(left, [NO_STALL]) == []


def test_zone_says_its_own_limit() -> None:
    zones = [zone("no_stall", min_dwell_s=8.0)]
    assert only(findings(staying("stall", 60), zones)).decisive_ns == at(8)


def test_zone_limit_of_zero_is_a_limit_and_not_a_missing_one() -> None:
    zones = [zone("no_stall", min_dwell_s=0.0)]
    assert only(findings(staying("stall", 60), zones)).decisive_ns == at(4)


def test_without_zones_nothing_is_a_violation() -> None:
    for name in ("stall", "outdoor_goods", "billboard", "garbage"):
        assert findings(staying(name, 900)) == []


@pytest.mark.parametrize("kind", ["permitted_stall", "ignore", "privacy"])
def test_zone_that_allows_or_hides_the_place_wins(kind: str) -> None:
    assert findings(staying("stall", 900), [NO_STALL, zone(kind)]) == []


@pytest.mark.parametrize("kind", ["permitted_stall", "ignore", "privacy"])
def test_zone_that_allows_or_hides_another_place_or_another_hour_does_not_win(kind: str) -> None:
    elsewhere = zone(kind, ((0, 0), (50, 0), (50, 50)))
    later = zone(kind, schedule=hours(18, 22))
    assert len(findings(staying("stall", 900), [NO_STALL, elsewhere, later])) == 1


def test_permitted_stall_zone_whose_hours_end_starts_the_dwell_then() -> None:
    until_noon = zone("permitted_stall", schedule=hours(6, 11))
    found = only(findings(staying("stall", HOUR + 400), [NO_STALL, until_noon]))
    assert found.onset_ns == at(HOUR)
    assert found.decisive_ns == at(HOUR + 180)


def test_valid_permit_for_the_place_is_no_violation() -> None:
    assert findings(staying("stall", 900), [NO_STALL], [permit("stall")]) == []


@pytest.mark.parametrize("kind", ["outdoor_goods", "outdoor_seating", "billboard"])
def test_permit_for_something_else_does_not_allow_a_stall(kind: str) -> None:
    assert len(findings(staying("stall", 900), [NO_STALL], [permit(kind)])) == 1


def test_permit_whose_hours_end_starts_the_dwell_then_and_the_why_says_so() -> None:
    permits = [permit("stall", schedule=hours(6, 11))]
    found = only(findings(staying("stall", HOUR + 400), [NO_STALL], permits))
    assert found.onset_ns == at(HOUR)
    assert found.facts["permit_outcome"] == "outside_hours"
    assert "P-1 (王记水果) covers this place but not this hour" in found.why["en"]
    assert "不含此时段" in found.why["zh"]


def test_expired_permit_does_not_allow_and_the_why_says_since_when() -> None:
    permits = [permit("stall", valid_to_ns=at(-HOUR))]
    found = only(findings(staying("stall", 900), [NO_STALL], permits))
    assert found.facts["permit_outcome"] == "expired"
    assert "expired at 2026-05-16 01:00:00 (UTC)" in found.why["en"]
    assert "已于2026-05-16 01:00:00 (UTC)失效" in found.why["zh"]


def test_permit_not_yet_valid_does_not_allow_and_the_why_says_from_when() -> None:
    permits = [permit("stall", valid_from_ns=at(HOUR))]
    found = only(findings(staying("stall", 900), [NO_STALL], permits))
    assert "valid only from 2026-05-16 03:00:00 (UTC)" in found.why["en"]
    assert "自2026-05-16 03:00:00 (UTC)起才生效" in found.why["zh"]


def test_dwell_counts_only_while_the_zone_is_in_force() -> None:
    zones = [zone("no_stall", schedule=hours(11, 20))]
    found = only(findings(staying("stall", HOUR + 400), zones))
    assert found.onset_ns == at(HOUR)
    assert found.decisive_ns == at(HOUR + 180)


def test_onset_before_the_zone_came_into_force_is_not_dated_back() -> None:
    zones = [zone("no_stall", valid_from_ns=at(2))]
    assert only(findings(staying("stall", 900), zones)).onset_ns == at(4)


def test_clock_is_not_dated_back_over_a_long_unobserved_stretch() -> None:
    late = [seen_at(n, onset_s=0.0) for n in range(1000, 1400)]
    assert only(findings(late, [NO_STALL])).onset_ns == at(1000)


def test_decision_waits_for_a_picture_that_shows_the_stall() -> None:
    hidden = [seen_at(n, last_seen_s=170) for n in range(171, 200)]
    seen = [*staying("stall", 170), *hidden, seen_at(200)]
    assert only(findings(seen, [NO_STALL])).decisive_ns == at(200)


def test_ground_point_outside_for_a_moment_keeps_the_clock_and_for_longer_stops_it() -> None:
    def out_for(seconds: int) -> list[Finding]:
        outside = box_at(400, 720)
        out = [seen_at(60 + n, box=outside) for n in range(seconds)]
        back = [seen_at(60 + n) for n in range(seconds, 600)]
        return findings([*staying("stall", 59), *out, *back], [NO_STALL])

    assert only(out_for(8)).onset_ns == at(0)
    assert only(out_for(30)).onset_ns == at(90)


def test_warning_zone_gives_a_warning_and_says_so() -> None:
    found = only(findings(staying("stall", 900), [zone("no_stall", phase="warning")]))
    assert found.phase == "warning"
    assert "warning phase" in found.why["en"]
    assert "提示期" in found.why["zh"]


def test_overlapping_zones_are_one_case_and_the_enforcing_one_comes_first() -> None:
    zones = [
        zone("no_stall", zone_id="a", phase="warning"),
        zone("no_stall", zone_id="b"),
        zone("no_stall", zone_id="c"),
    ]
    assert only(findings(staying("stall", 900), zones)).zone_id == "b"


def test_warning_may_be_followed_by_the_enforcing_zone_with_the_longer_limit() -> None:
    zones = [
        zone("no_stall", zone_id="a", phase="warning", min_dwell_s=60.0),
        zone("no_stall", zone_id="b"),
    ]
    found = findings(staying("stall", 900), zones)
    assert [(one.zone_id, one.phase) for one in found] == [("a", "warning"), ("b", "enforcing")]


def test_next_episode_is_found_again() -> None:
    first = [*staying("stall", 300), seen_at(340, last_seen_s=300, is_ended=True)]
    second = staying("stall", 900, from_s=400, episode_id="cam1-400-2")
    assert [one.onset_ns for one in findings([*first, *second], [NO_STALL])] == [at(0), at(400)]


def test_zone_of_another_source_does_not_count() -> None:
    assert findings(staying("stall", 900), [zone("no_stall", source_id="cam2")]) == []


def test_ground_zone_does_not_count_for_a_camera_without_calibration() -> None:
    square = ((121.0, 31.0), (121.1, 31.0), (121.1, 31.1))
    ground = zone("no_stall", square, space="ground", frame_wh=None)
    assert findings(staying("stall", 900), [ground]) == []


@pytest.mark.parametrize("name", ["stall", "outdoor_goods", "billboard", "garbage"])
def test_changed_frame_size_is_refused_by_name_and_never_scaled(name: str) -> None:
    kinds = {
        "stall": "no_stall",
        "outdoor_goods": "shop_front",
        "billboard": "no_billboard",
        "garbage": "no_dumping",
    }
    line = ((100.0, 400.0), (700.0, 400.0))
    drawn = zone(kinds[name], line if name == "outdoor_goods" else SQUARE)
    with pytest.raises(ZoneFrameMismatchError, match=r"'cam1': zone .* 1280×720.*640×360"):
        findings([seen_at(5, name, frame_wh=(640, 360))], [drawn])


def test_permit_drawn_on_another_frame_size_is_refused_too() -> None:
    with pytest.raises(ZoneFrameMismatchError, match="permit 'P-1' was drawn on 640×360"):
        findings([seen_at(5)], [NO_STALL], [permit("stall", frame_wh=(640, 360))])


def test_ended_episode_leaves_nothing_behind() -> None:
    rules = build_rules(ZoneSet((NO_STALL,), "z"), PermitRegister.empty(), "cam1")
    for n in range(50):
        episode = f"cam1-{n}-{n}"
        rules[0].update(seen_at(n, episode_id=episode))
        rules[0].update(seen_at(n + 0.5, episode_id=episode, is_ended=True))
    assert len(rules[0]._clocks) == 0  # type: ignore[attr-defined]


def test_finding_names_what_an_officer_needs_in_both_languages() -> None:
    street = zone(
        "no_stall",
        name="南京路人行道",
        schedule=hours(7, 22),
        legal_basis="市容条例第十四条",
    )
    found = only(findings(staying("stall", 900), [street], [permit("billboard")]))
    assert found.why["zh"] == (
        "摊位自2026-05-16 10:00:00 (Asia/Shanghai)起停留在禁止设摊区“南京路人行道 (no_stall)”"
        "（版本3）内，至2026-05-16 10:03:00 (Asia/Shanghai)已3分，认定时限为3分。"
        "该区域管控时段：每天 07:00–22:00 (Asia/Shanghai)。"
        "许可登记中无覆盖该位置的许可（已核对0条）。依据：市容条例第十四条。"
    )
    assert found.why["en"] == (
        "There has been a stall in the no-stall zone “南京路人行道 (no_stall)” (version 3) since "
        "2026-05-16 10:00:00 (Asia/Shanghai); by 2026-05-16 10:03:00 (Asia/Shanghai) it has "
        "stood for 3 min, the limit is 3 min. Hours of the zone: daily 07:00–22:00 "
        "(Asia/Shanghai). No permit on the register covers this place (0 checked). "
        "Legal basis: 市容条例第十四条."
    )


def test_facts_are_json_of_numbers_strings_and_lists_and_draw_the_zone() -> None:
    found = only(findings(staying("stall", 900), [NO_STALL]))
    assert json.loads(json.dumps(dict(found.facts))) == found.facts
    assert found.facts["zone_outline_px"] == [list(point) for point in SQUARE]
    assert found.facts["zone_frame_wh"] == [1280, 720]
    assert found.facts["since_utc"] == "2026-05-16T02:00:00.000Z"
    assert (found.facts["dwell_s"], found.facts["min_dwell_s"]) == (180.0, 180.0)
    assert all(isinstance(value, int | float | str | list) for value in found.facts.values())


@given(
    x=st.floats(0, 1280),
    y=st.floats(0, 720),
    width=st.floats(2, 5000),
    height=st.floats(2, 5000),
)
@settings(deadline=None)
def test_ground_point_outside_the_zone_is_never_found_however_wide_the_box(
    x: float, y: float, width: float, height: float
) -> None:
    box = box_at(x, y, width, height)
    ground = ((box[0] + box[2]) / 2, box[3])
    found = findings([seen_at(n, box=box) for n in range(0, 200, 20)], [NO_STALL])
    is_whole = box[0] > 5.12 and box[2] < 1280 - 5.12 and box[3] < 720 - 5.12
    assert bool(found) == (is_whole and NO_STALL.contains(*ground))


@given(dx=st.integers(-340, 820), dy=st.integers(-500, 390), y=st.integers(280, 320))
@settings(deadline=None, max_examples=50)
def test_moving_zone_and_stall_together_changes_nothing(dx: int, dy: int, y: int) -> None:
    moved = zone("no_stall", [(px + dx, py + dy) for px, py in SQUARE])
    here = findings([seen_at(n, box=box_at(400, y)) for n in range(0, 200, 20)], [NO_STALL])
    there = findings([seen_at(n, box=box_at(400 + dx, y + dy)) for n in range(0, 200, 20)], [moved])
    assert [one.why for one in here] == [one.why for one in there]


@given(
    start_h=st.floats(-48, 48),
    stay_s=st.floats(0, 6 * HOUR),
    open_h=st.integers(0, 22),
    length_h=st.integers(1, 23),
)
@settings(deadline=None, max_examples=60)
def test_no_instant_of_a_finding_lies_within_the_permitted_hours(
    start_h: float, stay_s: float, open_h: int, length_h: int
) -> None:
    allowed = hours(open_h, open_h + length_h if open_h + length_h <= 24 else 24)
    from_s = start_h * HOUR
    stay = [
        seen_at(from_s + n, onset_s=from_s) for n in [*range(4, int(stay_s), 30), int(stay_s) + 5]
    ]
    for found in findings(stay, [NO_STALL], [permit("stall", schedule=allowed)]):
        span = range(found.onset_ns, found.decisive_ns + 1, 10_000_000_000)
        assert not any(allowed.is_active(t_ns) for t_ns in span)


@given(st.sampled_from(["no_stall", "no_dumping", "no_billboard"]), st.floats(-HOUR, 0))
@settings(deadline=None, max_examples=30)
def test_expired_zone_never_finds_anything(kind: str, ended_s: float) -> None:
    name = {"no_stall": "stall", "no_dumping": "garbage", "no_billboard": "banner"}[kind]
    assert findings(staying(name, 400), [zone(kind, valid_to_ns=at(ended_s))]) == []


@given(st.lists(st.booleans(), min_size=1, max_size=300), st.floats(0, 300))
@settings(deadline=None, max_examples=30)
def test_warning_zone_never_enforces(pattern: list[bool], limit_s: float) -> None:
    last = 0
    shots = []
    for n, hit in enumerate(pattern):
        last = n if hit else last
        shots.append(seen_at(n, last_seen_s=last))
    warning = zone("no_stall", phase="warning", min_dwell_s=limit_s)
    assert {one.phase for one in findings(shots, [warning])} <= {"warning"}
