"""Wheeled things, heading +x, standing on z = 0, middle at the origin."""

from __future__ import annotations

from scripts.scene_kit import lettering
from scripts.scene_kit.looks import (
    DARK_STEEL,
    RUBBER,
    STEEL,
    Colour,
    Look,
    Material,
    jittered,
    of,
    pick,
    plain,
    vivid,
)  # fmt: skip
from scripts.scene_kit.mesh import Mesh, box, cylinder, ellipsoid, merged, prism, quad, rod, turn_x
from scripts.scene_kit.shops import lettered
from scripts.scene_kit.stalls import wheel
from scripts.scene_kit.thing import Kit, Thing

GLASS = of(Material.WINDOW, (0.12, 0.14, 0.16))
PAINTS: list[Colour] = [
    (0.85, 0.86, 0.87), (0.08, 0.08, 0.09), (0.55, 0.57, 0.6), (0.6, 0.08, 0.08),
    (0.12, 0.25, 0.5), (0.85, 0.85, 0.8), (0.25, 0.26, 0.28), (0.75, 0.6, 0.3),
]  # fmt: skip


def _tyre(x: float, y: float, radius: float, width: float = 0.2) -> Mesh:
    drum = cylinder(radius, width, RUBBER, (0, 0, -width / 2), 16)
    hub = cylinder(radius * 0.6, width * 1.04, STEEL, (0, 0, -width * 0.52), 12)
    return (drum + hub).transformed(turn_x(1.5708), (x, y, radius))


def car(kit: Kit, colour: Look | None = None) -> Thing:
    """A saloon, hatchback or van from its side outline."""
    paint = colour or of(Material.METAL, jittered(pick(PAINTS, kit.rng), kit.rng, 0.04))
    if kit.chance(0.25):
        return _van(kit, paint)
    half, w = kit.uniform(2.05, 2.35), kit.uniform(1.72, 1.86)
    roof = kit.uniform(1.42, 1.6)
    boot = kit.chance(0.6)
    low = [
        (-half, 0.32),
        (half, 0.32),
        (half, 0.62),
        (half - 0.2, 0.8),
        (half - 1.15, 0.93),
        (-half + 0.1, 0.95),
        (-half, 0.8),
    ]
    rear = -half + (0.75 if boot else 0.15)
    cabin = [(rear, 0.92), (half - 1.1, 0.92), (half - 1.85, roof), (rear + 0.45, roof)]
    parts = [prism(low, w, paint), prism(cabin, w * 0.9, paint)]
    parts += _car_windows(rear, half, roof, w)
    parts.append(box((0.08, w * 0.93, roof - 1.0), paint, ((rear + half - 1.6) / 2, 0, 0.95)))
    parts += _lights(half, w, 0.66)
    parts += [
        _tyre(x, s * (w / 2 - 0.06), 0.31) for x in (-half + 0.8, half - 0.85) for s in (-1, 1)
    ]
    return Thing("car", merged(parts))


def _car_windows(rear: float, half: float, roof: float, w: float) -> list[Mesh]:
    """Side panes, windscreen and rear window of a saloon."""
    pane = [
        (rear + 0.18, 0.97),
        (half - 1.3, 0.97),
        (half - 1.9, roof - 0.08),
        (rear + 0.52, roof - 0.08),
    ]
    x0, x1 = half - 1.13, half - 1.83
    y = w * 0.42
    windscreen = quad(
        [
            (x0 + 0.02, -y, 0.95),
            (x0 + 0.02, y, 0.95),
            (x1 + 0.03, y * 0.95, roof - 0.05),
            (x1 + 0.03, -y * 0.95, roof - 0.05),
        ],
        GLASS,
    )
    rear_window = quad(
        [
            (rear - 0.02, -y, 0.97),
            (rear - 0.02, y, 0.97),
            (rear + 0.42, y, roof - 0.04),
            (rear + 0.42, -y, roof - 0.04),
        ],
        GLASS,
    )
    return [prism(pane, w * 0.915, GLASS), windscreen, rear_window]


