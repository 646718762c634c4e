"""Refuse: bags, heaps, litter, bins shut and bins overflowing."""

from __future__ import annotations

import math

import numpy as np

from scripts.scene_kit import goods
from scripts.scene_kit.looks import (
    CARTON,
    RUBBER,
    Colour,
    Material,
    jittered,
    of,
    pick,
    plain,
    vivid,
)
from scripts.scene_kit.mesh import Mesh, box, cone, cylinder, lathe, merged, prism, quad, sheet
from scripts.scene_kit.thing import Kit, Thing

BAGS: list[Colour] = [
    (0.05, 0.05, 0.055), (0.05, 0.05, 0.055), (0.08, 0.08, 0.09), (0.85, 0.85, 0.86),
    (0.78, 0.8, 0.82), (0.12, 0.3, 0.7), (0.15, 0.45, 0.3), (0.75, 0.2, 0.2),
]  # fmt: skip


def bag(kit: Kit, colour: Colour | None = None, size: float | None = None) -> Mesh:
    """A tied plastic bag, sagging, with dents, standing on z = 0."""
    r = size or kit.uniform(0.22, 0.36)
    h = r * kit.uniform(1.35, 1.9)
    look = of(Material.BAG, colour or jittered(pick(BAGS, kit.rng), kit.rng, 0.03))
    rings, sides = 11, 18
    t, angle = np.meshgrid(
        np.linspace(0, 1, rings), np.linspace(0, 2 * np.pi, sides + 1), indexing="ij"
    )
    belly = np.sin(np.pi * np.clip(t * 0.8 + 0.16, 0, 1)) ** 0.75 * np.clip((1 - t) * 3.2, 0.1, 1)
    belly = belly * np.where(t < 0.02, 0.8, 1)
    folds = sum(
        kit.uniform(0.015, 0.06) * np.sin(k * angle + kit.uniform(0, 6) + 2 * t)
        for k in (2, 3, 5, 7)
    )
    dents = kit.rng.normal(0, 0.03, (rings, sides + 1))
    dents[:, -1] = dents[:, 0]
    radius = r * belly * (1 + folds + dents)
    grid = np.stack(
        [radius * np.cos(angle), radius * np.sin(angle) * kit.uniform(0.75, 1), t * h], 2
    )
    body = sheet(grid.astype(np.float32), look, np.stack([angle * r, t * h], 2).astype(np.float32))
    ears = merged(
        prism([(0, 0), (0.1 * s, 0.1), (0.03 * s, 0.14)], 0.03, look) for s in (-1, 1)
    ).moved(0, 0, h * 0.97)  # fmt: skip
    return (body + ears).turned(kit.uniform(0, 6.3))


def litter(kit: Kit, count: int, spread: float) -> Mesh:
    """Flat scraps, cups and bottles lying about the origin."""
    parts = []
    for _ in range(count):
        x, y = kit.rng.normal(0, spread / 2, 2)
        kind = kit.integer(0, 3)
        look = (
            plain(*jittered((0.75, 0.72, 0.68), kit.rng, 0.2))
            if kit.chance(0.6)
            else plain(*vivid(kit.rng))
        )
        if kind == 0:
            one = box((kit.uniform(0.08, 0.25), kit.uniform(0.06, 0.2), 0.012), look)
        elif kind == 1:
            one = cone(0.03, 0.042, 0.1, look, sides=7)
        elif kind == 2:
            one = lathe([(0.03, 0), (0.03, 0.2)], look, 6).transformed(
                np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32), (0, 0, 0.03)
            )
        else:
            w = kit.uniform(0.06, 0.16)
            one = quad([(-w, -w, 0.01), (w, -w, 0.05), (w, w, 0.012), (-w, w, 0.06)], look)
        parts.append(one.turned(kit.uniform(0, 6.3)).moved(float(x), float(y)))
    return merged(parts)


def burst_carton(kit: Kit) -> Mesh:
    return (
        goods.carton(kit, True)
        + litter(kit, 3, 0.5)
        + box((0.4, 0.3, 0.012), CARTON, (0.3, -0.3, 0))
    )


def garbage(kit: Kit, bags: int | None = None, colour: Colour | None = None) -> Thing:
    """A heap on the ground: bags, burst cartons, litter round it."""
    count = bags or kit.integer(2, 8)
    spread = 0.22 * math.sqrt(count)
    parts = []
    for k in range(count):
        angle, out = 2.4 * k + kit.uniform(-0.4, 0.4), spread * math.sqrt(k / count) * 1.3
        high = kit.uniform(0.2, 0.32) if k < count // 3 and count > 4 else 0.0
        x, y = 1.3 * out * math.cos(angle), 0.8 * out * math.sin(angle)
        parts.append(
            bag(kit, jittered(colour, kit.rng, 0.02) if colour else None).moved(x, y, high)
        )
    for _ in range(kit.integer(0, 2)):
        parts.append(
            burst_carton(kit)
            .turned(kit.uniform(0, 6))
            .moved(kit.uniform(-1, 1) * spread * 1.4, -spread * 0.6)
        )
    parts.append(litter(kit, kit.integer(2, 10), spread))
    return Thing("garbage", merged(parts))


