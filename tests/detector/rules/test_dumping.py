"""The dumping rule: garbage and overflowing bins, new or already there."""

from __future__ import annotations

import pytest

from tests.detector.rules.street import findings, hours, permit, staying, zone
from tests.detector.sightings import at, box_at

ZONE = zone("no_dumping")


@pytest.mark.parametrize("name", ["garbage", "bin_overflow"])
def test_garbage_that_stays_a_minute_is_found_once(name: str) -> None:
    (found,) = findings(staying(name, 600), [ZONE])
    assert (found.rule_id, found.onset_ns, found.decisive_ns) == ("dumping", at(0), at(60))


def test_bag_picked_up_again_within_the_minute_is_no_violation() -> None:
    assert findings(staying("garbage", 59), [ZONE]) == []


def test_bin_that_is_closed_is_not_judged() -> None:
    assert findings(staying("bin", 600), [ZONE]) == []


def test_garbage_outside_the_zone_is_not_judged_however_wide_its_box() -> None:
    assert findings(staying("garbage", 600, box_at(750, 500, 900, 80)), [ZONE]) == []


@pytest.mark.parametrize(
    ("watched_for_s", "arrival", "words"),
    [
        (3.0, "already_there", ("already there when watching began", "被发现时已存在")),
        (10.0, "already_there", ("already there when watching began", "被发现时已存在")),
        (11.0, "new", ("it is new", "为新出现")),
    ],
)
def test_finding_says_whether_the_garbage_is_new(
    watched_for_s: float, arrival: str, words: tuple[str, str]
) -> None:
    stay = staying("garbage", 300, watched_since_ns=at(-watched_for_s))
    (found,) = findings(stay, [ZONE])
    assert found.facts["arrival"] == arrival
    assert words[0] in found.why["en"]
    assert words[1] in found.why["zh"]


def test_finding_says_when_the_start_of_watching_is_not_known() -> None:
    (found,) = findings(staying("garbage", 300), [ZONE])
    assert found.facts["arrival"] == "unknown"


def test_no_permit_allows_dumping_and_none_is_named() -> None:
    permits = [permit("stall"), permit("outdoor_goods")]
    (found,) = findings(staying("garbage", 300), [ZONE], permits)
    assert not [name for name in found.facts if name.startswith("permit")]


def test_collection_hours_of_the_zone_are_kept() -> None:
    put_out_allowed = zone("no_dumping", schedule=hours(11, 24))
    (found,) = findings(staying("garbage", 3700), [put_out_allowed])
    assert found.onset_ns == at(3600)
