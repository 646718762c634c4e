"""What is in order in the demo clip: furniture, permitted things, people passing, traffic."""

from __future__ import annotations

import math

from scripts.scene_kit import (
    actors,
    boards,
    furniture,
    lettering,
    people,
    stalls,
    vehicles,
    waste,
)
from scripts.scene_kit.acting import Fixed, Mover, Path, Walker, holding, unchanged
from scripts.scene_kit.actors import Group
from scripts.scene_kit.demo_setting import (
    BANNER_WH_M,
    BANNER_Z,
    BENCH_AT,
    PERMITTED_BANNER_X,
    PERMITTED_STALL_AT,
    Demo,
    Event,
)
from scripts.scene_kit.looks import Material, of
from scripts.scene_kit.people import Pose
from scripts.scene_kit.street import KERB_M, demo_plan
from scripts.scene_kit.thing import Thing


def play_furniture(demo: Demo) -> None:
    kit = demo.kit
    for x, height in ((-6.75, 6.3), (7.0, 6.0)):
        demo.static.append(furniture.tree(kit, height, 1.7).moved(x, 0.75, KERB_M))
    demo.static.append(furniture.lamp_post(kit).moved(-0.12, 0.35, KERB_M))
    demo.static.append(furniture.potted_plant(kit).moved(-2.75, 4.2, KERB_M))
    shut = waste.shut_bin(kit).moved(-2.95, 0.6, KERB_M)
    bike = vehicles.bicycle(kit).turned(0.12).moved(0.3, 4.0, KERB_M)
    bench = furniture.bench(kit, 1.6).moved(*BENCH_AT, KERB_M)
    demo.static.extend((shut, bike, bench))
    demo.events.append(Event("bin", shut, 0.0, "a bin, shut", "垃圾桶，盖好未满溢"))
    demo.events.append(Event("bicycle", bike, 0.0, "a parked bicycle", "停放的自行车"))


def play_permitted(demo: Demo) -> None:
    """The stall and the banner that have their permits, and who keeps the stall."""
    kit = demo.kit
    stand = stalls.table_stall(kit, 1.8)
    shade = furniture.parasol(kit, 1.2, 2.35, of(Material.PLAIN, (0.2, 0.5, 0.35))).moved(0.1, 0.5)
    stand = Thing("stall", stand.mesh, (shade,)).moved(*PERMITTED_STALL_AT, KERB_M)
    w, h = BANNER_WH_M
    uv = kit.atlas.add(lettering.banner(kit.rng, w / h, "文明城市", red=True))
    cloth = Thing("banner", boards.banner_cloth(uv, w, h, 1.0))
    cloth = cloth.moved(PERMITTED_BANNER_X, demo_plan().pavement_m - 0.12, BANNER_Z)
    demo.static.extend((stand, cloth))
    demo.events.append(
        Event("stall", stand, 0.0, "a stall with a permit for this place", "持有效许可的摊位")
    )
    demo.events.append(Event("banner", cloth, 0.0, "a banner with a permit", "已备案的横幅"))
    x, y = PERMITTED_STALL_AT
    keeper = Path([(-1.0, x - 0.4, y + 0.95), (100.0, x - 0.4, y + 0.951)])
    demo.cast.append(
        Walker(people.random_build(kit), keeper, None, None, people.standing(kit), -math.pi / 2)
    )
    stop = (x + 0.2, y - 0.95)
    buyer = Path(
        [
            (1.0, 9.5, 2.6),
            (3.2, 6.9, 2.6),
            (5.0, *stop),
            (13.5, *stop),
            (15.5, x + 1.9, 0.9),
            (18.5, 9.5, 1.2),
        ]
    )
    demo.cast.append(
        Walker(people.random_build(kit), buyer, None, None, people.standing(kit), math.pi / 2)
    )