def loose_litter(kit: Kit) -> Thing:
    """Scraps and cartons without bags, dense enough to be a heap."""
    parts = [litter(kit, kit.integer(25, 45), kit.uniform(0.5, 0.8))]
    parts += [
        burst_carton(kit).moved(kit.uniform(-0.5, 0.5), kit.uniform(-0.3, 0.3))
        for _ in range(kit.integer(2, 4))
    ]
    return Thing("garbage", merged(parts))


def _tub(kit: Kit, is_open: bool) -> tuple[Mesh, float, float]:
    """A wheeled bin with its hinged lid; also its height and width."""
    w, d, h = kit.uniform(0.55, 0.75), kit.uniform(0.6, 0.75), kit.uniform(0.95, 1.1)
    colours: list[Colour] = [
        (0.12, 0.4, 0.2),
        (0.15, 0.3, 0.6),
        (0.35, 0.35, 0.37),
        (0.65, 0.15, 0.15),
    ]
    look = plain(*jittered(pick(colours, kit.rng), kit.rng))
    body = cone(0.55, 0.7071, h, look, sides=4).turned(math.pi / 4).scaled(w, d, 1)
    rim = box((w * 1.05, d * 1.05, 0.06), look.shaded(0.85), (0, 0, h - 0.06))
    axle = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
    wheel = cylinder(0.1, 0.06, RUBBER, (0, 0, -0.03))
    wheels = [wheel.transformed(axle, (s * w * 0.4, d * 0.45, 0.1)) for s in (-1, 1)]
    lid = box((w * 1.04, d * 1.04, 0.05), look.shaded(1.12), (0, -d / 2, 0))
    lean = kit.uniform(1.2, 2.3) if is_open else 0.0
    tilt = np.array(
        [[1, 0, 0], [0, math.cos(lean), math.sin(lean)], [0, -math.sin(lean), math.cos(lean)]],
        np.float32,
    )
    mark = quad(
        [
            (-0.12, -d * 0.53, h * 0.5),
            (0.12, -d * 0.53, h * 0.5),
            (0.12, -d * 0.55, h * 0.75),
            (-0.12, -d * 0.55, h * 0.75),
        ],
        plain(0.85, 0.87, 0.85),
    )
    return merged([body, rim, lid.transformed(tilt, (0, d / 2, h)), mark, *wheels]), h, w


def _litter_bin(kit: Kit) -> Mesh:
    """A municipal litter bin: a roofed steel box or a drum."""
    look = of(Material.METAL, jittered((0.3, 0.36, 0.33), kit.rng, 0.12))
    if kit.chance(0.4):
        return cylinder(0.24, 0.8, look, sides=14) + lathe(
            [(0.26, 0.8), (0.24, 0.9), (0.05, 0.98)], look.shaded(0.7), 14
        )
    w = kit.uniform(0.7, 0.95)
    parts = [
        box((w, 0.36, 0.75), look, (0, 0, 0.12)),
        box((w * 1.08, 0.44, 0.06), look.shaded(0.7), (0, 0, 1.05)),
    ]
    parts += [box((0.05, 0.3, 1.05), look.shaded(0.8), (s * w / 2, 0, 0)) for s in (-1, 1)]
    for s, colour in ((-1, (0.15, 0.35, 0.65)), (1, (0.3, 0.3, 0.32))):
        parts.append(box((w * 0.38, 0.02, 0.5), plain(*colour), (s * w * 0.23, -0.19, 0.22)))
        parts.append(
            box((w * 0.26, 0.02, 0.09), plain(0.03, 0.03, 0.03), (s * w * 0.23, -0.2, 0.76))
        )
    return merged(parts)


def shut_bin(kit: Kit) -> Thing:
    """A bin that is in order."""
    return Thing("bin", _tub(kit, False)[0] if kit.chance(0.65) else _litter_bin(kit))


def bin_overflow(kit: Kit) -> Thing:
    """A wheeled bin with its lid open and bags over its rim and beside it, boxed together."""
    tub, h, w = _tub(kit, True)
    parts = [tub]
    for k in range(kit.integer(2, 4)):
        small = bag(kit, size=kit.uniform(0.2, 0.28))
        parts.append(
            small.moved((k % 2 - 0.5) * w * 0.5, kit.uniform(-0.15, 0.1), h - 0.18 + 0.2 * (k // 2))
        )
    if kit.chance(0.5):
        parts.append(goods.carton(kit, True).turned(0.5).moved(0, 0, h + 0.02))
    for _ in range(kit.integer(0, 3)):
        side = -1 if kit.chance(0.5) else 1
        parts.append(
            bag(kit).moved(side * (w / 2 + kit.uniform(0.15, 0.35)), kit.uniform(-0.4, 0.1))
        )
    parts.append(litter(kit, kit.integer(0, 6), 0.6))
    return Thing("bin_overflow", merged(parts))
