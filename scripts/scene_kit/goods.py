"""Goods and what they lie in: crates of fruit, cartons, racks, buckets; and seats outside."""

from __future__ import annotations

import numpy as np

from scripts.scene_kit import furniture
from scripts.scene_kit.looks import (
    CARTON,
    STEEL,
    TIMBER,
    Look,
    Material,
    jittered,
    of,
    pick,
    plain,
    vivid,
)
from scripts.scene_kit.mesh import Mesh, box, cylinder, ellipsoid, lathe, merged, prism, rod
from scripts.scene_kit.thing import Kit, Thing

FRUIT = [
    (0.85, 0.15, 0.1), (0.95, 0.55, 0.1), (0.9, 0.8, 0.2), (0.4, 0.65, 0.2),
    (0.5, 0.15, 0.35), (0.2, 0.45, 0.15), (0.9, 0.4, 0.35), (0.75, 0.62, 0.4),
]  # fmt: skip


def pile(
    kit: Kit, width: float, depth: float, size: float, colour: tuple[float, float, float]
) -> Mesh:
    """Round pieces heaped on a surface at z = 0, as a few low-sided balls."""
    ball = ellipsoid((size, size, size * 0.9), plain(*colour), sides=6)
    parts = []
    nx, ny = max(2, int(width / (size * 2.1))), max(2, int(depth / (size * 2.1)))
    for i in range(nx):
        for j in range(ny):
            x, y = (i + 0.5) * width / nx - width / 2, (j + 0.5) * depth / ny - depth / 2
            lift = 0.5 * size * (1 - (2 * x / width) ** 2) * kit.uniform(0.5, 1.8)
            parts.append(ball.moved(x + kit.uniform(-0.3, 0.3) * size, y, size * 0.6 + lift))
    out = merged(parts).vertices
    out[:, 8:11] *= np.repeat(kit.rng.uniform(0.75, 1.15, (len(parts), 1)), len(ball.vertices), 0)
    return Mesh(out)


def crate(
    kit: Kit, size: tuple[float, float, float] = (0.55, 0.38, 0.26), filled: bool = True
) -> Mesh:
    """An open plastic or wooden crate, usually with fruit."""
    w, d, h = size
    look = TIMBER if kit.chance(0.35) else plain(*vivid(kit.rng))
    t = 0.025
    parts = [box((w, d, t), look)]
    for k in range(3):
        z, bar = k * h / 3 + 0.01, h / 3 - 0.025
        parts += [box((w, t, bar), look, (0, s * (d - t) / 2, z)) for s in (-1, 1)]
        parts += [box((t, d, bar), look, (s * (w - t) / 2, 0, z)) for s in (-1, 1)]
    if filled:
        fruit = pile(
            kit,
            w - 2 * t,
            d - 2 * t,
            kit.uniform(0.035, 0.07),
            jittered(pick(FRUIT, kit.rng), kit.rng),
        )
        parts.append(fruit.moved(0, 0, h * 0.72))
    return merged(parts)


def carton(kit: Kit, open_top: bool = False) -> Mesh:
    w, d, h = kit.uniform(0.3, 0.6), kit.uniform(0.28, 0.45), kit.uniform(0.2, 0.45)
    look = (
        CARTON.shaded(kit.uniform(0.8, 1.2))
        if kit.chance(0.75)
        else of(Material.CARDBOARD, vivid(kit.rng))
    )
    parts = [
        box((w, d, h), look),
        box((w * 1.002, 0.06, 0.005), plain(0.75, 0.66, 0.45), (0, 0, h)),
    ]
    if open_top:
        parts += [_flap(w, d, h, s, kit.uniform(0.3, 1.2), look) for s in (-1, 1)]
    return merged(parts)


def _flap(w: float, d: float, h: float, side: int, lean: float, look: Look) -> Mesh:
    return box((w, d * 0.45, 0.012), look.shaded(1.1), (0, d * 0.22, 0)).transformed(
        np.array([[1, 0, 0], [0, side * np.cos(lean), 0], [0, np.sin(lean), 1]], np.float32),
        (0, side * d / 2, h),
    )


def clothes_rack(kit: Kit, width: float = 1.3) -> Mesh:
    """A rail with hanging clothes."""
    h = 1.5
    parts = [rod((-width / 2, 0, h), (width / 2, 0, h), 0.016, STEEL)]
    for x in (-width / 2, width / 2):
        parts.append(rod((x, 0, 0.03), (x, 0, h), 0.018, STEEL))
        parts.append(rod((x, -0.25, 0.03), (x, 0.25, 0.03), 0.02, STEEL))
    x = -width / 2 + 0.08
    while x < width / 2 - 0.05:
        cloth = of(
            Material.CLOTH,
            vivid(kit.rng) if kit.chance(0.6) else jittered((0.5, 0.5, 0.5), kit.rng, 0.4),
        )
        w, drop = kit.uniform(0.16, 0.24), kit.uniform(0.55, 1.0)
        shape = [
            (-w * 0.7, h - 0.05 - drop),
            (w * 0.7, h - 0.05 - drop),
            (w, h - 0.2),
            (0.0, h - 0.03),
            (-w, h - 0.2),
        ]
        parts.append(prism(shape, 0.05, cloth).turned(1.5708 + kit.uniform(-0.35, 0.35)).moved(x))
        x += kit.uniform(0.08, 0.14)
    return merged(parts)


def buckets(kit: Kit) -> Mesh:
    """A stack of buckets or basins."""
    r, look = kit.uniform(0.14, 0.24), plain(*vivid(kit.rng))
    h = kit.uniform(0.2, 0.3)
    one = lathe(
        [(0, 0), (r * 0.75, 0), (r, h), (r * 1.06, h), (r * 0.95, h - 0.02), (r * 0.7, 0.03)],
        look,
        12,
    )
    return merged(one.moved(0, 0, 0.05 * k) for k in range(kit.integer(1, 6)))


