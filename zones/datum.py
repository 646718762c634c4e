"""WGS-84, GCJ-02 and BD-09: the datums of coordinates published in China.

Arrays of (longitude, latitude) in degrees, float64 (..., 2), in and out. The offset formulas are
the ones published for GCJ-02 (Krasovsky 1940 ellipsoid) and BD-09. They are only defined for
mainland China; whether a point is in such a datum is a fact about its source, so no function here
guesses it from the place. Inverses are iterated: the naive inverse is wrong by up to 4 m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Degrees = NDArray[np.float64]

Crs = Literal["WGS84", "GCJ02", "BD09"]
CRS_NAMES: tuple[Crs, ...] = get_args(Crs)

CHINA_LON_LAT = ((72.004, 137.8347), (0.8293, 55.8271))
"""The rectangle outside which nothing is published in GCJ-02 or BD-09."""

_SEMI_MAJOR_M, _ECCENTRICITY_SQ = 6378245.0, 0.00669342162296594323  # Krasovsky 1940
_ORIGIN = np.array([105.0, 35.0])
_BD_SHIFT = np.array([0.0065, 0.006])
_BD_WAVE = np.pi * 3000.0 / 180.0
_STEPS = 6  # each step divides the error by some 10^3 to 10^4; six leave 0.0 m


def wgs84_to_gcj02(lon_lat: Degrees) -> Degrees:
    """The GCJ-02 coordinates of WGS-84 points, 0.3 to 0.6 km away.

    >>> wgs84_to_gcj02(np.array([116.404, 39.915])).round(6).tolist()
    [116.410244, 39.916404]
    """
    x, y = np.moveaxis(lon_lat - _ORIGIN, -1, 0)
    root = np.sqrt(np.abs(x))
    short = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (2.0 / 3.0) * (short + _waves(x, ((20.0, 1), (40.0, 3), (150.0, 12), (300.0, 30))))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (2.0 / 3.0) * (short + _waves(y, ((20.0, 1), (40.0, 3), (160.0, 12), (320.0, 30))))
    lat = np.radians(lon_lat[..., 1])
    w = 1.0 - _ECCENTRICITY_SQ * np.sin(lat) ** 2
    prime_m = _SEMI_MAJOR_M / np.sqrt(w)
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQ) / w**1.5
    shift = np.stack([east_m / (prime_m * np.cos(lat)), north_m / meridian_m], axis=-1)
    moved: Degrees = lon_lat + np.degrees(shift)
    return moved


def gcj02_to_bd09(lon_lat: Degrees) -> Degrees:
    """The BD-09 coordinates of GCJ-02 points."""
    x, y = np.moveaxis(lon_lat, -1, 0)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_WAVE)
    moved: Degrees = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1) + _BD_SHIFT
    return moved


def gcj02_to_wgs84(lon_lat: Degrees) -> Degrees:
    """The WGS-84 points whose GCJ-02 coordinates are given."""
    return _inverse(wgs84_to_gcj02, lon_lat)


def bd09_to_gcj02(lon_lat: Degrees) -> Degrees:
    """The GCJ-02 points whose BD-09 coordinates are given."""
    return _inverse(gcj02_to_bd09, lon_lat)


def to_wgs84(lon_lat: Degrees, crs: Crs) -> Degrees:
    """Points given in ``crs`` as WGS-84."""
    if crs == "BD09":
        lon_lat = bd09_to_gcj02(lon_lat)
    return lon_lat if crs == "WGS84" else gcj02_to_wgs84(lon_lat)


def _waves(t: Degrees, terms: tuple[tuple[float, int], ...]) -> Degrees:
    """Sum of amplitude · sin(π t / divisor)."""
    return sum((a * np.sin(np.pi * t / divisor) for a, divisor in terms), np.zeros_like(t))


def _inverse(forward: Callable[[Degrees], Degrees], target: Degrees) -> Degrees:
    """The points that ``forward`` takes to ``target``, by fixed-point iteration."""
    guess = target
    for _ in range(_STEPS):
        guess = guess + (target - forward(guess))
    return guess
