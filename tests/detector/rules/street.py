"""Builders of zones, permits and episodes, for the tests of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.detector.sightings import WH, at, box_at
from xunjie.detector.rules import build_rules
from xunjie.detector.types import Observation
from xunjie.zones.permit import Permit, PermitRegister
from xunjie.zones.schedule import EVERY_DAY, Schedule, Window
from xunjie.zones.zone import Zone
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xunjie.detector.types import Box, Finding

SQUARE = ((100.0, 300.0), (700.0, 300.0), (700.0, 700.0), (100.0, 700.0))
LINE = ((100.0, 400.0), (700.0, 400.0))
"""A shop front across the picture; with side "right" the pavement is below it."""


def hours(from_hour: int, to_hour: int) -> Schedule:
    """Every day between two full hours in Shanghai; START_NS is ten o'clock there."""
    return Schedule((Window(EVERY_DAY, from_hour * 60, to_hour * 60),), None, "Asia/Shanghai")


def zone(kind: str, outline: Sequence[tuple[float, float]] = SQUARE, **other: Any) -> Zone:
    """An image zone of cam1's frame, enforcing at all times unless said otherwise."""
    values: dict[str, Any] = {
        "zone_id": kind,
        "kind": kind,
        "space": "image",
        "vertices": np.array(outline),
        "frame_wh": WH,
        "source_id": None,
        "schedule": Schedule.always(),
        "valid_from_ns": None,
        "valid_to_ns": None,
        "phase": "enforcing",
        "min_dwell_s": None,
        "legal_basis": "",
        "version": "3",
        "side": "right" if kind == "shop_front" else None,
        "shop_id": None,
        "name": "",
    }
    return Zone(**(values | other))


def shop_front(**other: Any) -> Zone:
    """A shop front along LINE."""
    outline = other.pop("outline", LINE)
    return zone("shop_front", outline, **({"shop_id": "shop-7"} | other))


def permit(kind: str, outline: Sequence[tuple[float, float]] = SQUARE, **other: Any) -> Permit:
    """A permit that is valid at all times unless said otherwise."""
    values: dict[str, Any] = {
        "permit_id": "P-1",
        "kind": kind,
        "vertices": np.array(outline),
        "space": "image",
        "source_id": None,
        "frame_wh": WH,
        "schedule": Schedule.always(),
        "valid_from_ns": None,
        "valid_to_ns": None,
        "holder": "王记水果",
        "shop_id": None,
        "version": "1",
    }
    return Permit(**(values | other))


def seen_at(
    seconds: float,
    class_name: str = "stall",
    box: Box | None = None,
    *,
    onset_s: float = 0.0,
    last_seen_s: float | None = None,
    is_ended: bool = False,
    watched_since_ns: int | None = None,
    episode_id: str = "cam1-0-1",
    source_id: str = "cam1",
    frame_wh: tuple[int, int] = WH,
) -> Observation:
    """One observation; seen at ``seconds`` unless ``last_seen_s`` says earlier."""
    box = box or box_at(400.0, 500.0)
    last_ns = at(seconds if last_seen_s is None else last_seen_s)
    return Observation(
        episode_id=episode_id,
        source_id=source_id,
        class_name=class_name,
        t_ns=at(seconds),
        pts=0,
        box=box,
        ground_px=((box[0] + box[2]) / 2, box[3]),
        frame_wh=frame_wh,
        onset_ns=at(onset_s),
        last_seen_ns=last_ns,
        dwell_s=(last_ns - at(onset_s)) / 1e9,
        hits=9,
        score=0.6,
        is_seen=last_ns == at(seconds) and not is_ended,
        is_ended=is_ended,
        watched_since_ns=watched_since_ns,
    )


def staying(
    class_name: str, until_s: float, box: Box | None = None, *, from_s: float = 0.0, **other: Any
) -> list[Observation]:
    """An episode seen once a second from its confirmation, 4 s after its onset, on."""
    count = int(until_s - from_s)
    return [
        seen_at(from_s + n, class_name, box, onset_s=from_s, **other) for n in range(4, count + 1)
    ]


def findings(
    observations: Iterable[Observation],
    zones: Sequence[Zone] = (),
    permits: Sequence[Permit] = (),
) -> list[Finding]:
    """What all four rules find, in the order of time."""
    rules = build_rules(
        ZoneSet(tuple(zones), "z"), PermitRegister(tuple(permits), "p"), source_id="cam1"
    )
    return [
        found
        for observation in observations
        for rule in rules
        if (found := rule.update(observation)) is not None
    ]
