"""What stands in any street: trees, lamps, benches, chairs, tables, parasols, plants."""

from __future__ import annotations

import math

import numpy as np

from scripts.scene_kit.looks import (
    DARK_STEEL,
    RUBBER,
    STEEL,
    TIMBER,
    Look,
    Material,
    hsv,
    jittered,
    muted,
    of,
    plain,
    vivid,
)  # fmt: skip
from scripts.scene_kit.mesh import (
    Mesh,
    box,
    cone,
    cylinder,
    ellipsoid,
    lathe,
    merged,
    quad,
    rod,
    sheet,
)
from scripts.scene_kit.thing import Kit, Thing


def leaves(
    kit: Kit, count: int, radii: tuple[float, float, float], leaf: float, colour: Look
) -> Mesh:
    """Small square cards scattered in an ellipsoid centred on the origin, as one mesh."""
    rng = kit.rng
    direction = rng.standard_normal((count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    centre = direction * np.cbrt(rng.uniform(0.25, 1, (count, 1))) * np.asarray(radii)
    a = rng.standard_normal((count, 3))
    a *= leaf * rng.uniform(0.5, 1.1, (count, 1)) / np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(a, rng.standard_normal((count, 3)))
    b *= leaf / np.maximum(np.linalg.norm(b, axis=1, keepdims=True), 1e-6)
    order = np.array([(-1, -1), (1, -1), (1, 1), (-1, -1), (1, 1), (-1, 1)], np.float64)
    points = centre[:, None] + a[:, None] * order[None, :, :1] + b[:, None] * order[None, :, 1:]
    normals = np.repeat(direction[:, None] * [1, 1, 0.8] + [0, 0, 0.4], 6, axis=1)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    uv = order[None] * 0.1 + rng.uniform(0, 4, (count, 1, 2))
    shade = rng.uniform(0.6, 1.25, (count, 1, 1)) * np.asarray(colour.colour)
    out = np.concatenate(
        [points, normals, uv, np.repeat(shade, 6, axis=1), np.full((count, 6, 1), colour.material)],
        2,
    )
    return Mesh(out.reshape(-1, 12).astype(np.float32))


def tree(kit: Kit, height: float | None = None, spread: float | None = None) -> Thing:
    """A street tree in its square pit; unlabelled."""
    h, r = height or kit.uniform(4.5, 7.5), spread or kit.uniform(1.2, 2.2)
    bark = of(Material.WOOD, jittered((0.3, 0.24, 0.19), kit.rng))
    fork = h * 0.5
    parts = [
        rod((0, 0, 0), (0.05, 0.02, fork), 0.13, bark, 0.09),
        box((1.2, 1.2, 0.02), plain(0.25, 0.2, 0.15)),
    ]
    green = of(Material.FOLIAGE, jittered(hsv(kit.uniform(0.2, 0.33), 0.5, 0.38), kit.rng, 0.04))
    for k in range(4):
        angle = k * 1.6 + kit.uniform(0, 1)
        tip = (r * 0.5 * math.cos(angle), r * 0.5 * math.sin(angle), h * kit.uniform(0.68, 0.82))
        parts.append(rod((0.05, 0.02, fork * 0.9), tip, 0.06, bark, 0.03))
        crown = leaves(kit, 480, (r * 0.75, r * 0.75, h * 0.19), 0.085, green)
        parts.append(crown.moved(tip[0], tip[1], tip[2] + 0.1))
    return Thing(None, merged(parts))


def lamp_post(kit: Kit) -> Thing:
    h = kit.uniform(5, 7)
    look = of(Material.METAL, jittered((0.32, 0.34, 0.36), kit.rng, 0.12))
    arm = kit.uniform(0.8, 1.6)
    parts = [
        cone(0.14, 0.1, 0.6, look),
        cone(0.07, 0.05, h, look),
        rod((0, 0, h), (0, -arm, h + 0.25), 0.04, look),
    ]
    parts.append(box((0.22, 0.6, 0.12), plain(0.85, 0.85, 0.8), (0, -arm - 0.2, h + 0.2)))
    return Thing(None, merged(parts))


def bollards(kit: Kit, length: float) -> Thing:
    """A row along x from the origin, about 1.5 m apart."""
    look = of(Material.METAL, jittered((0.45, 0.45, 0.47), kit.rng, 0.2))
    count = max(2, int(length / 1.5))
    return Thing(
        None,
        merged(
            cylinder(0.06, 0.75, look, (k * length / (count - 1), 0, 0), 8) for k in range(count)
        ),
    )


def bench(kit: Kit, width: float = 1.5) -> Thing:
    """A slatted bench; who sits on it faces -y."""
    slat = of(Material.WOOD, jittered((0.5, 0.33, 0.2), kit.rng, 0.08))
    parts = [box((width, 0.1, 0.04), slat, (0, -0.18 + 0.13 * k, 0.42)) for k in range(4)]
    parts += [box((width, 0.03, 0.1), slat, (0, 0.3 + 0.03 * k, 0.55 + 0.14 * k)) for k in range(3)]
    for x in (-width * 0.42, width * 0.42):
        parts.append(box((0.06, 0.45, 0.42), DARK_STEEL, (x, 0, 0)))
        parts.append(rod((x, 0.24, 0.4), (x, 0.4, 0.98), 0.025, DARK_STEEL))
    return Thing("bench", merged(parts))


def chair(kit: Kit, look: Look | None = None) -> Thing:
    """A chair facing -y."""
    paint = look or plain(*vivid(kit.rng))
    s, seat = 0.42, 0.44
    parts = [
        box((s, s, 0.04), paint, (0, 0, seat)),
        box((s, 0.04, 0.3), paint, (0, s / 2, seat + 0.16)),
    ]
    for x in (-0.18, 0.18):
        parts.append(rod((x, -0.18, 0), (x * 0.95, -0.17, seat), 0.018, STEEL))
        parts.append(rod((x, 0.22, 0), (x, 0.2, seat + 0.46), 0.018, STEEL))
    return Thing("chair", merged(parts))


def stool(kit: Kit, look: Look | None = None) -> Mesh:
    """A plastic stool, as at food stalls (unlabelled: it is no chair)."""
    paint = look or plain(*vivid(kit.rng))
    parts = [box((0.3, 0.3, 0.03), paint, (0, 0, 0.43))]
    for x in (-1, 1):
        for y in (-1, 1):
            parts.append(rod((x * 0.17, y * 0.17, 0), (x * 0.13, y * 0.13, 0.44), 0.02, paint))
    return merged(parts)


def table(
    kit: Kit, size: tuple[float, float, float] = (0.9, 0.9, 0.73), round_top: bool = False
) -> Thing:
    """A dining table: square, folding, or round."""
    w, d, h = size
    top = (
        of(Material.WOOD, jittered((0.6, 0.44, 0.28), kit.rng))
        if kit.chance(0.5)
        else plain(*muted(kit.rng))
    )
    if round_top:
        parts = [
            cylinder(w / 2, 0.04, top, (0, 0, h - 0.04), 18),
            cylinder(0.05, h, STEEL),
            cylinder(0.25, 0.03, STEEL),
        ]
        return Thing("dining table", merged(parts))
    parts = [box((w, d, 0.04), top, (0, 0, h - 0.04))]
    for x in (-1, 1):
        for y in (-1, 1):
            parts.append(
                rod(
                    (x * w * 0.45, y * d * 0.42, 0),
                    (x * w * 0.42, y * d * 0.42, h - 0.03),
                    0.022,
                    STEEL,
                )
            )
    return Thing("dining table", merged(parts))


def parasol(kit: Kit, radius: float, height: float, look: Look | None = None) -> Thing:
    """A market parasol with a scalloped edge on a pole with a foot."""
    cloth = look or plain(*vivid(kit.rng))
    second = plain(0.92, 0.9, 0.85) if kit.chance(0.45) else cloth.shaded(0.85)
    parts = [cylinder(0.025, height, STEEL), cylinder(0.22, 0.1, plain(0.35, 0.35, 0.34))]
    sides = 8
    drop = radius * kit.uniform(0.28, 0.42)
    for k in range(sides):
        a0, a1 = 2 * math.pi * k / sides, 2 * math.pi * (k + 1) / sides
        edge = [(radius * math.cos(a), radius * math.sin(a), height - drop) for a in (a0, a1)]
        look_k = cloth if k % 2 else second
        parts.append(quad([edge[0], edge[1], (0.01, 0.01, height), (0, 0, height)], look_k))
        low = [(x, y, z - 0.14) for x, y, z in edge]
        parts.append(quad([low[0], low[1], edge[1], edge[0]], look_k.shaded(0.95)))
    parts.append(cone(0.03, 0.01, 0.12, STEEL, (0, 0, height)))
    return Thing("umbrella", merged(parts))


def hand_umbrella(kit: Kit, grip: tuple[float, float, float]) -> Thing:
    """An open umbrella held at `grip`."""
    cloth = plain(*vivid(kit.rng)) if kit.chance(0.6) else plain(*muted(kit.rng))
    r, top = kit.uniform(0.48, 0.6), 0.85
    profile = [(r, top - 0.25), (r * 0.75, top - 0.1), (r * 0.4, top - 0.02), (0.01, top)]
    mesh = lathe(profile, cloth, 8) + rod((0, 0, 0), (0, 0, top + 0.06), 0.012, DARK_STEEL)
    return Thing("umbrella", mesh.moved(*grip))


def potted_plant(kit: Kit) -> Thing:
    r, h = kit.uniform(0.16, 0.3), kit.uniform(0.25, 0.5)
    pot = plain(*jittered((0.6, 0.32, 0.2), kit.rng, 0.15))
    green = of(Material.FOLIAGE, jittered((0.2, 0.42, 0.16), kit.rng, 0.08))
    top = kit.uniform(0.3, 0.8)
    bush = leaves(kit, 130, (r * 1.4, r * 1.4, top * 0.6), 0.06, green).moved(0, 0, h + top * 0.5)
    return Thing(
        "potted plant", cone(r * 0.75, r, h, pot) + cylinder(0.02, h + top * 0.4, TIMBER) + bush
    )


def suitcase(kit: Kit) -> Thing:
    look = of(Material.METAL, vivid(kit.rng))
    parts = [
        box((0.42, 0.25, 0.6), look, (0, 0, 0.05)),
        rod((-0.1, 0.1, 0.6), (-0.1, 0.1, 0.95), 0.012, STEEL),
    ]
    parts += [
        rod((0.1, 0.1, 0.6), (0.1, 0.1, 0.95), 0.012, STEEL),
        rod((-0.11, 0.1, 0.95), (0.11, 0.1, 0.95), 0.018, RUBBER),
    ]
    return Thing("suitcase", merged(parts))


def bottle(kit: Kit) -> Thing:
    look = of(Material.METAL, vivid(kit.rng))
    return Thing(
        "bottle",
        lathe(
            [(0.0, 0), (0.04, 0), (0.04, 0.17), (0.015, 0.23), (0.015, 0.27), (0, 0.27)], look, 8
        ),
    )


def dog(kit: Kit) -> Thing:
    """A standing dog facing +x."""
    fur = plain(
        *jittered(
            ((0.45, 0.32, 0.2), (0.15, 0.13, 0.12), (0.8, 0.75, 0.65))[kit.integer(0, 2)], kit.rng
        )
    )
    parts = [
        ellipsoid((0.33, 0.13, 0.15), fur, (0, 0, 0.42)),
        ellipsoid((0.13, 0.1, 0.11), fur, (0.4, 0, 0.62)),
    ]
    parts += [
        ellipsoid((0.1, 0.05, 0.05), fur.shaded(0.8), (0.52, 0, 0.58)),
        rod((0.22, 0, 0.45), (0.38, 0, 0.6), 0.09, fur),
    ]
    parts += [
        rod((x, y, 0.4), (x + 0.02, y, 0), 0.045, fur, 0.03)
        for x in (-0.22, 0.2)
        for y in (-0.08, 0.08)
    ]
    parts.append(rod((-0.3, 0, 0.48), (-0.5, 0, 0.65), 0.03, fur, 0.015))
    parts += [
        ellipsoid((0.03, 0.02, 0.07), fur.shaded(0.6), (0.36, y, 0.72)) for y in (-0.07, 0.07)
    ]
    return Thing("dog", merged(parts))


def draped(width: float, depth: float, sag: float, look: Look, kit: Kit) -> Mesh:
    """A cloth lying over a flat top of that size at z = 0, hanging down by about `sag`."""
    n = 13
    x, y = np.meshgrid(np.linspace(-1.12, 1.12, n), np.linspace(-1.2, 1.2, n))
    out = np.maximum(np.abs(x) - 1, 0) / 0.12 + np.maximum(np.abs(y) - 1, 0) / 0.2
    z = -sag * np.clip(out, 0, 1) * (1 + 0.2 * np.sin(9 * x + 7 * y)) + kit.rng.normal(
        0, 0.004, x.shape
    )
    grid = np.stack(
        [np.clip(x, -1.03, 1.03) * width / 2, np.clip(y, -1.05, 1.05) * depth / 2, z + 0.012], 2
    )
    return sheet(grid.astype(np.float32), look, np.stack([x, y], 2).astype(np.float32))
