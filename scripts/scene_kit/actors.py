"""Random people and vehicles ready to be put somewhere: each a short list of things."""

from __future__ import annotations

import math

from scripts.scene_kit import furniture, people, vehicles, waste
from scripts.scene_kit.mesh import Vec3
from scripts.scene_kit.thing import Kit, Thing

Group = list[Thing]


def placed(group: Group, at: Vec3, angle: float = 0.0) -> Group:
    """The group turned about its origin and moved there."""
    return [t.turned(angle).moved(*at) for t in group]


def pedestrian(kit: Kit) -> Group:
    """Somebody walking or standing, perhaps with bag, umbrella, suitcase or dog."""
    build = people.random_build(kit)
    pose = people.walking(kit.uniform(0, 6.28)) if kit.chance(0.7) else people.standing(kit)
    group: Group = []
    if kit.chance(0.15):
        group.append(people.backpack(kit, build))
    chance = kit.uniform(0, 1)
    if chance < 0.12:
        group.append(people.handbag(kit, build, pose))
    elif chance < 0.24:
        pose = people.Pose(
            pose.thigh, pose.knee, (0.5, pose.arm[1]), (1.5, pose.elbow[1]), 0.02, pose.drop_m
        )
        group.append(furniture.hand_umbrella(kit, people.hand_at(build, pose, 0)))
    elif chance < 0.3:
        group.append(furniture.suitcase(kit).turned(math.pi / 2).moved(-0.35, 0.25))
    elif chance < 0.34:
        group.append(furniture.dog(kit).moved(0.5, -0.6))
    return [people.person(build, pose), *group]


def bag_carrier(kit: Kit, colour: tuple[float, float, float] | None = None) -> Group:
    """Somebody carrying a refuse bag (the bag is not labelled: nothing lies on the ground)."""
    build, pose = people.random_build(kit), people.walking(kit.uniform(0, 6.28))
    x, y, z = people.hand_at(build, pose, 0)
    one = waste.bag(kit, colour, 0.2)
    return [people.person(build, pose), Thing(None, one.moved(x, y + 0.1, z - 0.36))]


def sitter(kit: Kit) -> Group:
    """A bench, mostly with somebody on it, facing -y."""
    seat = furniture.bench(kit)
    if kit.chance(0.4):
        return [seat]
    body = people.person(people.random_build(kit), people.SITTING).turned(-math.pi / 2)
    return [seat, body.moved(kit.uniform(-0.4, 0.4), 0.08)]


def cyclist(
    kit: Kit, build: people.Build | None = None, phase: float = 0.0, bike: Thing | None = None
) -> Group:
    """A rider on a bicycle, heading +x."""
    s, c = math.sin(phase), math.cos(phase)
    pose = people.Pose(
        thigh=(1.05 + 0.35 * s, 1.05 - 0.35 * s), knee=(1.15 - 0.3 * c, 1.15 + 0.3 * c),
        arm=(0.75, 0.75), elbow=(0.25, 0.25), lean=0.22, drop_m=-0.06,
    )  # fmt: skip
    body = people.person(build or people.random_build(kit), pose).moved(-0.2, 0, 0.02)
    return [bike or vehicles.bicycle(kit), body]


def scooter_rider(kit: Kit) -> Group:
    pose = people.Pose(
        thigh=(1.35, 1.35),
        knee=(1.1, 1.1),
        arm=(0.8, 0.8),
        elbow=(0.3, 0.3),
        lean=0.05,
        drop_m=0.05,
    )
    return [vehicles.scooter(kit), people.person(people.random_build(kit), pose).moved(-0.3)]


def road_user(kit: Kit) -> Group:
    """Whatever drives by, heading +x."""
    chance = kit.uniform(0, 1)
    if chance < 0.5:
        return [vehicles.car(kit)]
    if chance < 0.62:
        return [vehicles.bus(kit)]
    if chance < 0.72:
        return [vehicles.truck(kit)]
    return cyclist(kit) if chance < 0.87 else scooter_rider(kit)