def _lights(half: float, w: float, z: float) -> list[Mesh]:
    """Head and tail lights, bumpers and number plates (without a number)."""
    parts = []
    for s in (-1, 1):
        parts.append(
            box((0.06, 0.34, 0.13), plain(0.92, 0.92, 0.88), (half - 0.02, s * w * 0.36, z))
        )
        parts.append(
            box((0.06, 0.3, 0.14), plain(0.6, 0.05, 0.05), (-half + 0.02, s * w * 0.38, z + 0.1))
        )
        parts.append(box((0.05, 0.44, 0.13), plain(0.1, 0.25, 0.6), (s * (half + 0.01), 0, 0.42)))
    parts.append(box((0.05, w * 0.5, 0.14), DARK_STEEL, (half, 0, 0.56)))
    return parts


def _van(kit: Kit, paint: Look) -> Thing:
    half, w, roof = 2.2, 1.7, kit.uniform(1.8, 2.0)
    body = [
        (-half, 0.35),
        (half, 0.35),
        (half, 0.8),
        (half - 0.25, 1.05),
        (half - 0.85, roof - 0.06),
        (half - 1.1, roof),
        (-half + 0.1, roof),
        (-half, roof - 0.2),
    ]
    parts = [prism(body, w, paint)]
    for x0, x1 in ((-half + 0.2, -0.75), (-0.65, 0.35)):
        parts.append(box((x1 - x0, w * 1.01, 0.5), GLASS, ((x0 + x1) / 2, 0, 1.1)))
    parts.append(
        prism(
            [(0.45, 1.1), (half - 0.42, 1.1), (half - 0.88, roof - 0.18), (0.45, roof - 0.18)],
            w * 1.01,
            GLASS,
        )
    )
    y = w * 0.44
    parts.append(
        quad(
            [
                (half - 0.23, -y, 1.08),
                (half - 0.23, y, 1.08),
                (half - 0.8, y, roof - 0.1),
                (half - 0.8, -y, roof - 0.1),
            ],
            GLASS,
        )
    )
    parts += _lights(half, w, 0.7)
    parts += [_tyre(x, s * (w / 2 - 0.06), 0.3) for x in (-1.4, 1.4) for s in (-1, 1)]
    return Thing("car", merged(parts))


def bus(kit: Kit) -> Thing:
    """A city bus, 10.5 m."""
    half, w, top = 5.25, 2.5, 3.05
    paint = of(
        Material.METAL,
        jittered(
            ((0.15, 0.45, 0.3), (0.2, 0.4, 0.7), (0.85, 0.55, 0.15))[kit.integer(0, 2)], kit.rng
        ),
    )
    white = of(Material.METAL, (0.86, 0.87, 0.86))
    parts = [
        box((2 * half, w, 1.05), paint, (0, 0, 0.32)),
        box((2 * half, w * 0.99, top - 1.37), white, (0, 0, 1.37)),
    ]
    for k in range(7):
        parts.append(box((1.25, w * 1.01, 1.05), GLASS, (-half + 1.0 + k * 1.4, 0, 1.45)))
    for door_x in (1.4, half - 1.0):
        parts.append(box((1.1, 0.05, 2.2), GLASS, (door_x, -w / 2 - 0.01, 0.45)))
    parts.append(box((0.05, w * 0.92, 1.5), GLASS, (half + 0.01, 0, 1.15)))
    parts.append(box((0.05, 1.5, 0.28), plain(0.95, 0.6, 0.15), (half + 0.02, 0, 2.7)))
    parts += _lights(half, w, 0.6)
    parts.append(box((4.5, 1.6, 0.25), white, (-1, 0, top)))
    advert = lettered(kit, (3.6, 0.75), lettering.banner(kit.rng, 4.8))
    parts.append(advert.moved(-2.2, -w / 2 - 0.02, 0.5))
    parts += [_tyre(x, s * (w / 2 - 0.1), 0.48, 0.28) for x in (-3.1, 3.0) for s in (-1, 1)]
    return Thing("bus", merged(parts))