def play_passers_by(demo: Demo) -> None:
    """Walkers, somebody with an umbrella who waits, somebody who rests on the bench."""
    kit = demo.kit
    walks = (
        (-6.0, -1, 2.75, 1.25), (-3.0, 1, 2.45, 1.3), (8.5, -1, 2.6, 1.35), (15.0, 1, 2.9, 1.2),
        (31.5, -1, 2.55, 1.3),
        (40.5, 1, 2.45, 1.4), (53.5, -1, 2.7, 1.2), (56.0, 1, 2.5, 1.35), (57.0, 1, 2.95, 1.33),
        (64.0, -1, 2.5, 1.3),
    )  # fmt: skip
    for start, side, y, speed in walks:
        build = people.random_build(kit)
        way = Path([(start, -10.5 * side, y), (start + 21 / speed, 10.5 * side, y)])
        pack = people.backpack(kit, build) if kit.chance(0.4) else None
        demo.cast.append(Walker(build, way, holding(pack) if pack else None))
    _umbrella(demo)
    _rest(demo)


def _umbrella(demo: Demo) -> None:
    kit, build = demo.kit, people.random_build(demo.kit)
    wait = (-3.3, 2.35)
    way = Path(
        [(17.0, -10.3, 2.5), (23.0, *wait), (29.0, *wait), (34.5, 3.0, 2.4), (40.0, 10.2, 2.5)]
    )
    raised = Pose(arm=(0.5, 0.05), elbow=(1.5, 0.2))
    cover = furniture.hand_umbrella(kit, (0, 0, 0))
    walker = Walker(
        build,
        way,
        lambda t, pose: [cover.moved(*people.hand_at(build, pose, 0))],
        raised,
        raised,
        -0.4,
    )
    demo.cast.append(walker)
    event = Event(
        "person",
        walker.at(26.0)[0],
        23.0,
        "somebody with an umbrella waits a moment",
        "撑伞行人短暂停留",
        29.0,
    )
    demo.events.append(event)


def _rest(demo: Demo) -> None:
    build = people.random_build(demo.kit)
    x, y = BENCH_AT
    front = (x + 0.2, y - 0.12)
    come = Path(
        [(11.0, 10.2, 1.9), (16.2, 3.2, 2.1), (17.6, 1.9, 0.5), (18.6, *front), (19.4, *front)]
    )
    go = Path(
        [(33.0, *front), (33.8, *front), (35.2, 2.0, 0.4), (36.5, 2.6, 1.8), (42.5, 10.3, 2.2)]
    )
    seated = (
        people.person(build, people.SITTING).turned(-math.pi / 2).moved(x + 0.2, y + 0.05, KERB_M)
    )
    demo.cast.append(Walker(build, come, None, None, Pose(), -math.pi / 2))
    demo.cast.append(Walker(build, go, None, None, Pose(), -math.pi / 2))

    def sitting(t: float) -> Group:
        share = min(1.0, (t - 19.4) / 0.6, (33.0 - t) / 0.6)
        pose = people.blend(Pose(), people.SITTING, max(0.0, share))
        body = people.person(build, pose).turned(-math.pi / 2)
        return [body.moved(x + 0.2, y - 0.12 + 0.17 * share, KERB_M)]

    for start, end in ((19.4, 20.0), (32.4, 33.0)):
        demo.cast.append(Mover(Path([(start, 0, 0), (end, 0, 0.0001)]), sitting, 0.0))
    demo.cast.append(Fixed([seated], 20.0, 32.4))
    demo.events.append(
        Event("person", seated, 20.0, "somebody rests on the bench", "行人在长椅上休息", 32.4)
    )


def play_traffic(demo: Demo) -> None:
    """A car, a bus, a van and a cyclist on the near lane of the far side."""
    kit = demo.kit
    red = vehicles.car(kit, of(Material.METAL, (0.62, 0.1, 0.1)))
    grey, coach, bike = vehicles.car(kit), vehicles.bus(kit), vehicles.bicycle(kit)
    rider = people.random_build(kit)
    for start, took, half, thing in (
        (13.5, 3.2, 12.0, red),
        (20.6, 4.2, 16.0, coach),
        (44.0, 3.4, 12.0, grey),
        (68.0, 3.2, 12.0, red),
    ):
        way = Path([(start, -half, -2.45), (start + took, half, -2.45)])
        demo.cast.append(Mover(way, unchanged(thing)))
    way = Path([(58.5, -11.0, -1.1), (64.0, 11.0, -1.1)])
    demo.cast.append(Mover(way, lambda t: actors.cyclist(kit, rider, 5.5 * t, bike)))
