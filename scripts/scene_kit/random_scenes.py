"""Random street scenes for training: a plan, a camera, a light, and what stands about."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scripts.scene_kit import actors, boards, furniture, goods, stalls, vehicles, waste
from scripts.scene_kit.actors import Group, placed
from scripts.scene_kit.camera import Camera
from scripts.scene_kit.renderer import Light
from scripts.scene_kit.street import KERB_M, StreetPlan, build_street, demo_plan, random_plan
from scripts.scene_kit.thing import Kit, Thing


@dataclass(frozen=True, slots=True)
class Scene:
    things: list[Thing]
    camera: Camera
    light: Light


@dataclass(slots=True)
class Ground:
    """Free places on the pavement round a point of interest."""

    kit: Kit
    plan: StreetPlan
    centre_x: float
    reach_m: float
    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def place(self, radius: float, y_range: tuple[float, float]) -> tuple[float, float] | None:
        """A free (x, y) for something of that radius, or None after some tries."""
        for _ in range(14):
            x = self.centre_x + self.kit.uniform(-self.reach_m, self.reach_m)
            y = self.kit.uniform(*y_range)
            if all(math.hypot(x - a, y - b) > radius + r for a, b, r in self.taken):
                self.taken.append((x, y, radius))
                return x, y
        return None


def random_light(kit: Kit, focus: tuple[float, float, float]) -> Light:
    """Sunny, hazy, overcast or late light."""
    azimuth, elevation = kit.uniform(0, 2 * math.pi), math.radians(kit.uniform(18, 68))
    if kit.chance(0.6):
        azimuth = kit.uniform(math.pi * 1.05, math.pi * 1.95)  # from the road side: fronts are lit
    c = math.cos(elevation)
    direction = (c * math.cos(azimuth), c * math.sin(azimuth), math.sin(elevation))
    strength = float(kit.rng.choice([0.0, 0.7, 1.5, 2.1], p=[0.25, 0.2, 0.25, 0.3])) * kit.uniform(
        0.8, 1.15
    )
    warm = float(np.clip(1 - (elevation - 0.3) / 0.5, 0, 1))
    sun = (strength, strength * (0.94 - 0.16 * warm), strength * (0.85 - 0.34 * warm))
    base = kit.uniform(0.5, 0.85) + (0.35 if strength < 0.5 else 0)
    sky = (base * 0.82, base * 0.92, base * kit.uniform(1.0, 1.15))
    ground = (base * 0.42, base * 0.4, base * 0.37)
    exposure = kit.uniform(1.15, 1.75) * (1.0 if strength > 1 else 1.25)
    haze = (base * 0.95, base * 0.98, base * 1.04)
    return Light(direction, sun, sky, ground, haze, exposure, focus, 17.0)


def random_camera(kit: Kit, plan: StreetPlan, frame_wh: tuple[int, int]) -> Camera:
    """From a pole across the street, from a pole along the pavement, or from a patrol vehicle."""
    chance = kit.uniform(0, 1)
    x = kit.uniform(-7, 7)
    if chance < 0.55:
        eye = (x + kit.uniform(-6, 6), kit.uniform(-plan.road_m - 2.5, -3.5), kit.uniform(3, 7))
        target = (x, plan.pavement_m * kit.uniform(0.2, 0.8), kit.uniform(0.4, 1.5))
        return Camera(eye, target, kit.uniform(42, 78), frame_wh, kit.uniform(-2, 2))
    side = 1 if kit.chance(0.5) else -1
    if chance < 0.8:
        eye = (
            x - side * kit.uniform(7, 10),
            kit.uniform(-3.5, plan.pavement_m * 0.4),
            kit.uniform(3, 6),
        )
        target = (
            x + side * kit.uniform(0, 3),
            plan.pavement_m * kit.uniform(0.2, 0.7),
            kit.uniform(0.2, 1.2),
        )
        return Camera(eye, target, kit.uniform(45, 75), frame_wh, kit.uniform(-2, 2))
    eye = (
        x - side * kit.uniform(2, 7),
        kit.uniform(-plan.road_m * 0.7, -2.5),
        kit.uniform(1.5, 2.1),
    )
    target = (x, plan.pavement_m * 0.5, kit.uniform(0.7, 1.4))
    return Camera(eye, target, kit.uniform(52, 85), frame_wh, kit.uniform(-1.5, 1.5))


def random_scene(
    kit: Kit, frame_wh: tuple[int, int], like_demo: bool = False, empty: bool = False
) -> Scene:
    """One picture's scene; `empty` means an ordinary street without any of the violations."""
    plan = demo_plan() if like_demo else random_plan(kit)
    camera = random_camera(kit, plan, frame_wh)
    things = build_street(kit, plan)
    ground = Ground(kit, plan, camera.target[0], kit.uniform(3.5, 6.5))
    if not empty:
        for _ in range(int(kit.rng.choice([1, 2, 3, 4], p=[0.25, 0.35, 0.25, 0.15]))):
            things += _offence(kit, ground)
    things += _ordinary(kit, ground)
    things += _traffic(kit, plan, camera)
    focus = (camera.target[0], 0.0, 1.5)
    return Scene(things, camera, random_light(kit, focus))