def sack(kit: Kit) -> Mesh:
    look = of(Material.CLOTH, jittered((0.8, 0.76, 0.66), kit.rng, 0.1))
    h = kit.uniform(0.4, 0.65)
    profile = [(0, 0), (0.2, 0.01), (0.24, h * 0.4), (0.2, h * 0.85), (0.1, h), (0.13, h + 0.06)]
    return lathe(profile, look, 10).scaled(1.1, 0.8, 1)


def shelf(kit: Kit, width: float) -> Mesh:
    """Stepped crates on trestles leaning back to the shop: the usual greengrocer's display."""
    parts = []
    count = max(2, int(width / 0.6))
    for step in range(2):
        y, z = -0.3 + 0.42 * step, 0.28 + 0.24 * step
        parts.append(box((width, 0.4, z), TIMBER.shaded(0.7), (0, y, 0)))
        for k in range(count):
            x = (k + 0.5) * width / count - width / 2
            parts.append(crate(kit, (width / count * 0.94, 0.38, 0.16)).moved(x, y, z))
    return merged(parts)


def crate_stack(kit: Kit) -> Mesh:
    levels = kit.integer(1, 3)
    return merged(
        crate(kit, filled=k == levels - 1).turned(kit.uniform(-0.06, 0.06)).moved(0, 0, 0.26 * k)
        for k in range(levels)
    )


def outdoor_goods(kit: Kit, width: float | None = None, kind: int | None = None) -> Thing:
    """Goods put out in front of a shop, about `width` (m) wide, as one labelled group."""
    w = width or kit.uniform(1.2, 2.6)
    choice = kit.integer(0, 4) if kind is None else kind
    if choice == 0:
        return Thing("outdoor_goods", shelf(kit, w))
    makers = (
        (crate_stack, carton, sack),
        (buckets, carton, buckets),
        (carton, crate_stack),
        (crate_stack, crate_stack),
    )
    parts = []
    x = -w / 2 + 0.28
    if choice == 1:
        parts.append(clothes_rack(kit, min(w, 1.5)).moved(-w / 2 + min(w, 1.5) / 2, 0.15))
        if w > 1.9:
            parts.append(
                clothes_rack(kit, w - 1.6).moved(
                    -w / 2 + 1.6 + (w - 1.6) / 2, kit.uniform(-0.1, 0.2)
                )
            )
        return Thing("outdoor_goods", merged(parts))
    family = makers[kit.integer(0, 3)]
    while x < w / 2 - 0.1:
        for y in (0.2, -0.28):
            if y > 0 or kit.chance(0.75):
                thing = family[kit.integer(0, len(family) - 1)](kit)
                parts.append(
                    thing.turned(kit.uniform(-0.2, 0.2)).moved(x, y + kit.uniform(-0.06, 0.06))
                )
        x += kit.uniform(0.5, 0.62)
    return Thing("outdoor_goods", merged(parts))


def outdoor_seating(kit: Kit, sets: int | None = None) -> Thing:
    """Tables with chairs or stools in front of an eating house, as one labelled group."""
    parts: list[Thing] = []
    count = sets or kit.integer(1, 2)
    seat = plain(*vivid(kit.rng))
    stools = kit.chance(0.4)
    for k in range(count):
        x = (k - (count - 1) / 2) * kit.uniform(1.8, 2.2)
        h = 0.73 if not stools else 0.6
        parts.append(furniture.table(kit, (0.8, 0.8, h), kit.chance(0.4)).moved(x))
        for angle in (0.0, 1.57, 3.14, 4.71)[: kit.integer(2, 4)]:
            turn = angle + kit.uniform(-0.3, 0.3)
            one = Thing(None, furniture.stool(kit, seat)) if stools else furniture.chair(kit, seat)
            out = kit.uniform(0.55, 0.7)
            placed = one.turned(turn).moved(x - np.sin(turn) * -out * -1, np.cos(turn) * out)
            parts.append(placed)
        if kit.chance(0.25):
            parts.append(furniture.parasol(kit, kit.uniform(1.0, 1.3), 2.3).moved(x))
    return Thing("outdoor_seating", Mesh.empty(), tuple(parts))


def wares(kit: Kit, width: float, depth: float) -> Mesh:
    """Assorted small goods spread on a flat surface at z = 0."""
    parts = []
    kind = kit.integer(0, 3)
    nx, ny = max(2, int(width / 0.28)), max(1, int(depth / 0.28))
    for i in range(nx):
        for j in range(ny):
            x, y = (i + 0.5) * width / nx - width / 2, (j + 0.5) * depth / ny - depth / 2
            parts.append(_ware(kit, kind).turned(kit.uniform(-0.5, 0.5)).moved(x, y))
    return merged(parts)


def _ware(kit: Kit, kind: int) -> Mesh:
    """One small article: fruit tray, box, folded cloth or jar."""
    if kind == 0:
        return pile(kit, 0.24, 0.22, 0.045, jittered(pick(FRUIT, kit.rng), kit.rng))
    if kind == 1:
        return box(
            (kit.uniform(0.1, 0.22), kit.uniform(0.1, 0.2), kit.uniform(0.05, 0.2)),
            plain(*vivid(kit.rng)),
        )
    if kind == 2:
        return box((0.24, 0.2, kit.uniform(0.03, 0.12)), of(Material.CLOTH, vivid(kit.rng)))
    return cylinder(
        kit.uniform(0.04, 0.09), kit.uniform(0.08, 0.24), plain(*vivid(kit.rng)), sides=8
    )
