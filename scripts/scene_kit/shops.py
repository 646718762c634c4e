"""Shop fronts and walls. A front faces -y, its middle is x = 0 and its wall stands at y = 0."""

from __future__ import annotations

from PIL import Image

from scripts.scene_kit import lettering
from scripts.scene_kit.looks import Look, Material, hsv, jittered, muted, of, pick, plain, vivid
from scripts.scene_kit.mesh import Mesh, Vec3, box, merged, quad
from scripts.scene_kit.thing import Kit, Thing

WALLS = [
    (0.78, 0.74, 0.66), (0.7, 0.68, 0.64), (0.62, 0.36, 0.28), (0.82, 0.8, 0.76),
    (0.66, 0.5, 0.4), (0.6, 0.62, 0.62), (0.8, 0.72, 0.56), (0.5, 0.44, 0.4),
]  # fmt: skip


def lettered(
    kit: Kit, size: tuple[float, float], picture: Image.Image, glass: bool = False
) -> Mesh:
    """An upright picture (width, height in m) facing -y, its base middle at the origin."""
    w, h = size
    material = Material.SHOP_GLASS if glass else Material.LETTERING
    corners: list[Vec3] = [(-w / 2, 0, 0), (w / 2, 0, 0), (w / 2, 0, h), (-w / 2, 0, h)]
    return quad(corners, of(material, (1, 1, 1)), kit.atlas.add(picture))


def signboard(kit: Kit, width: float, height: float, text: str | None = None) -> Thing:
    """The board over a shop, base at z = 0."""
    depth = kit.uniform(0.08, 0.25)
    frame = box((width, depth, height), plain(*muted(kit.rng)), (0, -depth / 2, 0))
    face = lettered(
        kit, (width * 0.985, height * 0.94), lettering.signboard(kit.rng, width / height, text)
    )
    return Thing("signboard", frame + face.moved(0, -depth - 0.01, height * 0.03))


def blade_sign(kit: Kit) -> Thing:
    """A sign standing out from the wall, lettered on both sides; its wall edge is at y = 0."""
    w, h = kit.uniform(0.4, 0.7), kit.uniform(1.0, 2.0)
    picture = lettering.blade(kit.rng)
    body = box((w, 0.14, h), of(Material.METAL, vivid(kit.rng)))
    face = lettered(kit, (w * 0.94, h * 0.96), picture)
    both = body + face.moved(0, -0.08, 0.02 * h) + face.turned(3.14159).moved(0, 0.08, 0.02 * h)
    return Thing("blade_sign", both.turned(1.5708).moved(0, -w / 2 - 0.12))


def door(kit: Kit, width: float, height: float) -> Thing:
    """A glass or sheet door with frame and handle; a wide one has two leaves."""
    frame = of(
        Material.METAL,
        (kit.chance(0.5) and (0.7, 0.7, 0.72)) or jittered((0.28, 0.2, 0.16), kit.rng),
    )
    parts = [box((width, 0.1, 0.09), frame, (0, 0, height - 0.09))]
    leaves = 2 if width > 1.3 else 1
    glass = kit.chance(0.7)
    for k in range(leaves):
        w = width / leaves
        x = (k - (leaves - 1) / 2) * w
        for side in (-1, 1):
            parts.append(box((0.07, 0.1, height), frame, (x + side * (w / 2 - 0.035), 0, 0)))
        if glass:
            parts.append(
                lettered(kit, (w, height), lettering.interior(kit.rng, w / height), True).moved(
                    x, -0.01
                )
            )
            parts.append(box((w, 0.1, 0.2), frame, (x, 0, 0)))
        else:
            parts.append(
                box(
                    (w, 0.06, height),
                    of(Material.METAL, jittered((0.4, 0.3, 0.25), kit.rng, 0.2)),
                    (x, 0, 0),
                )
            )
        parts.append(box((0.03, 0.06, 0.5), plain(0.8, 0.78, 0.7), (x + w * 0.36, -0.08, 0.85)))
    return Thing("door", merged(parts))


def window_ads(kit: Kit, width: float, height: float) -> list[Thing]:
    """Posters stuck on a window of that size."""
    ads = []
    x = -width / 2
    for _ in range(kit.integer(1, 3)):
        w = kit.uniform(0.45, 1.1)
        if x + w > width / 2:
            break
        h = min(height - 0.1, w * kit.uniform(0.7, 1.7))
        mesh = lettered(kit, (w, h), lettering.poster(kit.rng, w / h))
        ads.append(Thing("window_ad", mesh.moved(x + w / 2, -0.03, kit.uniform(0, height - h))))
        x += w + kit.uniform(0.1, 0.8)
    return ads


def shop(kit: Kit, width: float, text: str | None = None, is_open: bool = True) -> list[Thing]:
    """One shop: pilasters, door, window or shutter, signboard, perhaps an awning and posters."""
    ground = kit.uniform(2.7, 3.2)
    wall = of(
        Material.PLASTER if kit.chance(0.6) else Material.TILES,
        jittered(pick(WALLS, kit.rng), kit.rng),
    )
    solid = [box((0.3, 0.3, ground), wall, (s * (width / 2 - 0.15), 0.05, 0)) for s in (-1, 1)]
    solid.append(box((width, 0.25, 0.3), wall, (0, 0.1, ground - 0.3)))
    inner = width - 0.6
    things: list[Thing] = []
    if is_open:
        things += _open_front(kit, inner, ground - 0.3)
    else:
        grey = of(Material.SHUTTER, jittered((0.62, 0.63, 0.65), kit.rng, 0.12))
        solid.append(box((inner, 0.08, ground - 0.3), grey, (0, 0.12, 0)))
    sign_h = kit.uniform(0.65, 1.1)
    sign_w = width * kit.uniform(0.82, 0.97)
    things.append(signboard(kit, sign_w, sign_h, text).moved(0, -0.02, ground - 0.12))
    solid.append(_upper_floors(kit, width, ground))
    if kit.chance(0.22):
        solid.append(_awning(kit, width * 0.9, ground - 0.15))
    things.append(Thing(None, merged(solid)))
    if kit.chance(0.3):
        things.append(
            blade_sign(kit).moved(width / 2 - 0.15, -0.05, ground + kit.uniform(0.1, 0.8))
        )
    return things


