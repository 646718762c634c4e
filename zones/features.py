"""Features of a collection as zones and permits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from xunjie.zones.digest import feature_digest
from xunjie.zones.fields import Faults, Fields
from xunjie.zones.hours import read_schedule
from xunjie.zones.permit import PERMIT_KINDS, Permit
from xunjie.zones.place import PLACE_KEYS, Place, read_place
from xunjie.zones.schedule import Schedule
from xunjie.zones.zone import ZONE_KINDS, Phase, Side, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xunjie.zones.datum import Crs

_COMMON = ("id", "kind", *PLACE_KEYS, "schedule", "valid_from", "valid_to", "version", "shop_id")
ZONE_KEYS = (*_COMMON, "phase", "min_dwell_s", "legal_basis", "name", "side")
PERMIT_KEYS = (*_COMMON, "holder")

MAX_DWELL_S = 7 * 86400.0
VERSION_DIGITS = 12  # hex digits of the feature's digest where it names no version


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a collection, opened: its properties and geometry still unread."""

    members: Mapping[str, object]
    fields: Fields
    crs: Crs
    faults: Faults
    faults_before: int

    @property
    def geometry(self) -> object:
        """The member of that name, as JSON gave it."""
        return self.members.get("geometry")

    @property
    def is_faulty(self) -> bool:
        """Whether a fault of this feature has been noted so far."""
        return len(self.faults.found) > self.faults_before


def open_feature(value: object, position: int, crs: Crs, faults: Faults) -> Feature | None:
    """The feature at a position (from 1) of its file; None after noting that it is none.

    Its faults go under its id, or under its position where it has no usable id.
    """
    before = len(faults.found)
    feature_id = raw_id(value)
    faults = faults.of_feature(f"#{position}" if feature_id is None else feature_id[:80])
    outer = Fields(value, faults, "feature")
    if not isinstance(value, dict):
        return None
    # "id" and "bbox" are members of RFC 7946; the id that counts stands in the properties.
    outer.refuse_unknown(("type", "id", "bbox", "geometry", "properties"))
    outer.choice("type", ("Feature",), required=True)
    properties = value.get("properties")
    if not isinstance(properties, dict):
        outer.fault("properties", "an object {…}")
        return None
    return Feature(value, Fields(properties, faults, ""), crs, faults, before)


def raw_id(value: object) -> str | None:
    """The id of a feature as it stands in its properties; None if it is not usable."""
    properties = value.get("properties") if isinstance(value, dict) else None
    own_id = properties.get("id") if isinstance(properties, dict) else None
    if isinstance(own_id, str) and own_id.isprintable() and own_id.strip():
        return own_id
    return None


@dataclass(frozen=True, slots=True)
class Hours:
    """When a feature counts; fields as in Zone."""

    schedule: Schedule
    valid_from_ns: int | None
    valid_to_ns: int | None


def read_zone(feature: Feature) -> Zone | None:
    """The zone of a feature; None after noting all that is wrong with it."""
    fields = feature.fields
    fields.refuse_unknown(ZONE_KEYS)
    zone_id = fields.text("id", required=True)
    kind = fields.choice("kind", ZONE_KINDS, required=True)
    place = _read_place(feature, is_line=kind == "shop_front")
    hours = _read_hours(feature)
    phases: tuple[Phase, ...] = get_args(Phase)
    phase = fields.choice("phase", phases) or "enforcing"
    side = _read_side(fields, is_line=kind == "shop_front")
    min_dwell_s = fields.number("min_dwell_s", 0.0, MAX_DWELL_S)
    legal_basis, name = fields.text("legal_basis") or "", fields.text("name") or ""
    shop_id, version = fields.text("shop_id"), _read_version(feature)
    if zone_id is None or kind is None or place is None or feature.is_faulty:
        return None
    return Zone(
        zone_id=zone_id,
        kind=kind,
        space=place.space,
        vertices=place.vertices,
        frame_wh=place.frame_wh,
        source_id=place.source_id,
        schedule=hours.schedule,
        valid_from_ns=hours.valid_from_ns,
        valid_to_ns=hours.valid_to_ns,
        phase=phase,
        min_dwell_s=min_dwell_s,
        legal_basis=legal_basis,
        version=version,
        side=side,
        shop_id=shop_id,
        name=name,
    )


def read_permit(feature: Feature) -> Permit | None:
    """The permit of a feature; None after noting all that is wrong with it."""
    fields = feature.fields
    fields.refuse_unknown(PERMIT_KEYS)
    permit_id = fields.text("id", required=True)
    kind = fields.choice("kind", PERMIT_KINDS, required=True)
    place = _read_place(feature, is_line=False)
    hours = _read_hours(feature)
    holder = fields.text("holder") or ""
    shop_id, version = fields.text("shop_id"), _read_version(feature)
    if permit_id is None or kind is None or place is None or feature.is_faulty:
        return None
    return Permit(
        permit_id=permit_id,
        kind=kind,
        vertices=place.vertices,
        space=place.space,
        source_id=place.source_id,
        frame_wh=place.frame_wh,
        schedule=hours.schedule,
        valid_from_ns=hours.valid_from_ns,
        valid_to_ns=hours.valid_to_ns,
        holder=holder,
        shop_id=shop_id,
        version=version,
    )


def _read_place(feature: Feature, *, is_line: bool) -> Place | None:
    return read_place(
        feature.fields, feature.geometry, feature.crs, feature.faults, is_line=is_line
    )


def _read_version(feature: Feature) -> str:
    version = feature.fields.text("version")
    if version is not None or feature.is_faulty:
        return version or ""
    return feature_digest(feature.members)[:VERSION_DIGITS]


def _read_hours(feature: Feature) -> Hours:
    fields = feature.fields
    valid_from_ns, valid_to_ns = fields.instant_ns("valid_from"), fields.instant_ns("valid_to")
    if valid_from_ns is not None and valid_to_ns is not None and valid_to_ns <= valid_from_ns:
        fields.fault("valid_to", "an instant after valid_from")
    schedule = None
    if "schedule" in fields:
        schedule = read_schedule(fields.raw("schedule"), feature.faults)
    return Hours(schedule or Schedule.always(), valid_from_ns, valid_to_ns)


def _read_side(fields: Fields, *, is_line: bool) -> Side | None:
    if not is_line:
        fields.refuse("side", "only a shop_front has a side")
        return None
    sides: tuple[Side, ...] = get_args(Side)
    return fields.choice("side", sides, required=True)
