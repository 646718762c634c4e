"""The explanations name every class that a rule judges, and no template breaks."""

from __future__ import annotations

import pytest

from tests.detector.rules.street import findings, shop_front, staying, zone
from tests.detector.sightings import box_at
from xunjie.detector.dwell import CLASS_GROUPS
from xunjie.detector.rules.why import THINGS, duration, local_time


def test_every_class_that_keeps_an_episode_has_words_in_both_languages() -> None:
    assert set(THINGS) == {name for group in CLASS_GROUPS for name in group}
    assert all(words["zh"] and words["en"] for words in THINGS.values())


@pytest.mark.parametrize("name", sorted(THINGS))
def test_no_explanation_has_a_hole(name: str) -> None:
    zones = [
        zone("no_stall", phase="warning", legal_basis="市容条例"),
        zone("no_billboard", phase="warning", legal_basis="市容条例"),
        zone("no_dumping", phase="warning", legal_basis="市容条例"),
        shop_front(phase="warning", legal_basis="市容条例"),
    ]
    (found,) = findings(staying(name, 400, box_at(400, 460)), zones)
    for text in found.why.values():
        assert not set("{}").intersection(text)
        assert "None" not in text
        assert "市容条例" in text


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0.4, "0秒", "0 s"),
        (60, "1分", "1 min"),
        (7384.9, "2小时3分4秒", "2 h 3 min 4 s"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, zh: str, en: str) -> None:
    assert (duration(seconds, "zh"), duration(seconds, "en")) == (zh, en)


def test_local_time_follows_summer_time_of_its_place() -> None:
    assert local_time(1_783_000_000_000_000_000, "Europe/Berlin").startswith("2026-07-02 15:46:40")
    assert local_time(1_768_000_000_000_000_000, "Europe/Berlin").startswith("2026-01-10 00:06:40")
