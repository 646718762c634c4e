"""Triangle soups and the solids they are built from. Metres, z up; solids stand on z = 0."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scripts.scene_kit.looks import Look

Array = NDArray[np.float32]
Vec3 = tuple[float, float, float]
Point = Sequence[float] | NDArray[np.floating]
# A vertex: position 3, normal 3, uv 2 (metres, or atlas for lettering), sRGB colour 3, material 1.
VERTEX_FLOATS = 12


@dataclass(frozen=True, slots=True)
class Mesh:
    """Unindexed triangles: float32 (3 t, 12), see VERTEX_FLOATS."""

    vertices: Array

    @staticmethod
    def empty() -> Mesh:
        return Mesh(np.zeros((0, VERTEX_FLOATS), np.float32))

    def __add__(self, other: Mesh) -> Mesh:
        return Mesh(np.concatenate([self.vertices, other.vertices]))

    @property
    def points(self) -> Array:
        """Positions, float32 (n, 3)."""
        return self.vertices[:, :3]

    def transformed(self, turn: Array, shift: Sequence[float]) -> Mesh:
        """Rotated (3 x 3 matrix) and then moved."""
        out = self.vertices.copy()
        out[:, :3] = out[:, :3] @ turn.T + np.asarray(shift, np.float32)
        out[:, 3:6] = out[:, 3:6] @ turn.T
        return Mesh(out)

    def moved(self, x: float, y: float = 0.0, z: float = 0.0) -> Mesh:
        out = self.vertices.copy()
        out[:, :3] += np.array([x, y, z], np.float32)
        return Mesh(out)

    def turned(self, angle_rad: float) -> Mesh:
        """Rotated about the z axis, anticlockwise seen from above."""
        return self.transformed(turn_z(angle_rad), (0, 0, 0))

    def scaled(self, sx: float, sy: float, sz: float) -> Mesh:
        """Stretched along the axes; normals follow."""
        out = self.vertices.copy()
        factors = np.array([sx, sy, sz], np.float32)
        out[:, :3] *= factors
        normals = out[:, 3:6] / factors
        out[:, 3:6] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
        return Mesh(out)


def merged(meshes: Iterable[Mesh]) -> Mesh:
    parts = [m.vertices for m in meshes]
    return Mesh(np.concatenate(parts)) if parts else Mesh.empty()


def turn_z(angle_rad: float) -> Array:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)


def turn_x(angle_rad: float) -> Array:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float32)


def turn_y(angle_rad: float) -> Array:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]], np.float32)


def _painted(points: Array, normals: Array, uv: Array, look: Look) -> Mesh:
    n = len(points)
    tail = np.tile(np.array([*look.colour, look.material], np.float32), (n, 1))
    return Mesh(np.concatenate([points, normals, uv, tail], axis=1).astype(np.float32))


def quad(
    corners: Sequence[Vec3], look: Look, uv: Sequence[tuple[float, float]] | None = None
) -> Mesh:
    """A flat four-corner patch; uv defaults to metres along its two first edges."""
    p = np.asarray(corners, np.float32)
    if uv is None:
        w, h = float(np.linalg.norm(p[1] - p[0])), float(np.linalg.norm(p[3] - p[0]))
        uv = ((0, 0), (w, 0), (w, h), (0, h))
    normal = np.cross(p[1] - p[0], p[2] - p[0])
    normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
    order = [0, 1, 2, 0, 2, 3]
    return _painted(p[order], np.tile(normal, (6, 1)), np.asarray(uv, np.float32)[order], look)


@cache
def _unit_box() -> tuple[Array, Array, Array]:
    points, normals, uvs = [], [], []
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        if axis == 0:
            a, b = 1, 2
        elif axis == 1:
            a, b = 0, 2
        for sign in (-1.0, 1.0):
            normal = np.zeros(3, np.float32)
            normal[axis] = sign
            for i, j in ((0, 0), (1, 0), (1, 1), (0, 0), (1, 1), (0, 1)):
                p = np.zeros(3, np.float32)
                p[axis], p[a], p[b] = sign / 2, i - 0.5, j - 0.5
                points.append(p)
                normals.append(normal)
                uvs.append((a, b))
    return np.array(points), np.array(normals), np.array(uvs)


def box(size: Vec3, look: Look, at: Vec3 = (0, 0, 0)) -> Mesh:
    """A box (width x, depth y, height z) whose base is centred on `at`."""
    unit, normals, axes = _unit_box()
    points = unit * np.asarray(size, np.float32)
    rows = np.arange(len(points))
    uv = np.stack([points[rows, axes[:, 0]], points[rows, axes[:, 1]]], axis=1)
    shift = np.array([at[0], at[1], at[2] + size[2] / 2], np.float32)
    return _painted(points + shift, normals, uv, look)


def lathe(profile: Sequence[tuple[float, float]], look: Look, sides: int = 12) -> Mesh:
    """The (radius, z) profile turned about the z axis, smooth round the axis."""
    rings = np.asarray(profile, np.float32)
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    grid = np.empty((len(rings), sides + 1, 3), np.float32)
    grid[..., :2] = rings[:, None, :1] * ring[None]
    grid[..., 2] = rings[:, None, 1]
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rings, axis=0), axis=1))])
    uv = np.empty((len(rings), sides + 1, 2), np.float32)
    uv[..., 0] = angle[None] * max(float(rings[:, 0].max()), 0.01)
    uv[..., 1] = run[:, None]
    return sheet(grid, look, uv)


def sheet(grid: Array, look: Look, uv: Array | None = None) -> Mesh:
    """A curved surface from an (rows, columns, 3) grid of points, with smooth normals."""
    du = np.gradient(grid, axis=1)
    dv = np.gradient(grid, axis=0)
    normal = np.cross(du, dv)
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    normal = np.where(length > 1e-9, normal / np.maximum(length, 1e-9), np.array([0.0, 0.0, 1.0]))
    if uv is None:
        uv = np.stack(
            np.meshgrid(np.linspace(0, 1, grid.shape[1]), np.linspace(0, 1, grid.shape[0])), 2
        )
    rows, cols = np.arange(grid.shape[0] - 1)[:, None], np.arange(grid.shape[1] - 1)[None]
    corners = [
        (rows, cols),
        (rows, cols + 1),
        (rows + 1, cols + 1),
        (rows, cols),
        (rows + 1, cols + 1),
        (rows + 1, cols),
    ]

    def soup(values: Array) -> Array:
        picked = np.stack([values[r, c] for r, c in corners], axis=2)
        return picked.reshape(-1, values.shape[-1])

    return _painted(soup(grid), soup(normal), soup(np.asarray(uv, np.float32)), look)


def cylinder(
    radius: float, height: float, look: Look, at: Vec3 = (0, 0, 0), sides: int = 10
) -> Mesh:
    return cone(radius, radius, height, look, at, sides)


def cone(
    base: float, top: float, height: float, look: Look, at: Vec3 = (0, 0, 0), sides: int = 10
) -> Mesh:
    """A closed frustum standing on `at`."""
    body = lathe([(base, 0), (top, height)], look, sides)
    caps = lathe([(0, 0), (base, 0)], look, sides) + lathe(
        [(top, height), (1e-4, height)], look, sides
    )
    return (body + caps).moved(*at)


@cache
def _unit_ball(sides: int) -> Mesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, max(5, sides // 2 + 2))
    return lathe([(float(np.cos(a)), float(np.sin(a))) for a in angle], Look((1, 1, 1)), sides)


def ellipsoid(radii: Vec3, look: Look, at: Vec3 = (0, 0, 0), sides: int = 10) -> Mesh:
    """An ellipsoid centred on `at`."""
    ball = _unit_ball(sides).scaled(*radii)
    ball.vertices[:, :3] += np.asarray(at, np.float32)
    ball.vertices[:, 8:12] = (*look.colour, look.material)
    return ball


@cache
def _unit_tube(sides: int = 8) -> tuple[Array, Array, Array]:
    """Cosine, sine and share of the length per vertex of an open tube."""
    step = np.linspace(0, 2 * np.pi, sides + 1)
    angles, along = [], []
    for a, b in pairwise(step):
        angles += [a, b, b, a, b, a]
        along += [0, 0, 1, 0, 1, 1]
    angle = np.asarray(angles)
    return np.cos(angle)[:, None], np.sin(angle)[:, None], np.asarray(along, np.float32)[:, None]


def rod(a: Point, b: Point, radius: float, look: Look, end: float | None = None) -> Mesh:
    """A round bar from a to b, tapering from `radius` to `end`; its ends are open."""
    start = np.asarray(a, np.float64)
    axis = np.asarray(b, np.float64) - start
    length = math.sqrt(float(axis @ axis))
    if length < 1e-6:
        return Mesh.empty()
    x, y, z = axis / length
    side = np.array([z, 0.0, -x]) if abs(y) < 0.9 else np.array([0.0, z, -y])
    side /= math.sqrt(float(side @ side))
    up = np.array([y * side[2] - z * side[1], z * side[0] - x * side[2], x * side[1] - y * side[0]])
    c, s, t = _unit_tube()
    out = np.empty((len(c), VERTEX_FLOATS), np.float32)
    out[:, 3:6] = c * side + s * up
    tip = radius if end is None else end
    out[:, :3] = start + t * axis + (radius + (tip - radius) * t) * out[:, 3:6]
    out[:, 6:7], out[:, 7:8] = c * radius, t * length
    out[:, 8:12] = (*look.colour, look.material)
    return Mesh(out)


def prism(outline: Sequence[tuple[float, float]], depth: float, look: Look) -> Mesh:
    """A convex outline in the x-z plane, extruded along y, centred on y = 0."""
    parts = []
    half = depth / 2
    n = len(outline)
    for i in range(n):
        (x0, z0), (x1, z1) = outline[i], outline[(i + 1) % n]
        parts.append(quad([(x0, -half, z0), (x1, -half, z1), (x1, half, z1), (x0, half, z0)], look))
    for y in (-half, half):
        for i in range(1, n - 1):
            a, b, c = outline[0], outline[i], outline[i + 1]
            parts.append(
                quad([(a[0], y, a[1]), (b[0], y, b[1]), (c[0], y, c[1]), (a[0], y, a[1])], look)
            )
    return merged(parts)
