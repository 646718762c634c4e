"""Street stalls. The vendor is never part of the stall; the customer side is -y."""

from __future__ import annotations

import math
from itertools import pairwise

from scripts.scene_kit import furniture, goods, lettering
from scripts.scene_kit.looks import (
    DARK_STEEL,
    RUBBER,
    STEEL,
    TIMBER,
    Look,
    Material,
    jittered,
    muted,
    of,
    vivid,
)  # fmt: skip
from scripts.scene_kit.mesh import Mesh, box, cylinder, merged, quad, rod
from scripts.scene_kit.shops import lettered
from scripts.scene_kit.thing import Kit, Thing


def wheel(radius: float, look: Look = RUBBER) -> Mesh:
    """A spoked wheel in the x-z plane, its middle at the origin."""
    parts = []
    n = 14
    for k in range(n):
        a0, a1 = 2 * math.pi * k / n, 2 * math.pi * (k + 1) / n
        p0 = (radius * math.cos(a0), 0, radius * math.sin(a0))
        parts.append(
            rod(p0, (radius * math.cos(a1), 0, radius * math.sin(a1)), radius * 0.075 + 0.008, look)
        )
        if k % 2 == 0:
            parts.append(rod((0, 0, 0), p0, 0.008, STEEL))
    parts.append(rod((0, -0.05, 0), (0, 0.05, 0), 0.03, STEEL))
    return merged(parts)


