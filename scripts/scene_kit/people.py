"""People: about 1.7 m tall, articulated, facing +x. Angles are radians, forward is positive."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from scripts.scene_kit.looks import (
    Colour,
    Look,
    Material,
    hsv,
    jittered,
    muted,
    of,
    pick,
    plain,
    vivid,
)
from scripts.scene_kit.mesh import Mesh, Vec3, box, ellipsoid, lathe, merged, rod, turn_y
from scripts.scene_kit.thing import Kit, Thing

SKIN: list[Colour] = [(0.87, 0.68, 0.55), (0.78, 0.58, 0.45), (0.9, 0.74, 0.62), (0.6, 0.42, 0.32)]
HAIR: list[Colour] = [(0.06, 0.05, 0.05), (0.1, 0.08, 0.07), (0.2, 0.13, 0.09), (0.5, 0.5, 0.5)]


@dataclass(frozen=True, slots=True)
class Build:
    """What a person looks like, the same in every frame."""

    height_m: float
    girth: float
    skin: Look
    hair: Look
    top: Look
    legs: Look
    shoes: Look
    skirt: bool
    long_hair: bool
    cap: bool
    short_sleeves: bool
    shorts: bool


@dataclass(frozen=True, slots=True)
class Pose:
    """Joint angles: thigh and knee, upper arm and elbow, (left, right); lean of the trunk."""

    thigh: tuple[float, float] = (0.0, 0.0)
    knee: tuple[float, float] = (0.0, 0.0)
    arm: tuple[float, float] = (0.05, 0.05)
    elbow: tuple[float, float] = (0.15, 0.15)
    lean: float = 0.0
    drop_m: float = 0.0


def random_build(kit: Kit) -> Build:
    rng = kit.rng
    child = kit.chance(0.06)
    shade = [
        (0.12, 0.15, 0.25),
        (0.1, 0.1, 0.11),
        (0.3, 0.27, 0.22),
        (0.25, 0.33, 0.48),
        (0.55, 0.52, 0.46),
    ]
    return Build(
        height_m=kit.uniform(1.15, 1.35) if child else kit.uniform(1.56, 1.83),
        girth=kit.uniform(0.88, 1.2),
        skin=plain(*jittered(pick(SKIN, rng), rng, 0.03)),
        hair=plain(*jittered(pick(HAIR, rng), rng, 0.02)),
        top=of(Material.CLOTH, vivid(rng) if kit.chance(0.4) else muted(rng)),
        legs=of(Material.CLOTH, jittered(pick(shade, rng), rng, 0.05)),
        shoes=plain(*pick([(0.08, 0.07, 0.07), (0.85, 0.85, 0.83), (0.3, 0.2, 0.13)], rng)),
        skirt=kit.chance(0.14),
        long_hair=kit.chance(0.35),
        cap=kit.chance(0.14),
        short_sleeves=kit.chance(0.5),
        shorts=kit.chance(0.15),
    )


def walking(phase: float, stride: float = 0.5) -> Pose:
    """A walk cycle, period 2 pi, about 0.7 m per half turn at the default stride."""
    s = math.sin(phase)
    bend = (max(0.0, math.cos(phase)), max(0.0, -math.cos(phase)))
    return Pose(
        thigh=(stride * s, -stride * s),
        knee=(0.12 + 0.75 * bend[0], 0.12 + 0.75 * bend[1]),
        arm=(-0.42 * s, 0.42 * s),
        elbow=(0.3, 0.3),
        lean=0.04,
        drop_m=0.03 * abs(s),
    )


def standing(kit: Kit) -> Pose:
    a = kit.uniform(-0.1, 0.15)
    return Pose(
        arm=(a, kit.uniform(-0.1, 0.2)),
        elbow=(kit.uniform(0.1, 0.4), kit.uniform(0.1, 1.4)),
        thigh=(0.04, -0.04),
    )


SITTING = Pose(thigh=(1.5, 1.45), knee=(1.45, 1.5), arm=(0.45, 0.5), elbow=(0.7, 0.6), drop_m=0.42)
PUSHING = Pose(arm=(0.95, 0.95), elbow=(0.35, 0.35), lean=0.2)


def blend(a: Pose, b: Pose, t: float) -> Pose:
    """The pose a share t of the way from a to b."""

    def mix(p: tuple[float, float], q: tuple[float, float]) -> tuple[float, float]:
        return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)

    return Pose(
        mix(a.thigh, b.thigh), mix(a.knee, b.knee), mix(a.arm, b.arm), mix(a.elbow, b.elbow),
        a.lean + (b.lean - a.lean) * t, a.drop_m + (b.drop_m - a.drop_m) * t,
    )  # fmt: skip


def with_arms(pose: Pose, arms: Pose) -> Pose:
    """The legs of one pose with arms and lean of another."""
    return replace(pose, arm=arms.arm, elbow=arms.elbow, lean=arms.lean)


def hand_at(build: Build, pose: Pose, side: int) -> Vec3:
    """Where a hand is, in the person's own axes; side 0 is the left (+y)."""
    scale = build.height_m / 1.72
    joints = _arm(build, pose, side)
    x, y, z = (float(c) * scale for c in joints[2])
    return (x, y, z)


