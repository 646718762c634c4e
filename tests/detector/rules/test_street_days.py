"""Dwell and rules together on random streets: noisy boxes in, findings out."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.detector.rules.street import hours, permit, shop_front, zone
from tests.detector.sightings import CLASSES, WH, Seen, at, box_at, sample
from xunjie.detector.dwell import Dwell
from xunjie.detector.rules import build_rules
from xunjie.zones.permit import PermitRegister
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from xunjie.detector.types import Box, Finding

RECALL = 0.7
CONFUSION = 0.05
FALSE_BOXES = 0.05
JITTER = 0.04
END_S = 900.0
STEP_S = 2.0
"""One keyframe in two seconds, the slowest sampling that is promised to work."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A thing with a script: there from ``start_s`` to ``end_s``, hidden once for a while."""

    class_name: str
    box: Callable[[float], Box]
    start_s: float
    end_s: float
    hidden_s: tuple[float, float]
    rule_id: str | None

    def is_visible(self, t: float) -> bool:
        first, last = self.hidden_s
        return self.start_s <= t <= self.end_s and not first <= t <= last


def band(top: float, bottom: float, left: float = 0.0, right: float = 1280.0) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


ZONES = ZoneSet(
    (
        zone("no_stall", band(420, 700)),  # type: ignore[arg-type]
        zone("no_stall", band(420, 700, 0, 200), zone_id="trial", phase="warning"),  # type: ignore[arg-type]
        zone("permitted_stall", band(420, 700, 1000, 1280)),  # type: ignore[arg-type]
        zone("no_billboard", band(40, 330)),  # type: ignore[arg-type]
        zone("no_dumping", band(420, 700)),  # type: ignore[arg-type]
        zone("no_dumping", band(420, 700), zone_id="old", valid_to_ns=at(-1), min_dwell_s=1.0),  # type: ignore[arg-type]
        shop_front(outline=((50, 400), (1230, 400))),
    ),
    "z",
)
PERMITS = PermitRegister(
    (
        permit("outdoor_goods", band(380, 500, 700, 950), schedule=hours(9, 22)),  # type: ignore[arg-type]
        permit("billboard", band(60, 320, 700, 1200)),  # type: ignore[arg-type]
    ),
    "p",
)

# class, ground x, ground y, width, height, seconds there, rule broken
SCRIPTS: tuple[
    tuple[str, tuple[float, float], tuple[float, float], tuple[float, float], str | None], ...
] = (
    ("stall", (300, 600), (120, 90), (300, 700), "street_stall"),
    ("stall", (600, 520), (60, 50), (30, 150), None),
    ("stall", (1120, 600), (120, 90), (300, 700), None),
    ("outdoor_goods", (400, 440), (70, 60), (300, 700), "cross_door"),
    ("outdoor_goods", (820, 440), (70, 60), (300, 700), None),
    ("outdoor_seating", (400, 385), (90, 50), (300, 700), None),
    ("banner", (300, 200), (160, 40), (200, 800), "illegal_billboard"),
    ("billboard", (950, 250), (200, 120), (200, 800), None),
    ("garbage", (550, 650), (40, 30), (200, 800), "dumping"),
    ("garbage", (550, 650), (40, 30), (10, 40), None),
)


def stays(chance: random.Random, script: int) -> Actor:
    name, (x, y), (width, height), stay_s, rule_id = SCRIPTS[script % len(SCRIPTS)]
    x += chance.uniform(-30, 30)
    stay = chance.uniform(*stay_s)
    start = chance.uniform(0, END_S - stay)
    hidden = chance.uniform(start + stay / 3, start + stay)
    box = box_at(x, y, width, height)
    end = start + stay
    return Actor(name, lambda _: box, start, end, (hidden, hidden + 20), rule_id)


def passes(chance: random.Random) -> Actor:
    """A vendor who pushes a cart through the picture."""
    speed, start = chance.uniform(8, 60), chance.uniform(0, END_S)
    return Actor(
        "stall",
        lambda t: box_at(210 + speed * (t - start), 560, 110, 90),
        start,
        start + 780 / speed,
        (END_S, END_S),
        None,
    )


def noisy(chance: random.Random, name: str, box: Box) -> Seen:
    width, height = box[2] - box[0], box[3] - box[1]
    dx, dy = chance.gauss(0, JITTER * width), chance.gauss(0, JITTER * height)
    dw, dh = chance.gauss(0, JITTER * width), chance.gauss(0, JITTER * height)
    if chance.random() < CONFUSION:
        name = chance.choice(CLASSES)
    moved = (box[0] + dx - dw, box[1] + dy - dh, box[2] + dx + dw, box[3] + dy + dh)
    return name, moved, chance.uniform(0.3, 0.9)


def false_box(chance: random.Random) -> Seen:
    width, height = chance.uniform(20, 250), chance.uniform(20, 200)
    place = box_at(chance.uniform(0, WH[0]), chance.uniform(50, WH[1]), width, height)
    return chance.choice(CLASSES), place, chance.uniform(0.2, 0.6)


@cache
def street_day(seed: int) -> tuple[tuple[Actor, ...], tuple[Finding, ...]]:
    """One street-episode: a thing that stays, a cart that passes, and what was found."""
    chance = random.Random(seed)
    actors = (stays(chance, seed), passes(chance))
    dwell = Dwell(CLASSES)
    rules = build_rules(ZONES, PERMITS, "cam1")
    found = []
    for n in range(int(END_S / STEP_S)):
        t = n * STEP_S
        seen = [
            noisy(chance, actor.class_name, actor.box(t))
            for actor in actors
            if actor.is_visible(t) and chance.random() < RECALL
        ]
        if chance.random() < FALSE_BOXES:
            seen.append(false_box(chance))
        for observation in dwell.update(sample(t, seen)):
            found += [f for rule in rules if (f := rule.update(observation)) is not None]
    return actors, tuple(found)


SEEDS = range(40)


def test_forty_noisy_streets_give_no_false_finding_and_miss_at_most_one() -> None:
    truth: Counter[tuple[int, str]] = Counter()
    found: Counter[tuple[int, str]] = Counter()
    for seed in SEEDS:
        actors, findings = street_day(seed)
        truth.update((seed, actor.rule_id) for actor in actors if actor.rule_id)
        found.update((seed, one.rule_id) for one in findings)
    assert found - truth == Counter()
    assert truth.total() == 16
    assert (truth - found).total() <= 1


def test_onset_on_noisy_streets_is_within_a_few_samples_of_the_truth() -> None:
    errors_s = [
        abs((one.onset_ns - at(actor.start_s)) / 1e9)
        for seed in SEEDS
        for actor in street_day(seed)[0]
        for one in street_day(seed)[1]
        if one.rule_id == actor.rule_id
    ]
    # The first sample comes up to 2 s late; it and the next two are all missed in 3 % of cases.
    assert sorted(errors_s)[int(0.9 * len(errors_s))] <= 4 * STEP_S


def test_no_finding_on_noisy_streets_is_in_a_warning_or_an_expired_zone() -> None:
    zone_ids = {one.zone_id for seed in SEEDS for one in street_day(seed)[1]}
    assert zone_ids == {"no_stall", "shop_front", "no_billboard", "no_dumping"}
