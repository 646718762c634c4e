"""The illegal-billboard rule: signs count by overlap, and permits match by place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detector.rules.street import findings, permit, seen_at, staying, zone
from tests.detector.sightings import at

FACADE = ((200.0, 100.0), (600.0, 100.0), (600.0, 300.0), (200.0, 300.0))
ZONE = zone("no_billboard", FACADE)
INSIDE = (300.0, 150.0, 400.0, 200.0)


@pytest.mark.parametrize("name", ["billboard", "banner"])
def test_sign_without_a_permit_is_found_once_after_a_minute(name: str) -> None:
    (found,) = findings(staying(name, 300, INSIDE), [ZONE])
    assert (found.rule_id, found.decisive_ns) == ("illegal_billboard", at(60))
    assert found.facts["overlap_share"] == pytest.approx(1.0)
    assert "100% of it inside" in found.why["en"]
    assert "其100%位于区内" in found.why["zh"]


@pytest.mark.parametrize("name", ["signboard", "blade_sign", "window_ad"])
def test_shops_own_sign_is_not_judged(name: str) -> None:
    assert findings(staying(name, 300, INSIDE), [ZONE]) == []


def test_sign_counts_by_its_box_and_not_by_its_bottom_edge() -> None:
    bottom_below = (300.0, 150.0, 400.0, 340.0)
    bottom_inside = (300.0, 0.0, 400.0, 180.0)
    assert len(findings(staying("billboard", 300, bottom_below), [ZONE])) == 1
    assert findings(staying("billboard", 300, bottom_inside), [ZONE]) == []


def test_sign_once_inside_stays_inside_down_to_the_leave_share() -> None:
    def found_with(share: float) -> int:
        shifted = (600.0 - 100.0 * share, 150.0, 700.0 - 100.0 * share, 200.0)
        first = staying("banner", 30, (540.0, 150.0, 640.0, 200.0))
        later = [seen_at(n, "banner", shifted) for n in range(31, 200)]
        return len(findings([*first, *later], [ZONE]))

    assert found_with(0.4) == 1
    assert found_with(0.3) == 0


def test_permit_for_this_sign_clears_it_and_not_the_one_beside_it() -> None:
    beside = (450.0, 150.0, 550.0, 200.0)
    place = ((290.0, 140.0), (410.0, 140.0), (410.0, 210.0), (290.0, 210.0))
    allowed = staying("banner", 300, INSIDE)
    wild = staying("banner", 300, beside, episode_id="cam1-0-2")
    (found,) = findings([*allowed, *wild], [ZONE], [permit("billboard", place)])
    assert found.box == beside
    assert found.facts["permit_outcome"] == "none"
    assert found.facts["permits_checked"] == 1
    assert "(1 checked)" in found.why["en"]


def test_expired_permit_does_not_clear_the_sign() -> None:
    old = permit("billboard", FACADE, valid_to_ns=at(-1))
    (found,) = findings(staying("banner", 300, INSIDE), [ZONE], [old])
    assert found.facts["permit_outcome"] == "expired"


@pytest.mark.parametrize("kind", ["ignore", "privacy"])
def test_hidden_place_wins(kind: str) -> None:
    assert findings(staying("banner", 300, INSIDE), [ZONE, zone(kind, FACADE)]) == []


@given(x1=st.floats(-500, 1500), width=st.floats(2, 2000))
@settings(deadline=None)
def test_sign_less_than_half_inside_is_never_found(x1: float, width: float) -> None:
    box = (x1, 150.0, x1 + width, 200.0)
    found = findings([seen_at(n, "banner", box) for n in range(0, 100, 10)], [ZONE])
    assert bool(found) == (ZONE.overlap_share(box) >= 0.5)
