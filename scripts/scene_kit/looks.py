"""Surfaces: an sRGB colour in [0, 1] and the number of a pattern that the shader draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

Colour = tuple[float, float, float]


class Material(IntEnum):
    """Patterns of the fragment shader; the numbers are part of it (shaders.py)."""

    PLAIN = 0
    LETTERING = 1
    PAVING = 2
    ASPHALT = 3
    BRICK = 4
    PLASTER = 5
    SHUTTER = 6
    CLOTH = 7
    CARDBOARD = 8
    SHOP_GLASS = 9
    FOLIAGE = 10
    BAG = 11
    METAL = 12
    STRIPES = 13
    WOOD = 14
    WINDOW = 15
    SKY = 16
    TILES = 17


@dataclass(frozen=True, slots=True)
class Look:
    colour: Colour
    material: float = 0.0

    def shaded(self, factor: float) -> Look:
        """The same surface, lighter or darker."""
        r, g, b = (min(1.0, max(0.0, c * factor)) for c in self.colour)
        return replace(self, colour=(r, g, b))


def plain(r: float, g: float, b: float) -> Look:
    return Look((r, g, b))


def of(material: Material, colour: Colour) -> Look:
    return Look(colour, float(material))


def vivid(rng: np.random.Generator) -> Colour:
    """A saturated colour as on plastic, paint and print."""
    return hsv(float(rng.random()), float(rng.uniform(0.55, 0.95)), float(rng.uniform(0.45, 0.95)))


def muted(rng: np.random.Generator) -> Colour:
    """A dull colour as on walls and everyday clothes."""
    return hsv(float(rng.random()), float(rng.uniform(0.03, 0.35)), float(rng.uniform(0.2, 0.85)))


def jittered(colour: Colour, rng: np.random.Generator, amount: float = 0.06) -> Colour:
    """Mostly lighter or darker, a little of another hue: greys stay greyish."""
    shift = rng.uniform(-amount, amount)
    tints = rng.uniform(-0.35 * amount, 0.35 * amount, 3)
    r, g, b = (
        float(np.clip(c + shift + t, 0.02, 0.98)) for c, t in zip(colour, tints, strict=True)
    )
    return (r, g, b)


def hsv(h: float, s: float, v: float) -> Colour:
    """Hue, saturation and value in [0, 1] as sRGB."""
    k = [(n + h * 6) % 6 for n in (5, 3, 1)]
    r, g, b = (v - v * s * max(0.0, min(x, 4 - x, 1.0)) for x in k)
    return (r, g, b)


def pick(options: list[Colour], rng: np.random.Generator) -> Colour:
    return options[int(rng.integers(len(options)))]


STEEL = of(Material.METAL, (0.55, 0.56, 0.58))
DARK_STEEL = of(Material.METAL, (0.2, 0.21, 0.22))
RUBBER = plain(0.06, 0.06, 0.065)
TIMBER = of(Material.WOOD, (0.55, 0.38, 0.22))
CARTON = of(Material.CARDBOARD, (0.68, 0.52, 0.34))
