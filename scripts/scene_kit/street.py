"""The street itself: road, kerbs, pavements, two rows of fronts, sky. No people, no clutter."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scripts.scene_kit import shops
from scripts.scene_kit.looks import Colour, Look, Material, jittered, of, pick, plain
from scripts.scene_kit.mesh import Mesh, Vec3, box, merged, quad
from scripts.scene_kit.thing import Kit, Thing

KERB_M = 0.15  # the pavement lies that much above the road
PAVINGS: list[Colour] = [
    (0.62, 0.6, 0.57),
    (0.55, 0.5, 0.47),
    (0.58, 0.42, 0.36),
    (0.66, 0.64, 0.58),
    (0.5, 0.51, 0.52),
]


@dataclass(frozen=True, slots=True)
class Front:
    """A stretch of the building line: a shop (open or shut), a wall or a gap with trees."""

    kind: str  # shop | shut | wall
    width_m: float
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """Far fronts run from `start_x` to the right; the near side is filled at random."""

    road_m: float
    pavement_m: float
    start_x: float
    fronts: tuple[Front, ...]
    near_pavement_m: float = 4.0

    def spans(self) -> list[tuple[Front, float, float]]:
        """Every far front with its left and right end."""
        out, x = [], self.start_x
        for front in self.fronts:
            out.append((front, x, x + front.width_m))
            x += front.width_m
        return out


def demo_plan() -> StreetPlan:
    """The layout of the demo clip: a site wall on the left, shops to its right."""
    fronts = (
        *(
            Front("shop", 4.4),
            Front("shop", 4.6),
            Front("wall", 8.2),
            Front("shop", 4.3, "老街面馆"),
        ),
        *(
            Front("shop", 4.4, "鲜果时光"),
            Front("shop", 4.6, "便民超市"),
            Front("shop", 4.5),
            Front("shut", 3.8),
        ),
    )
    return StreetPlan(9.0, 4.6, -20.2, fronts)


def random_plan(kit: Kit) -> StreetPlan:
    kinds = ("shop", "shut", "wall")
    fronts, width = [], 0.0
    while width < 42:
        kind = kinds[int(kit.rng.choice(3, p=(0.72, 0.12, 0.16)))]
        one = Front(kind, kit.uniform(6, 10) if kind == "wall" else kit.uniform(3.2, 5.6))
        fronts.append(one)
        width += one.width_m
    return StreetPlan(
        kit.uniform(6, 11), kit.uniform(2.8, 5.6), -width / 2, tuple(fronts), kit.uniform(3.5, 5)
    )


def build_street(kit: Kit, plan: StreetPlan) -> list[Thing]:
    """Everything that never moves."""
    things = [Thing(None, _ground(kit, plan)), Thing(None, _sky())]
    for front, x0, x1 in plan.spans():
        things += [t.moved((x0 + x1) / 2, plan.pavement_m, KERB_M) for t in _front(kit, front)]
    x = -20.0
    while x < 20:
        front = Front("shop" if kit.chance(0.7) else "shut", kit.uniform(4.5, 6.5))
        y = -plan.road_m - plan.near_pavement_m
        middle = x + front.width_m / 2
        things += [t.turned(math.pi).moved(middle, y, KERB_M) for t in _front(kit, front)]
        x += front.width_m
    things += _skyline(kit, plan)
    return things


def _front(kit: Kit, front: Front) -> list[Thing]:
    if front.kind == "wall":
        return [Thing(None, shops.wall(kit, front.width_m))]
    return shops.shop(kit, front.width_m, front.text, front.kind == "shop")


def _flat(x0: float, x1: float, y0: float, y1: float, z: float, look: Look) -> Mesh:
    corners: list[Vec3] = [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)]
    return quad(corners, look)


def _ground(kit: Kit, plan: StreetPlan) -> Mesh:
    road = of(Material.ASPHALT, jittered((0.34, 0.34, 0.35), kit.rng, 0.05))
    tone = jittered(pick(PAVINGS, kit.rng), kit.rng, 0.04)
    paving = of(Material.PAVING if kit.chance(0.6) else Material.TILES, tone)
    stone = of(Material.PLASTER, (0.62, 0.61, 0.59))
    paint = of(Material.ASPHALT, (0.85, 0.84, 0.8))
    near = -plan.road_m
    parts = [
        _flat(-90, 90, near - 30, 60, -0.02, road),
        _flat(-70, 70, near, 0, 0, road),
        _flat(-70, 70, 0.15, plan.pavement_m + 12, KERB_M, paving),
        _flat(-70, 70, near - plan.near_pavement_m - 3, near - 0.15, KERB_M, paving),
        box((140, 0.15, KERB_M + 0.005), stone, (0, 0.075, 0)),
        box((140, 0.15, KERB_M + 0.005), stone, (0, near - 0.075, 0)),
    ]
    yellow = of(Material.ASPHALT, (0.85, 0.68, 0.15))
    parts += [
        _flat(-70, 70, near / 2 + s * 0.12 - 0.05, near / 2 + s * 0.12 + 0.05, 0.006, yellow)
        for s in (-1, 1)
    ]
    if plan.road_m > 7:
        for y in (near * 0.23, near * 0.77):
            parts += [_flat(x, x + 2, y - 0.06, y + 0.06, 0.006, paint) for x in range(-40, 40, 6)]
    if kit.chance(0.6):
        guide = of(Material.TILES, (0.8, 0.64, 0.2))
        parts.append(
            _flat(
                -70,
                70,
                plan.pavement_m * 0.42,
                plan.pavement_m * 0.42 + 0.35,
                KERB_M + 0.005,
                guide,
            )
        )
    parts += [box((0.7, 0.5, 0.01), plain(0.2, 0.2, 0.2), (x, near * 0.06, 0)) for x in (-11, 9.5)]
    return merged(parts)


def _sky() -> Mesh:
    """A box round everything; the shader paints it by viewing direction."""
    return box((220, 220, 120), of(Material.SKY, (1, 1, 1)), (0, 0, -10))


def _skyline(kit: Kit, plan: StreetPlan) -> list[Thing]:
    """Blocks behind the fronts, so that gaps and walls do not end in the sky."""
    out = [
        Thing(None, box((6, 40, 12), of(Material.PLASTER, (0.6, 0.58, 0.55)), (s * 78, 0, 0)))
        for s in (-1, 1)
    ]
    x = -45.0
    while x < 45:
        w, h = kit.uniform(7, 14), kit.uniform(6, 16)
        look = of(Material.PLASTER, jittered(pick(shops.WALLS, kit.rng), kit.rng))
        y = plan.pavement_m + kit.uniform(9, 16)
        parts = [box((w, 6, h), look, (x + w / 2, y + 3, 0))]
        for k in range(int(w / 2.4)):
            for floor in range(int(h / 3)):
                glass = of(Material.WINDOW, (0.3, 0.33, 0.36))
                parts.append(box((1.3, 0.1, 1.4), glass, (x + 1.2 + k * 2.4, y, 1.2 + 3 * floor)))
        out.append(Thing(None, merged(parts)))
        x += w + kit.uniform(0, 3)
    return out