def truck(kit: Kit) -> Thing:
    """A small delivery lorry with a box body."""
    paint = of(Material.METAL, jittered((0.2, 0.4, 0.7), kit.rng, 0.2))
    load = of(Material.METAL, jittered((0.8, 0.8, 0.78), kit.rng, 0.1))
    cab = [(1.3, 0.5), (3.0, 0.5), (3.0, 1.2), (2.7, 2.2), (1.3, 2.2)]
    parts = [
        prism(cab, 1.9, paint),
        box((4.2, 2.05, 1.95), load, (-0.9, 0, 0.85)),
        box((5.8, 0.9, 0.25), DARK_STEEL, (0, 0, 0.55)),
    ]
    parts.append(prism([(1.8, 1.3), (2.85, 1.3), (2.66, 2.05), (1.8, 2.05)], 1.92, GLASS))
    parts.append(
        quad(
            [(2.98, -0.85, 1.25), (2.98, 0.85, 1.25), (2.72, 0.85, 2.1), (2.72, -0.85, 2.1)], GLASS
        )
    )
    parts += [_tyre(x, s * 0.85, 0.4, 0.25) for x in (-2.0, 2.1) for s in (-1, 1)]
    return Thing("truck", merged([*parts, *_lights(3.0, 1.9, 0.7)]))


def bicycle(kit: Kit, colour: Look | None = None) -> Thing:
    """A city bicycle with basket."""
    paint = colour or of(Material.METAL, vivid(kit.rng) if kit.chance(0.7) else (0.1, 0.1, 0.1))
    rear, front, crank, seat, head = (
        (-0.52, 0, 0.34),
        (0.55, 0, 0.34),
        (-0.08, 0, 0.3),
        (-0.22, 0, 0.85),
        (0.38, 0, 0.82),
    )
    parts = [wheel(0.34).moved(-0.52, 0, 0.34), wheel(0.34).moved(0.55, 0, 0.34)]
    tubes = [(rear, crank), (crank, seat), (crank, head), (seat, head), (rear, seat), (head, front)]
    parts += [rod(a, b, 0.02, paint) for a, b in tubes]
    parts += [
        rod(head, (0.34, 0, 1.02), 0.018, STEEL),
        rod((0.28, -0.28, 1.04), (0.28, 0.28, 1.04), 0.016, DARK_STEEL),
    ]
    parts += [
        ellipsoid((0.14, 0.08, 0.045), RUBBER, (-0.25, 0, 0.92), 8),
        rod(seat, (-0.24, 0, 0.9), 0.016, STEEL),
    ]
    basket = of(Material.METAL, (0.3, 0.3, 0.3))
    for x, y, w, d in (
        (0.5, 0.16, 0.3, 0.02),
        (0.5, -0.16, 0.3, 0.02),
        (0.35, 0, 0.02, 0.32),
        (0.65, 0, 0.02, 0.32),
    ):
        parts.append(box((w, d, 0.22), basket, (x, y, 0.78)))
    parts += [
        box((0.4, 0.14, 0.02), DARK_STEEL, (-0.52, 0, 0.72)),
        rod((-0.08, -0.12, 0.3), (-0.08, 0.12, 0.3), 0.02, STEEL),
    ]
    return Thing("bicycle", merged(parts))


def scooter(kit: Kit) -> Thing:
    """An electric scooter, COCO's «motorcycle»."""
    paint = of(Material.METAL, vivid(kit.rng))
    parts = [_tyre(-0.55, 0, 0.23, 0.11), _tyre(0.6, 0, 0.23, 0.11)]
    body = [(-0.75, 0.4), (-0.1, 0.3), (-0.05, 0.72), (-0.8, 0.75)]
    parts += [
        prism(body, 0.26, paint),
        box((0.5, 0.28, 0.1), RUBBER, (-0.4, 0, 0.74)),
        box((0.45, 0.26, 0.08), paint, (0.12, 0, 0.27)),
    ]
    parts += [
        prism([(0.3, 0.28), (0.42, 0.28), (0.5, 0.95), (0.36, 0.98)], 0.3, paint),
        rod((0.42, 0, 0.9), (0.6, 0, 0.25), 0.035, STEEL),
    ]
    parts += [
        rod((0.36, -0.32, 1.06), (0.36, 0.32, 1.06), 0.02, DARK_STEEL),
        rod((0.4, 0, 0.9), (0.37, 0, 1.08), 0.03, DARK_STEEL),
    ]
    parts.append(ellipsoid((0.07, 0.09, 0.08), plain(0.9, 0.9, 0.85), (0.5, 0, 0.92), 8))
    if kit.chance(0.5):
        parts.append(box((0.36, 0.4, 0.34), plain(*vivid(kit.rng)), (-0.72, 0, 0.84)))
    return Thing("motorcycle", merged(parts))