def _arm(build: Build, pose: Pose, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shoulder, elbow and wrist, for a height of 1.72 m."""
    y = (0.205 if side == 0 else -0.205) * (0.6 + 0.4 * build.girth)
    hip = 0.9 - pose.drop_m
    up = np.array([math.sin(pose.lean), 0, math.cos(pose.lean)])
    shoulder = np.array([0, y, hip]) + up * 0.52
    a = pose.arm[side]
    elbow = shoulder + 0.29 * np.array([math.sin(a), math.copysign(0.1, y), -math.cos(a)])
    b = a + pose.elbow[side]
    return shoulder, elbow, elbow + 0.27 * np.array([math.sin(b), 0, -math.cos(b)])


def _limbs(build: Build, pose: Pose) -> list[Mesh]:
    g = build.girth
    hip = 0.9 - pose.drop_m
    parts = []
    for side, y in ((0, 0.09 * g), (1, -0.09 * g)):
        a = pose.thigh[side]
        knee = np.array([0.44 * math.sin(a), y, hip - 0.44 * math.cos(a)])
        b = a - pose.knee[side]
        ankle = knee + 0.41 * np.array([math.sin(b), 0, -math.cos(b)])
        bare = build.shorts or build.skirt
        parts.append(rod((0, y, hip), knee, 0.092 * g, build.legs, 0.066 * g))
        parts.append(rod(knee, ankle, 0.064 * g, build.skin if bare else build.legs, 0.045))
        parts.append(
            ellipsoid(
                (0.066 * g, 0.066 * g, 0.07), build.skin if bare else build.legs, tuple(knee), 8
            )
        )
        parts.append(
            ellipsoid(
                (0.13, 0.05, 0.05),
                build.shoes,
                (ankle[0] + 0.05, y, max(0.045, ankle[2] - 0.03)),
                8,
            )
        )
        shoulder, elbow, wrist = _arm(build, pose, side)
        parts.append(rod(shoulder, elbow, 0.06 * g, build.top, 0.046 * g))
        parts.append(ellipsoid((0.068 * g,) * 3, build.top, tuple(shoulder), 8))
        parts.append(
            rod(elbow, wrist, 0.043 * g, build.skin if build.short_sleeves else build.top, 0.032)
        )
        parts.append(ellipsoid((0.045, 0.035, 0.055), build.skin, tuple(wrist), 8))
    return parts


@cache
def _torso(look: Look) -> Mesh:
    profile = [(0.0, -0.06), (0.13, -0.05), (0.165, 0.03), (0.15, 0.2), (0.185, 0.4), (0.17, 0.52)]
    return lathe([*profile, (0.07, 0.58), (0.0, 0.585)], look, 14)


def _trunk(build: Build, pose: Pose) -> Mesh:
    """Torso, neck and head with hair, leaning about the hip."""
    g = build.girth
    torso = _torso(build.top).scaled(0.68 * g, 1.08 * g, 1)
    parts = [torso, ellipsoid((0.115 * g, 0.165 * g, 0.1), build.legs, (0, 0, -0.02), 12)]
    if build.skirt:
        parts.append(
            lathe([(0.15, 0.08), (0.2, -0.2), (0.27, -0.5)], build.legs, 14).scaled(0.8, 1, 1)
        )
    parts.append(rod((0, 0, 0.55), (0.015, 0, 0.66), 0.052, build.skin))
    parts.append(ellipsoid((0.098, 0.078, 0.122), build.skin, (0.025, 0, 0.745), 14))
    parts.append(ellipsoid((0.02, 0.014, 0.022), build.skin.shaded(0.95), (0.122, 0, 0.735), 6))
    parts.append(ellipsoid((0.104, 0.088, 0.105), build.hair, (-0.004, 0, 0.79), 14))
    if build.long_hair:
        parts.append(ellipsoid((0.06, 0.088, 0.16), build.hair, (-0.06, 0, 0.68), 10))
    if build.cap:
        parts.append(ellipsoid((0.112, 0.095, 0.07), build.top.shaded(0.7), (0.005, 0, 0.835), 12))
        parts.append(box((0.12, 0.13, 0.015), build.top.shaded(0.6), (0.13, 0, 0.815)))
    body = merged(parts)
    return body.transformed(turn_y(pose.lean), (0, 0, 0.9 - pose.drop_m))


def person(build: Build, pose: Pose) -> Thing:
    """The person at the origin, feet on z = 0, facing +x."""
    mesh = merged([*_limbs(build, pose), _trunk(build, pose)])
    s = build.height_m / 1.72
    return Thing("person", mesh.scaled(s, s, s))


def backpack(kit: Kit, build: Build) -> Thing:
    look = of(Material.CLOTH, hsv(float(kit.rng.random()), 0.6, 0.5))
    s = build.height_m / 1.72
    mesh = box((0.17, 0.3, 0.44), look) + box((0.07, 0.22, 0.2), look.shaded(0.8), (-0.11, 0, 0.04))
    return Thing("backpack", mesh.moved(-0.21, 0, 1.0).scaled(s, s, s))


def handbag(kit: Kit, build: Build, pose: Pose) -> Thing:
    look = of(Material.METAL, jittered((0.4, 0.22, 0.15), kit.rng, 0.2))
    x, y, z = hand_at(build, pose, 0)
    strap = [rod((s * 0.12, 0, 0.2), (0, 0, 0.42), 0.01, look) for s in (-1, 1)]
    return Thing(
        "handbag", merged([box((0.3, 0.1, 0.22), look), *strap]).moved(x, y + 0.04, z - 0.42)
    )