def _open_front(kit: Kit, inner: float, height: float) -> list[Thing]:
    """Door and window side by side, or doors in the middle of two windows."""
    door_w = kit.uniform(0.9, 1.0) * (2 if inner > 3 and kit.chance(0.5) else 1)
    side = -1 if kit.chance(0.5) else 1
    door_h = min(2.3, height)
    door_x = 0.0 if kit.chance(0.3) else side * (inner - door_w) / 2
    things = [door(kit, door_w, door_h).moved(door_x, 0.08)]
    frame = of(Material.METAL, jittered((0.35, 0.34, 0.33), kit.rng, 0.25))
    solid = (
        [box((door_w, 0.1, height - door_h), frame, (door_x, 0.1, door_h))]
        if height > door_h
        else []
    )
    for x0, x1 in ((-inner / 2, door_x - door_w / 2), (door_x + door_w / 2, inner / 2)):
        w = x1 - x0
        if w < 0.25:
            continue
        x, sill = (x0 + x1) / 2, kit.uniform(0.15, 0.75)
        solid.append(box((w, 0.2, sill), of(Material.TILES, muted(kit.rng)), (x, 0.1, 0)))
        pane = lettered(
            kit, (w, height - sill), lettering.interior(kit.rng, w / (height - sill)), True
        )
        solid.append(pane.moved(x, 0.1, sill))
        bars = max(1, int(w / 1.3))
        for k in range(bars + 1):
            solid.append(box((0.06, 0.1, height - sill), frame, (x0 + w * k / bars, 0.08, sill)))
        if w > 0.8 and kit.chance(0.6):
            things += [
                t.moved(x, 0.08, sill + 0.05) for t in window_ads(kit, w, height - sill - 0.2)
            ]
    return [*things, Thing(None, merged(solid))]


def _upper_floors(kit: Kit, width: float, ground: float) -> Mesh:
    """One to three floors of wall with windows and air conditioners."""
    colour = jittered(pick(WALLS, kit.rng), kit.rng)
    wall = of(Material.BRICK if kit.chance(0.35) else Material.PLASTER, colour)
    floors = kit.integer(1, 3)
    parts = [box((width, 0.4, floors * 3.0), wall, (0, 0.2, ground))]
    glass = of(Material.WINDOW, (0.25, 0.3, 0.33))
    frame = plain(*jittered((0.75, 0.75, 0.73), kit.rng, 0.2))
    for floor in range(floors):
        z = ground + floor * 3.0 + 1.2
        count = max(1, int(width / 2.1))
        for k in range(count):
            x = (k + 0.5) * width / count - width / 2
            parts.append(box((1.3, 0.06, 1.4), frame, (x, -0.02, z)))
            parts.append(box((1.18, 0.06, 1.28), glass, (x, -0.04, z + 0.06)))
            parts.append(box((0.05, 0.08, 1.28), frame, (x, -0.05, z + 0.06)))
            if floor and kit.chance(0.3):
                parts.append(box((0.8, 0.35, 0.6), plain(0.82, 0.82, 0.8), (x, -0.2, z - 0.7)))
    return merged(parts)


def _awning(kit: Kit, width: float, z: float) -> Mesh:
    """A sloping striped cloth over the front, with a straight valance."""
    reach, drop = kit.uniform(0.8, 1.4), kit.uniform(0.3, 0.5)
    look = of(Material.STRIPES if kit.chance(0.7) else Material.CLOTH, vivid(kit.rng))
    w = width / 2
    slope: list[Vec3] = [(-w, -reach, z - drop), (w, -reach, z - drop), (w, -0.1, z), (-w, -0.1, z)]
    hem: list[Vec3] = [
        (-w, -reach, z - drop - 0.22),
        (w, -reach, z - drop - 0.22),
        slope[1],
        slope[0],
    ]
    return quad(slope, look) + quad(hem, look)


def wall(kit: Kit, width: float, height: float | None = None, colour: Look | None = None) -> Mesh:
    """A garden or site wall with a coping, facing -y."""
    h = height or kit.uniform(2.2, 3.0)
    brick = of(Material.BRICK, jittered((0.58, 0.34, 0.27), kit.rng, 0.08))
    plaster = of(Material.PLASTER, jittered(hsv(0.1, 0.1, 0.8), kit.rng, 0.1))
    look = colour or (brick if kit.chance(0.5) else plaster)
    coping = of(Material.PLASTER, (0.5, 0.49, 0.47))
    parts = [
        box((width, 0.25, h), look, (0, 0.12, 0)),
        box((width, 0.36, 0.12), coping, (0, 0.12, h)),
    ]
    for k in range(int(width / 3) + 1):
        parts.append(box((0.34, 0.34, h + 0.05), look.shaded(0.92), (-width / 2 + 3 * k, 0.1, 0)))
    return merged(parts)
