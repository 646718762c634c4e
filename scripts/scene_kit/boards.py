"""Outdoor advertising: billboards on poles and walls, cloth banners. Faces look to -y."""

from __future__ import annotations

import numpy as np

from scripts.scene_kit import lettering
from scripts.scene_kit.looks import DARK_STEEL, STEEL, TIMBER, Material, muted, of, plain
from scripts.scene_kit.mesh import Mesh, box, cylinder, merged, rod, sheet
from scripts.scene_kit.shops import lettered
from scripts.scene_kit.thing import Kit, Thing

UvCorners = tuple[tuple[float, float], ...]


def billboard(kit: Kit, width: float | None = None, height: float | None = None) -> Thing:
    """The framed panel alone, base at z = 0; poles and walls are not part of its box."""
    w = width or kit.uniform(1.6, 3.6)
    h = height or w / kit.uniform(0.75, 2.2)
    frame = box((w, 0.14, h), plain(*muted(kit.rng)), (0, 0.08, 0))
    face = lettered(kit, (w * 0.95, h * 0.93), lettering.poster(kit.rng, w / h, large=True))
    return Thing("billboard", frame + face.moved(0, -0.01, h * 0.035))


def pole_billboard(kit: Kit) -> list[Thing]:
    """A panel on one or two poles, as beside a pavement."""
    w = kit.uniform(1.5, 3.0)
    h = w / kit.uniform(0.7, 1.8)
    z = kit.uniform(0.4, 1.2) if kit.chance(0.6) else kit.uniform(1.8, 2.6)
    poles = [
        cylinder(0.06, z + h, DARK_STEEL, (x, 0.2, 0))
        for x in ((-w * 0.35, w * 0.35) if kit.chance(0.7) else (0,))
    ]
    return [billboard(kit, w, h).moved(0, 0, z), Thing(None, merged(poles))]


def banner_cloth(
    uv_corners: UvCorners, width: float, height: float, phase: float, unrolled: float = 1.0
) -> Mesh:
    """The cloth, rippling, its left part (share `unrolled`) already spread; base at z = 0.

    The rest hangs as a roll at the right end of the spread part.
    """
    corners = np.asarray(uv_corners)
    rows, cols = 5, 24
    u, v = np.meshgrid(np.linspace(0, 1, cols), np.linspace(0, 1, rows))
    x = (u * unrolled - 0.5) * width
    y = 0.035 * np.sin(u * unrolled * 9 + phase + v) + 0.02 * np.sin(17 * u * unrolled + 2 * v)
    sag = 0.03 * width * np.sin(np.pi * u) * 0.5
    grid = np.stack([x, y, v * height - sag], 2).astype(np.float32)
    left_bottom, right_top = corners[0], corners[2]
    uv = np.stack(
        [
            left_bottom[0] + u * unrolled * (right_top[0] - left_bottom[0]),
            left_bottom[1] + v * (right_top[1] - left_bottom[1]),
        ],
        2,
    )
    cloth = sheet(grid, of(Material.LETTERING, (1, 1, 1)), uv.astype(np.float32))
    if unrolled >= 1.0:
        return cloth
    end = (unrolled - 0.5) * width
    red = plain(0.6, 0.06, 0.07)
    return cloth + cylinder(0.04 + 0.08 * (1 - unrolled), height * 1.05, red, (end, 0, -0.05))


def banner(kit: Kit, width: float | None = None, height: float | None = None) -> Thing:
    """A whole banner, base at z = 0."""
    w, h = width or kit.uniform(2.0, 4.5), height or kit.uniform(0.5, 0.95)
    if width is None and kit.chance(0.15):
        w, h = kit.uniform(0.6, 0.9), kit.uniform(2.0, 3.2)
        upright = kit.atlas.add(lettering.upright_banner(kit.rng, w / h))
        return Thing("banner", banner_cloth(upright, w, h, kit.uniform(0, 6)))
    corners = kit.atlas.add(lettering.banner(kit.rng, w / h))
    return Thing("banner", banner_cloth(corners, w, h, kit.uniform(0, 6)))


def post_banner(kit: Kit) -> list[Thing]:
    """A banner between two posts."""
    w, h, z = kit.uniform(2.0, 3.6), kit.uniform(0.55, 0.95), kit.uniform(0.8, 1.7)
    look = TIMBER if kit.chance(0.5) else STEEL
    posts = [
        rod((s * (w / 2 + 0.05), 0, 0), (s * (w / 2 + 0.05), 0, z + h + 0.1), 0.035, look)
        for s in (-1, 1)
    ]
    return [banner(kit, w, h).moved(0, -0.05, z), Thing(None, merged(posts))]


def railing(kit: Kit, length: float) -> Mesh:
    """A pavement railing along x, 1.05 m high, middle at x = 0."""
    look = of(
        Material.METAL,
        ((0.75, 0.76, 0.78), (0.2, 0.35, 0.3), (0.85, 0.85, 0.82))[kit.integer(0, 2)],
    )
    parts = [rod((-length / 2, 0, z), (length / 2, 0, z), 0.025, look) for z in (0.2, 1.05)]
    count = int(length / 0.3)
    parts += [
        cylinder(0.012, 0.85, look, (-length / 2 + (k + 0.5) * length / count, 0, 0.2), 5)
        for k in range(count)
    ]
    parts += [
        cylinder(0.04, 1.1, look, (-length / 2 + k * 2.0, 0, 0), 6)
        for k in range(int(length / 2) + 1)
    ]
    return merged(parts)


def railing_banner(kit: Kit) -> list[Thing]:
    """A banner tied along a pavement railing."""
    length = kit.uniform(4, 8)
    one = banner(kit, kit.uniform(2.0, length * 0.9), kit.uniform(0.6, 0.9))
    return [Thing(None, railing(kit, length)), one.moved(0, -0.06, 0.22)]
