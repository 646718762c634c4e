"""The cross-door rule: whose goods, how far beyond the line, under which permit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detector.rules.street import findings, hours, permit, seen_at, shop_front, staying
from tests.detector.sightings import at, box_at

if TYPE_CHECKING:
    from xunjie.detector.types import Finding
    from xunjie.zones.zone import Zone

FRONT = shop_front()


def goods_at(y: float, zones: list[Zone] | None = None) -> list[Finding]:
    """Findings on a 100×100 px rack whose ground point is at height y; the line is at y = 400."""
    stay = staying("outdoor_goods", 400, box_at(400, y, 100, 100))
    return findings(stay, [FRONT] if zones is None else zones)


@pytest.mark.parametrize("name", ["outdoor_goods", "outdoor_seating"])
def test_things_beyond_the_line_for_three_minutes_are_found_once(name: str) -> None:
    (found,) = findings(staying(name, 900, box_at(400, 440, 100, 100)), [FRONT])
    assert (found.rule_id, found.class_name) == ("cross_door", name)
    assert (found.onset_ns, found.decisive_ns) == (at(0), at(180))
    assert found.facts["distance_beyond_px"] == pytest.approx(40.0)
    assert found.facts["shop_id"] == "shop-7"
    assert "40 px past it on the public side" in found.why["en"]
    assert "40像素" in found.why["zh"]


def test_goods_behind_the_line_are_the_shops_own_affair() -> None:
    assert goods_at(390) == []


def test_goods_that_touch_the_line_within_the_jitter_of_a_box_are_not_beyond_it() -> None:
    assert goods_at(414) == []
    assert len(goods_at(416)) == 1


def test_enter_distance_grows_with_the_box() -> None:
    small = staying("outdoor_goods", 400, box_at(400, 410, 20, 20))
    large = staying("outdoor_goods", 400, box_at(400, 410, 200, 200))
    assert len(findings(small, [FRONT])) == 1
    assert findings(large, [FRONT]) == []


def test_goods_once_beyond_stay_beyond_until_nearly_back_on_the_line() -> None:
    def moved_back_to(y: float) -> list[Finding]:
        out = staying("outdoor_goods", 100, box_at(400, 440, 100, 100))
        back = [seen_at(n, "outdoor_goods", box_at(400, y, 100, 100)) for n in range(101, 400)]
        return findings([*out, *back], [FRONT])

    assert len(moved_back_to(408)) == 1
    assert moved_back_to(403) == []


def test_goods_far_out_on_the_street_are_not_the_shops() -> None:
    def crate_at(y: float) -> list[Finding]:
        return findings(staying("outdoor_goods", 400, box_at(400, y, 40, 40)), [FRONT])

    assert len(crate_at(636)) == 1
    assert crate_at(644) == []


def test_goods_cut_off_by_the_frame_are_not_judged() -> None:
    whole = staying("outdoor_goods", 400, box_at(106, 440, 200, 100))
    cut = staying("outdoor_goods", 400, box_at(104, 440, 200, 100))
    front = shop_front(outline=((0, 400), (700, 400)))
    assert len(findings(whole, [front])) == 1
    assert findings(cut, [front]) == []


def test_goods_beyond_the_ends_of_the_line_are_not_in_front_of_this_shop() -> None:
    stay = staying("outdoor_goods", 400, box_at(750, 440, 100, 100))
    assert findings(stay, [FRONT]) == []


def test_goods_belong_to_the_nearest_line_only() -> None:
    upper = shop_front(zone_id="upper", shop_id="upper")
    lower = shop_front(
        zone_id="lower", shop_id="lower", side="left", outline=((100, 600), (700, 600))
    )
    (found,) = goods_at(460, [lower, upper])
    assert found.zone_id == "upper"
    assert goods_at(610, [lower, upper]) == []


def test_stall_at_a_shop_line_is_a_matter_of_the_stall_rule() -> None:
    assert findings(staying("stall", 900, box_at(400, 440)), [FRONT]) == []


@pytest.mark.parametrize("name", ["umbrella", "chair", "dining table", "potted plant", "person"])
def test_class_that_does_not_say_whose_it_is_is_not_judged(name: str) -> None:
    assert findings(staying(name, 900, box_at(400, 440)), [FRONT]) == []


@pytest.mark.parametrize("name", ["outdoor_goods", "outdoor_seating"])
def test_permit_of_the_same_kind_allows_within_its_hours_only(name: str) -> None:
    stay = staying(name, 4000, box_at(400, 440, 100, 100))
    (found,) = findings(stay, [FRONT], [permit(name, schedule=hours(6, 11))])
    assert found.onset_ns == at(3600)
    assert found.facts["permit_outcome"] == "outside_hours"


def test_permit_for_seating_does_not_allow_goods() -> None:
    stay = staying("outdoor_goods", 400, box_at(400, 440, 100, 100))
    assert len(findings(stay, [FRONT], [permit("outdoor_seating")])) == 1


@given(y=st.floats(0, 720), width=st.floats(2, 3000), height=st.floats(2, 3000))
@settings(deadline=None)
def test_ground_point_on_the_shop_side_is_never_found_however_wide_the_box(
    y: float, width: float, height: float
) -> None:
    box = box_at(400, y, width, height)
    ground_y = box[3]
    found = findings([seen_at(n, "outdoor_goods", box) for n in range(0, 200, 20)], [FRONT])
    assert not (found and ground_y <= 400)
