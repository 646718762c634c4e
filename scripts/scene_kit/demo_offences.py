"""The four things in the demo clip that break a rule."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scripts.scene_kit import (
    boards,
    goods,
    lettering,
    people,
    stalls,
    waste,
)
from scripts.scene_kit.acting import Changing, Fixed, Mover, Path, Walker, holding
from scripts.scene_kit.actors import Group, placed
from scripts.scene_kit.demo_setting import (
    BAGS_S,
    BANNER_FROM_S,
    BANNER_S,
    BANNER_WH_M,
    BANNER_X,
    BANNER_Z,
    CART_AT,
    CART_STOPS_S,
    DURATION_S,
    GOODS_AT,
    GOODS_S,
    HEAP_AT,
    STALL_S,
    Demo,
    Event,
)
from scripts.scene_kit.looks import Material, of
from scripts.scene_kit.mesh import Mesh, merged
from scripts.scene_kit.people import Build, Pose
from scripts.scene_kit.street import KERB_M, demo_plan
from scripts.scene_kit.thing import Kit, Thing


def play_cart(demo: Demo) -> None:
    """A vendor pulls a cart in from the left, puts up its canopy and stays."""
    kit = demo.kit
    body, canopy, top = stalls.cart_parts(
        kit,
        of(Material.METAL, (0.85, 0.45, 0.12)),
        of(Material.STRIPES, (0.9, 0.5, 0.1)),
        "新鲜水果",
    )

    def shape(t: float) -> Group:
        up = min(max((t - CART_STOPS_S) / (STALL_S - CART_STOPS_S), 0.12), 1.0)
        risen = canopy.moved(0, 0, -top).scaled(1, 1, up).moved(0, 0, top)
        return [Thing("stall", body + risen)]

    x, y = CART_AT
    way = Path([(2.6, x - 8.6, y), (CART_STOPS_S, x, y)])
    demo.cast.append(Mover(way, shape, 0.0, KERB_M))
    stands = shape(STALL_S)[0].moved(x, y, KERB_M)
    demo.cast.append(
        Changing(
            lambda t: placed(shape(t), (x, y, KERB_M)) if t > CART_STOPS_S else [],
            CART_STOPS_S,
            STALL_S,
        )
    )
    pulling = Pose(arm=(-0.55, -0.55), elbow=(0.1, 0.1), lean=0.16)
    hand, behind = 1.75, (x - 0.1, y + 1.0)
    vendor = Path([
        (2.6, x - 8.6 + hand, y), (CART_STOPS_S, x + hand, y), (CART_STOPS_S + 0.6, x + hand, y),
        (STALL_S, x + 1.2, y + 0.8),
        (STALL_S + 1.0, *behind), (100.0, behind[0] + 0.001, behind[1]),
    ])  # fmt: skip
    demo.cast.append(
        Walker(people.random_build(kit), vendor, None, pulling, people.standing(kit), -math.pi / 2)
    )
    note = ("a cart set up without a permit", "无许可设摊，占用人行道")
    demo.events.append(
        Event("stall", stands, STALL_S, *note, DURATION_S, "street_stall", "pavement-no-stall")
    )


def _crate_stacks(kit: Kit) -> list[Mesh]:
    """Four stacks of crates, three and four high, each with one more crate in front."""
    stacks = []
    for k in range(4):
        crates = [
            goods.crate(kit, (0.58, 0.44, 0.27), level >= 2).moved(0, 0, 0.27 * level)
            for level in range(3 + (k % 2))
        ]
        front = goods.crate(kit, (0.58, 0.42, 0.3)).moved(0, -0.45)
        stacks.append(merged([*crates, front]))
    return stacks


def play_goods(demo: Demo) -> None:
    """Two people of the fruit shop carry four pieces beyond the shop line."""
    kit = demo.kit
    x, y = GOODS_AT
    offsets = ((-0.95, 0.0), (-0.32, 0.05), (0.32, 0.0), (0.95, 0.05))
    stacks = _crate_stacks(kit)
    door_x = x - 0.2
    carrying = Pose(arm=(0.5, 0.5), elbow=(1.0, 1.0), lean=-0.05)
    for k, ((dx, dy), down) in enumerate(zip(offsets, GOODS_S, strict=True)):
        stack = stacks[k]
        spot = (x + dx, y + dy + 0.75)
        out = Path([(down - 1.5, door_x, 5.0), (down - 0.25, *spot), (down, *spot)])
        back = Path([(down, *spot), (down + 1.2, door_x, 5.0)])
        build = people.random_build(kit)
        demo.cast.append(
            Walker(
                build,
                out,
                holding(Thing(None, stack.turned(math.pi / 2).moved(0.75, 0, 0.12))),
                carrying,
                carrying,
                -math.pi / 2,
            )
        )
        demo.cast.append(Walker(build, back, None, None, Pose(), math.pi / 2))
        demo.cast.append(
            Fixed([Thing(None, stack.moved(x + dx, y + dy, KERB_M))], down, GOODS_S[-1])
        )
    whole = Thing(
        "outdoor_goods",
        merged(
            s.moved(x + dx, y + dy, KERB_M) for s, (dx, dy) in zip(stacks, offsets, strict=True)
        ),
    )
    demo.cast.append(Fixed([whole], GOODS_S[-1]))
    note = ("goods put out beyond the shop line", "商品摆出店门线，跨门经营")
    demo.events.append(
        Event("outdoor_goods", whole, GOODS_S[-1], *note, DURATION_S, "cross_door", "shop-front-b")
    )


def play_banner(demo: Demo) -> None:
    """Somebody unrolls a banner along the wall, beside the permitted one."""
    kit = demo.kit
    w, h = BANNER_WH_M
    uv = kit.atlas.add(lettering.banner(np.random.default_rng(21), w / h, "开业大吉 全场八折"))
    y = demo_plan().pavement_m - 0.12

    def shape(t: float) -> Group:
        share = (t - BANNER_FROM_S) / (BANNER_S - BANNER_FROM_S)
        if share <= 0:
            return []
        cloth = boards.banner_cloth(uv, w, h, 2.5, max(share, 0.04))
        return [Thing("banner", cloth).moved(BANNER_X, y, BANNER_Z)]

    demo.cast.append(Changing(shape, BANNER_FROM_S, BANNER_S))
    left, right = BANNER_X - w / 2 + 0.15, BANNER_X + w / 2 + 0.2
    way = Path([
        (28.0, -9.8, 2.9), (32.5, left - 0.4, 3.3), (34.6, left, 4.1), (BANNER_FROM_S, left, 4.1),
        (BANNER_S, right, 4.1), (BANNER_S + 0.5, right, 4.1),
        (BANNER_S + 2.5, right + 0.9, 2.9), (51.0, 10.0, 2.75),
    ])  # fmt: skip
    arms = Pose(arm=(1.6, 0.1), elbow=(0.4, 0.3))
    demo.cast.append(Walker(people.random_build(kit), way, None, None, arms, math.pi / 2))
    note = ("a banner hung without a permit", "未经许可悬挂的横幅广告")
    event = Event(
        "banner",
        shape(BANNER_S)[0],
        BANNER_S,
        *note,
        DURATION_S,
        "illegal_billboard",
        "wall-no-billboard",
    )
    demo.events.append(event)


BENT = Pose(
    arm=(0.75, 0.75),
    elbow=(0.1, 0.1),
    lean=0.65,
    knee=(0.5, 0.5),
    thigh=(0.4, 0.4),
    drop_m=0.08,
)


def _carrying(build: Build, bags: list[Mesh]) -> Callable[[float, Pose], Group]:
    """What hangs from the hands of somebody who carries up to two bags."""

    def carry(t: float, pose: Pose) -> Group:
        out = []
        for side, one in enumerate(bags):
            hx, hy, hz = people.hand_at(build, pose, side)
            out.append(Thing(None, one.moved(hx, hy * 1.9, max(hz - 0.6, 0.02))))
        return out

    return carry


def play_dumping(demo: Demo) -> None:
    """Two people bring two bags each, put them down by the tree and walk away."""
    kit = demo.kit
    x, y = HEAP_AT
    colours = ((0.05, 0.05, 0.055), (0.82, 0.83, 0.85), (0.1, 0.28, 0.65), (0.05, 0.05, 0.055))
    bags = [waste.bag(kit, colour, 0.36) for colour in colours]
    places = ((-0.6, 0.0, 0.0), (0.02, -0.12, 0.0), (0.62, 0.05, 0.0), (-0.12, 0.3, 0.34))
    heap: Group = []
    for k, down in enumerate(BAGS_S):
        build, mine = people.random_build(kit), bags[2 * k : 2 * k + 2]
        spot = (x - 0.5 + 0.75 * k, y + 0.85)
        come = Path([(down - 6.3, -9.6, 2.4), (down - 0.9, *spot), (down, *spot)])
        leave = Path([(down, *spot), (down + 0.5, *spot), (down + 7.5, -10.2, 2.9)])
        demo.cast.append(
            Walker(
                build,
                come,
                _carrying(build, mine),
                Pose(arm=(0, 0), elbow=(0.05, 0.05)),
                BENT,
                -math.pi / 2,
            )
        )
        demo.cast.append(Walker(build, leave, None, None, Pose(), -math.pi / 2))
        dropped = [
            Thing(None, bags[j].moved(x + places[j][0], y + places[j][1], KERB_M + places[j][2]))
            for j in (2 * k, 2 * k + 1)
        ]
        heap += dropped
        demo.cast.append(Fixed(dropped, down, BAGS_S[-1]))
    scraps = waste.litter(kit, 6, 0.5).moved(x, y - 0.25, KERB_M)
    whole = Thing("garbage", merged([*(t.mesh for t in heap), scraps]))
    demo.cast.append(Fixed([whole], BAGS_S[-1]))
    note = ("bags of refuse left on the pavement", "在人行道偷倒袋装垃圾")
    demo.events.append(
        Event("garbage", whole, BAGS_S[-1], *note, DURATION_S, "dumping", "pavement-no-dumping")
    )