def table_stall(kit: Kit, width: float | None = None) -> Thing:
    """A folding table with a cloth and goods, crates under it and mostly a parasol over it."""
    w, d, h = width or kit.uniform(1.4, 2.2), kit.uniform(0.65, 0.85), kit.uniform(0.7, 0.8)
    parts = [box((w, d, 0.03), TIMBER, (0, 0, h - 0.03))]
    parts += [
        rod((x * w * 0.45, y * d * 0.4, 0), (x * w * 0.42, y * d * 0.4, h), 0.02, STEEL)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    if kit.chance(0.75):
        cloth = of(Material.CLOTH, vivid(kit.rng))
        parts.append(furniture.draped(w, d, kit.uniform(0.25, 0.6), cloth, kit).moved(0, 0, h))
    parts.append(goods.wares(kit, w * 0.95, d * 0.9).moved(0, 0, h + 0.02))
    if kit.chance(0.6):
        parts.append(goods.crate_stack(kit).moved(-w / 2 + 0.3, -d / 2 - 0.35))
    if kit.chance(0.5):
        parts.append(goods.carton(kit, True).moved(w / 2 - 0.2, -d / 2 - 0.3))
    shade: tuple[Thing, ...] = ()
    if kit.chance(0.75):
        one = furniture.parasol(kit, kit.uniform(1.0, 1.35), kit.uniform(2.1, 2.5))
        shade = (one.moved(kit.uniform(-0.3, 0.3), d / 2 + 0.15),)
    return Thing("stall", merged(parts), shade)


def cart_parts(
    kit: Kit, colour: Look | None = None, shade: Look | None = None, text: str | None = None
) -> tuple[Mesh, Mesh, float]:
    """A food or fruit cart's body with its goods, its canopy, and the height of its top."""
    w, d, h = kit.uniform(1.5, 1.9), kit.uniform(0.75, 0.95), kit.uniform(0.85, 0.95)
    paint = colour or of(Material.METAL, vivid(kit.rng))
    parts = [
        box((w, d, h - 0.35), paint, (0, 0, 0.35)),
        box((w * 1.06, d * 1.08, 0.04), STEEL, (0, 0, h)),
    ]
    parts += [
        wheel(0.3).moved(x, y * (d / 2 + 0.05), 0.31)
        for x in (-w * 0.32, w * 0.32)
        for y in (-1, 1)
    ]
    for y in (-0.3, 0.3):
        parts.append(rod((w / 2, y, h - 0.1), (w / 2 + 0.45, y, h + 0.05), 0.02, DARK_STEEL))
    parts.append(
        rod((w / 2 + 0.45, -0.3, h + 0.05), (w / 2 + 0.45, 0.3, h + 0.05), 0.022, DARK_STEEL)
    )
    if text or kit.chance(0.7):
        sign = lettered(kit, (w * 0.9, 0.34), lettering.signboard(kit.rng, w / 0.38, text))
        parts.append(sign.moved(0, -d / 2 - 0.012, h - 0.45))
    parts.append(_cart_top(kit, w, d).moved(0, 0, h + 0.04))
    return merged(parts), _canopy(kit, (w, d, h), shade), h


def cart(kit: Kit) -> Thing:
    """A cart, mostly under its canopy."""
    body, canopy, _ = cart_parts(kit)
    return Thing("stall", body + canopy if kit.chance(0.75) else body)


def _cart_top(kit: Kit, w: float, d: float) -> Mesh:
    if kit.chance(0.6):
        count = max(2, int(w / 0.5))
        size = (w / count * 0.95, d * 0.46, 0.16)
        return merged(
            goods.crate(kit, size).moved((k + 0.5) * w / count - w / 2, y * d * 0.25)
            for k in range(count) for y in (-1, 1)
        )  # fmt: skip
    parts = [
        cylinder(0.18, kit.uniform(0.2, 0.4), STEEL, (-w * 0.3, 0, 0), 14),
        goods.wares(kit, w * 0.5, d * 0.8).moved(w * 0.2),
    ]
    glass = of(Material.WINDOW, (0.6, 0.65, 0.65))
    parts += [box((w * 0.5, 0.02, 0.35), glass, (w * 0.2, -d * 0.48, 0))]
    return merged(parts)


def _canopy(kit: Kit, size: tuple[float, float, float], shade: Look | None) -> Mesh:
    w, d, h = size
    top = kit.uniform(1.95, 2.2)
    look = shade or of(Material.STRIPES if kit.chance(0.6) else Material.CLOTH, vivid(kit.rng))
    parts = [
        rod((x * w * 0.48, y * d * 0.46, h), (x * w * 0.48, y * d * 0.46, top), 0.018, STEEL)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    x, y, rise = w * 0.56, d * 0.68, 0.22
    for s in (-1, 1):
        parts.append(
            quad([(-x, s * y, top), (x, s * y, top), (x, 0, top + rise), (-x, 0, top + rise)], look)
        )
        parts.append(
            quad(
                [(-x, s * y, top - 0.2), (x, s * y, top - 0.2), (x, s * y, top), (-x, s * y, top)],
                look,
            )
        )
        parts.append(
            quad(
                [(s * x, -y, top - 0.2), (s * x, y, top - 0.2), (s * x, y, top), (s * x, -y, top)],
                look,
            )
        )
    return merged(parts)


def ground_cloth(kit: Kit) -> Thing:
    """Goods laid out on a cloth on the ground."""
    w, d = kit.uniform(1.4, 2.4), kit.uniform(0.9, 1.4)
    look = of(Material.CLOTH, vivid(kit.rng) if kit.chance(0.5) else muted(kit.rng))
    parts = [
        furniture.draped(w, d, 0.006, look, kit).moved(0, 0, 0.012),
        goods.wares(kit, w * 0.9, d * 0.85).moved(0, 0, 0.03),
    ]
    if kit.chance(0.4):
        parts.append(goods.carton(kit, True).moved(w / 2 - 0.1, d / 2 + 0.2))
    if kit.chance(0.35):
        parts.append(goods.sack(kit).moved(-w / 2 + 0.1, d / 2 + 0.2))
    shade: tuple[Thing, ...] = ()
    if kit.chance(0.3):
        shade = (
            furniture.parasol(kit, kit.uniform(0.9, 1.2), kit.uniform(1.9, 2.3)).moved(
                0, d / 2 + 0.2
            ),
        )
    return Thing("stall", merged(parts), shade)


def tricycle(kit: Kit) -> Thing:
    """A cargo tricycle loaded with crates, its load bed to the left."""
    paint = of(Material.METAL, jittered((0.15, 0.35, 0.6), kit.rng, 0.2))
    parts = [wheel(0.32).moved(-0.55, s * 0.48, 0.33) for s in (-1, 1)]
    parts.append(wheel(0.32).moved(1.25, 0, 0.33))
    parts.append(box((1.35, 0.9, 0.06), paint, (-0.5, 0, 0.52)))
    parts += [box((1.35, 0.03, 0.25), paint, (-0.5, s * 0.44, 0.55)) for s in (-1, 1)]
    frame = ((0.15, 0, 0.5), (0.75, 0, 0.4), (1.05, 0, 0.9), (1.25, 0, 0.33))
    parts += [rod(a, b, 0.028, paint) for a, b in pairwise(frame)]
    parts += [
        rod((0.55, 0, 0.45), (0.5, 0, 0.85), 0.025, paint),
        box((0.26, 0.2, 0.07), RUBBER, (0.5, 0, 0.85)),
    ]
    parts.append(rod((1.0, -0.3, 1.0), (1.0, 0.3, 1.0), 0.018, STEEL))
    for x in (-0.9, -0.4):
        for y in (-0.22, 0.22):
            parts.append(goods.crate(kit, (0.5, 0.4, 0.22)).moved(x, y, 0.58))
    shade: tuple[Thing, ...] = ()
    if kit.chance(0.55):
        shade = (furniture.parasol(kit, kit.uniform(0.95, 1.2), 2.3).moved(-0.5, 0.2, 0),)
    return Thing("stall", merged(parts), shade)


def stall(kit: Kit) -> Thing:
    """One of the variants."""
    makers = (table_stall, cart, ground_cloth, tricycle)
    return makers[int(kit.rng.choice(4, p=(0.36, 0.3, 0.18, 0.16)))](kit)
