"""Datum conversions against published values, an independent implementation and themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunjie.zones.datum import (
    CRS_NAMES,
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)
from xunjie.zones.geometry import metres_per_degree

in_china = st.tuples(st.floats(73.5, 135.0), st.floats(18.0, 53.5)).map(np.array)
GRID = np.stack(np.meshgrid(np.linspace(74, 134, 61), np.linspace(18, 53, 50)), axis=-1)

# Longitude, latitude in WGS-84 and GCJ-02, as the test tables of several converters publish them;
# they use rounded constants, which moves points by up to 11 mm (1e-7 degrees).
PUBLISHED = {
    "Shanghai": ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    "Shenzhen": ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    "Beijing": ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
}


def apart_m(a: np.ndarray, b: np.ndarray) -> float:
    """The greatest distance between points of two arrays in metres."""
    scale = np.array(metres_per_degree(float(np.mean(a[..., 1]))))
    return float(np.linalg.norm((a - b) * scale, axis=-1).max())


@pytest.mark.parametrize("city", PUBLISHED)
def test_city_lands_where_the_published_table_says(city: str) -> None:
    wgs, gcj = map(np.array, PUBLISHED[city])
    assert apart_m(wgs84_to_gcj02(wgs), gcj) < 0.02


def test_offset_in_china_is_some_hundred_metres() -> None:
    shifted = wgs84_to_gcj02(GRID) - GRID
    scale = np.array([metres_per_degree(float(lat)) for lat in GRID[:, 0, 1]])[:, None, :]
    offset_m = np.linalg.norm(shifted * scale, axis=-1)
    assert offset_m.min() > 40
    assert offset_m.max() < 1000


def test_forward_agrees_with_an_independent_implementation() -> None:
    prcoords = pytest.importorskip("prcoords")
    points = GRID.reshape(-1, 2)[::7]
    gcj = np.array([prcoords.wgs_gcj((lat, lon))[::-1] for lon, lat in points])
    bd = np.array([prcoords.gcj_bd((lat, lon))[::-1] for lon, lat in points])
    assert apart_m(wgs84_to_gcj02(points), gcj) < 1e-6
    assert apart_m(gcj02_to_bd09(points), bd) < 1e-6


def test_inverse_agrees_with_an_independent_implementation() -> None:
    prcoords = pytest.importorskip("prcoords")
    points = GRID.reshape(-1, 2)[::7]
    wgs = np.array([prcoords.gcj_wgs_bored((lat, lon))[::-1] for lon, lat in points])
    assert apart_m(gcj02_to_wgs84(points), wgs) < 0.01  # theirs stops at some millimetres


@given(point=in_china)
def test_gcj02_round_trip_stays_within_a_millimetre(point: np.ndarray) -> None:
    assert apart_m(gcj02_to_wgs84(wgs84_to_gcj02(point)), point) < 0.001
    assert apart_m(wgs84_to_gcj02(gcj02_to_wgs84(point)), point) < 0.001


@given(point=in_china)
def test_bd09_round_trip_stays_within_a_millimetre(point: np.ndarray) -> None:
    assert apart_m(bd09_to_gcj02(gcj02_to_bd09(point)), point) < 0.001
    assert apart_m(gcj02_to_bd09(bd09_to_gcj02(point)), point) < 0.001


@given(point=in_china)
def test_many_points_convert_like_one(point: np.ndarray) -> None:
    many = np.stack([point, point + 1.0])
    assert np.allclose(wgs84_to_gcj02(many)[0], wgs84_to_gcj02(point), rtol=0, atol=1e-12)


def test_to_wgs84_undoes_each_datum() -> None:
    wgs = np.array([[121.47, 31.23], [104.06, 30.67]])
    gcj = wgs84_to_gcj02(wgs)
    given_in = {"WGS84": wgs, "GCJ02": gcj, "BD09": gcj02_to_bd09(gcj)}
    for crs in CRS_NAMES:
        assert apart_m(to_wgs84(given_in[crs], crs), wgs) < 1e-6