def _offence(kit: Kit, ground: Ground) -> Group:
    """Something of the classes that rules ask about, somewhere on the pavement or the fronts."""
    deep = ground.plan.pavement_m
    chance = kit.uniform(0, 1)
    if chance < 0.26:
        return _stand(ground, [stalls.stall(kit)], 1.2, (0.9, deep - 1.0), _vendor(kit))
    if chance < 0.38:
        return _stand(
            ground,
            [waste.garbage(kit) if kit.chance(0.85) else waste.loose_litter(kit)],
            0.8,
            (0.5, deep - 0.5),
        )
    if chance < 0.46:
        return _stand(ground, [waste.bin_overflow(kit)], 0.7, (0.6, deep - 0.5))
    if chance < 0.62:
        return _stand(ground, [goods.outdoor_goods(kit)], 1.3, (deep - 1.2, deep - 0.6))
    if chance < 0.70:
        return _stand(ground, [goods.outdoor_seating(kit)], 1.4, (deep - 1.8, deep - 1.0))
    return _board(kit, ground)


def _vendor(kit: Kit) -> Group:
    """Behind the stall, facing the customers; sometimes a customer too, sometimes nobody."""
    group = []
    if kit.chance(0.75):
        group += placed(
            actors.pedestrian(kit)[:1], (kit.uniform(-0.6, 0.6), kit.uniform(0.75, 1.0), 0), -1.57
        )
    if kit.chance(0.25):
        group += placed(actors.pedestrian(kit)[:1], (kit.uniform(-0.6, 0.6), -1.1, 0), 1.57)
    return group


def _stand(
    ground: Ground,
    group: Group,
    radius: float,
    y_range: tuple[float, float],
    company: Group | None = None,
) -> Group:
    """The group on a free place of the pavement, slightly turned; nothing if there is none."""
    low, high = y_range
    spot = ground.place(radius, (min(low, high), max(low, high)))
    if spot is None:
        return []
    kit = ground.kit
    turn = kit.uniform(-0.25, 0.25) + (math.pi if kit.chance(0.25) and company is not None else 0.0)
    return placed([*group, *(company or [])], (*spot, KERB_M), turn)


def _board(kit: Kit, ground: Ground) -> Group:
    """A billboard or banner: on the front, on posts, or along the kerb."""
    deep = ground.plan.pavement_m
    x = ground.centre_x + kit.uniform(-ground.reach_m, ground.reach_m)
    kind = kit.integer(0, 5)
    if kind == 0:
        return placed([boards.billboard(kit)], (x, deep - 0.2, kit.uniform(1.0, 4.0)))
    if kind in (1, 2):
        return placed([boards.banner(kit)], (x, deep - 0.3, KERB_M + kit.uniform(1.0, 4.2)))
    maker: Callable[[Kit], Group] = (
        boards.pole_billboard,
        boards.post_banner,
        boards.railing_banner,
    )[kind - 3]
    along = kind == 5
    if along:
        return placed(maker(kit), (x, 0.3, KERB_M), math.pi if kit.chance(0.2) else 0)
    return _stand(ground, maker(kit), 1.1, (0.6, deep - 0.6))


def _ordinary(kit: Kit, ground: Ground) -> Group:
    """Bins, trees, lamps, benches, bicycles, plants and people: nothing to object to."""
    deep = ground.plan.pavement_m
    out: Group = []
    for _ in range(kit.integer(0, 2)):
        out += _stand(ground, [waste.shut_bin(kit)], 0.5, (0.5, deep - 0.4))
    for k in range(kit.integer(0, 3)):
        x = ground.centre_x + (k - 1) * 6.5 + kit.uniform(-1.5, 1.5)
        out += placed([furniture.tree(kit)], (x, 0.85, KERB_M))
    if kit.chance(0.4):
        out += placed(
            [furniture.lamp_post(kit)], (ground.centre_x + kit.uniform(-6, 6), 0.4, KERB_M)
        )
    if kit.chance(0.2):
        out += placed(
            [furniture.bollards(kit, 6.0)], (ground.centre_x + kit.uniform(-6, 0), 0.35, KERB_M)
        )
    if kit.chance(0.35):
        out += _stand(ground, actors.sitter(kit), 0.9, (0.8, deep - 0.6))
    for _ in range(kit.integer(0, 3) if kit.chance(0.5) else 0):
        bike = vehicles.bicycle(kit) if kit.chance(0.65) else vehicles.scooter(kit)
        spot = ground.place(0.6, (0.6, deep - 0.5))
        out += placed([bike], (*spot, KERB_M), kit.uniform(0, 6.28)) if spot else []
    for _ in range(kit.integer(0, 3) if kit.chance(0.4) else 0):
        out += _stand(ground, [furniture.potted_plant(kit)], 0.4, (deep - 0.7, deep - 0.4))
    for _ in range(kit.integer(0, 5)):
        spot = ground.place(0.4, (0.3, deep - 0.3))
        group = actors.pedestrian(kit) if kit.chance(0.93) else actors.bag_carrier(kit)
        turn = (0.0 if kit.chance(0.5) else math.pi) + kit.uniform(-0.5, 0.5)
        out += placed(group, (*spot, KERB_M), turn) if spot else []
    return out


def _traffic(kit: Kit, plan: StreetPlan, camera: Camera) -> Group:
    """Some vehicles on the road, none of them round the camera itself."""
    out: Group = []
    for _ in range(kit.integer(0, 2)):
        lane = -plan.road_m * (0.25 if kit.chance(0.65) else 0.75)
        x = camera.target[0] + kit.uniform(-14, 14)
        if abs(x - camera.eye[0]) < 8 and abs(lane - camera.eye[1]) < 3.5:
            continue
        if camera.eye[2] < 2.5 and camera.eye[1] < lane and abs(x - camera.target[0]) < 7:
            continue  # it would stand right before the patrol vehicle's lens
        turn = 0.0 if lane > -plan.road_m / 2 else math.pi
        out += placed(actors.road_user(kit), (x, lane, 0), turn)
    return out
