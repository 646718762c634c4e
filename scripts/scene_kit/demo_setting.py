"""Setting of the demo clip: camera, light, places and instants (s of the clip)."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.scene_kit.acting import Actor
from scripts.scene_kit.camera import Camera
from scripts.scene_kit.renderer import Light
from scripts.scene_kit.street import KERB_M
from scripts.scene_kit.thing import Kit, Thing

SEED = 20260516
DURATION_S, FPS = 75.0, 25
CAMERA = Camera((0.0, -10.5, 4.8), (0.0, 2.2, 1.45), 62.0, (1280, 720))
LIGHT = Light(
    sun_direction=(0.42, -0.72, 0.95), sun=(1.75, 1.62, 1.4), sky=(0.5, 0.58, 0.68),
    ground=(0.27, 0.255, 0.235), haze=(0.72, 0.79, 0.88),
    exposure=1.38, focus=(0.0, 1.0, 1.5), reach_m=15.0,
)  # fmt: skip
BANNER_WH_M, BANNER_Z = (2.6, 0.85), KERB_M + 1.15
PERMITTED_BANNER_X, BANNER_X = -7.55, -4.55
CART_AT, PERMITTED_STALL_AT = (-1.55, 1.55), (5.1, 1.5)
GOODS_AT, HEAP_AT, BENCH_AT = (3.15, 3.65), (-5.0, 1.25), (0.75, 0.8)
CART_STOPS_S, STALL_S = 10.0, 11.6
GOODS_S = (24.0, 24.8, 25.6, 26.4)
BANNER_FROM_S, BANNER_S = 36.0, 38.6
BAGS_S = (50.0, 51.0)


@dataclass(frozen=True, slots=True)
class Event:
    """A thing of the truth with what is to be said about it."""

    name: str
    thing: Thing
    from_s: float
    note_en: str
    note_zh: str
    to_s: float = DURATION_S
    rule_id: str | None = None
    zone_id: str | None = None


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything the clip needs; `static` never changes."""

    kit: Kit
    static: list[Thing]
    cast: list[Actor]
    events: list[Event]
