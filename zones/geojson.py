"""A GeoJSON file as strict JSON: bounded, UTF-8, no duplicate keys, no NaN."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xunjie.zones.datum import CRS_NAMES, Crs
from xunjie.zones.digest import collection_digest
from xunjie.zones.errors import UnreadableFileError, ZoneError
from xunjie.zones.fields import Faults, Fields, shown

if TYPE_CHECKING:
    from pathlib import Path

Register = Literal["zones", "permits"]

MAX_BYTES = 64 * 2**20  # 100,000 zones of half a kilobyte, with some room

_CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
"""How QGIS and the GeoJSON of 2008 write WGS-84 longitude and latitude."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The features of a file, unread, with what the file says of itself and its faults so far."""

    register: Register
    crs: Crs
    features: tuple[object, ...]
    faults: Faults

    @property
    def digest(self) -> str:
        """Digest of what the file says; for files without faults."""
        return collection_digest(self.crs, [f for f in self.features if isinstance(f, dict)])


def read_collection(path: Path) -> Collection:
    """The file's features; ZoneError where nothing in it can be read."""
    faults = Faults(path, None, [])
    content = _read_json(path)
    if not isinstance(content, dict):
        raise ZoneError(path, None, f"expected a FeatureCollection, found {shown(content)}")
    fields = Fields(content, faults, "")
    fields.refuse_unknown(("type", "features", "crs", "register", "name", "bbox"))
    fields.choice("type", ("FeatureCollection",), required=True)
    registers: tuple[Register, ...] = ("zones", "permits")
    register = fields.choice("register", registers) or "zones"
    crs: Crs = "WGS84"
    if fields.raw("crs") != _CRS84:
        crs = fields.choice("crs", CRS_NAMES) or "WGS84"
    features = fields.raw("features")
    if not isinstance(features, list):
        fields.fault("features", "a list of features")
        features = []
    return Collection(register, crs, tuple(features), faults)


def _read_json(path: Path) -> object:
    try:
        # Bad numbers of more than 4300 digits and our own refusals come as ValueError too.
        return json.loads(
            _read_text(path), object_pairs_hook=_object, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ZoneError(path, None, f"not JSON: {error.msg} at {place}") from error
    except ValueError as error:
        raise ZoneError(path, None, f"not strict JSON: {error}") from error
    except RecursionError as error:
        raise ZoneError(path, None, "not GeoJSON: nested too deeply") from error


def _read_text(path: Path) -> str:
    try:
        if not path.is_file():
            reason = "is not a regular file" if path.exists() else "does not exist"
            raise UnreadableFileError(path, None, reason)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(path, None, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise ZoneError(path, None, f"larger than {MAX_BYTES // 2**20} MiB; split it by district")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start}; save it as UTF-8 (it may be GBK)"
        raise ZoneError(path, None, reason) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {twice!r} stands twice in one object; remove one of them")
    return members


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")
