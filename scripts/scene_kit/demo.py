"""The demo clip put together: its street and everybody in it, always the same."""

from __future__ import annotations

import numpy as np

from scripts.scene_kit.demo_daily import (
    play_furniture,
    play_passers_by,
    play_permitted,
    play_traffic,
)
from scripts.scene_kit.demo_offences import play_banner, play_cart, play_dumping, play_goods
from scripts.scene_kit.demo_setting import (
    SEED,
    Demo,
)
from scripts.scene_kit.lettering import Atlas
from scripts.scene_kit.street import build_street, demo_plan
from scripts.scene_kit.thing import Kit

SCENES = (
    play_furniture,
    play_permitted,
    play_cart,
    play_goods,
    play_banner,
    play_dumping,
    play_passers_by,
    play_traffic,
)


def build_demo() -> Demo:
    """The whole clip, always the same."""
    kit = Kit(np.random.default_rng(SEED), Atlas())
    demo = Demo(kit, build_street(kit, demo_plan()), [], [])
    for scene in SCENES:
        scene(demo)
    return demo
