"""Features of a collection as zones and permits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from xunjie.zones.digest import content_digest
from xunjie.zones.fields import Faults, Fields
from xunjie.zones.hours import read_schedule
from xunjie.zones.permit import PERMIT_KINDS, Permit
from xunjie.zones.place import PLACE_KEYS, read_place
from xunjie.zones.schedule import Schedule
from xunjie.zones.zone import ZONE_KINDS, Phase, Side, Zone

if TYPE_CHECKING:
    from xunjie.zones.datum import Crs

_COMMON = ("id", "kind", *PLACE_KEYS, "schedule", "valid_from", "valid_to", "version", "shop_id")
ZONE_KEYS = (*_COMMON, "phase", "min_dwell_s", "legal_basis", "name", "side")
PERMIT_KEYS = (*_COMMON, "holder")

MAX_DWELL_S = 7 * 86400.0
VERSION_DIGITS = 12  # hex digits of the feature's digest where it names no version


@dataclass(frozen=True, slots=True)
class Hours:
    """When a feature counts; fields as in Zone."""

    schedule: Schedule
    valid_from_ns: int | None
    valid_to_ns: int | None


def read_zone(feature: object, position: int, crs: Crs, faults: Faults) -> Zone | None:
    """The zone of a feature; None after noting all that is wrong with it."""
    before = len(faults.found)
    fields, geometry, faults = _open(feature, position, faults)
    fields.refuse_unknown(ZONE_KEYS)
    zone_id = fields.text("id", required=True)
    kind = fields.choice("kind", ZONE_KINDS, required=True)
    place = read_place(fields, geometry, crs, faults, is_line=kind == "shop_front")
    hours = _read_hours(fields, faults)
    phases: tuple[Phase, ...] = get_args(Phase)
    phase = fields.choice("phase", phases) or "enforcing"
    side = _read_side(fields, is_line=kind == "shop_front")
    min_dwell_s = fields.number("min_dwell_s", 0.0, MAX_DWELL_S)
    legal_basis, name = fields.text("legal_basis") or "", fields.text("name") or ""
    shop_id, version = fields.text("shop_id"), fields.text("version")
    if zone_id is None or kind is None or place is None or len(faults.found) > before:
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
        version=version or content_digest(feature)[:VERSION_DIGITS],
        side=side,
        shop_id=shop_id,
        name=name,
    )


def read_permit(feature: object, position: int, crs: Crs, faults: Faults) -> Permit | None:
    """The permit of a feature; None after noting all that is wrong with it."""
    before = len(faults.found)
    fields, geometry, faults = _open(feature, position, faults)
    fields.refuse_unknown(PERMIT_KEYS)
    permit_id = fields.text("id", required=True)
    kind = fields.choice("kind", PERMIT_KINDS, required=True)
    place = read_place(fields, geometry, crs, faults, is_line=False)
    hours = _read_hours(fields, faults)
    holder = fields.text("holder") or ""
    shop_id, version = fields.text("shop_id"), fields.text("version")
    if permit_id is None or kind is None or place is None or len(faults.found) > before:
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
        version=version or content_digest(feature)[:VERSION_DIGITS],
    )


def _open(feature: object, position: int, faults: Faults) -> tuple[Fields, object, Faults]:
    """Properties and geometry of a feature; its faults go under its id, else its position."""
    members = feature if isinstance(feature, dict) else {}
    properties = members.get("properties")
    own_id = properties.get("id") if isinstance(properties, dict) else None
    is_named = isinstance(own_id, str) and own_id.isprintable() and own_id.strip() != ""
    faults = faults.of_feature(str(own_id)[:80] if is_named else f"#{position}")
    outer = Fields(feature, faults, "feature")
    if members:
        # "id" and "bbox" are members of RFC 7946; the id that counts stands in the properties.
        outer.refuse_unknown(("type", "id", "bbox", "geometry", "properties"))
        outer.choice("type", ("Feature",), required=True)
    where = "" if isinstance(properties, dict) else "properties"
    return Fields(properties, faults, where), members.get("geometry"), faults


def _read_hours(fields: Fields, faults: Faults) -> Hours:
    valid_from_ns, valid_to_ns = fields.instant_ns("valid_from"), fields.instant_ns("valid_to")
    if valid_from_ns is not None and valid_to_ns is not None and valid_to_ns <= valid_from_ns:
        fields.fault("valid_to", "an instant after valid_from")
    schedule = None
    if "schedule" in fields:
        schedule = read_schedule(fields.raw("schedule"), faults)
    return Hours(schedule or Schedule.always(), valid_from_ns, valid_to_ns)


def _read_side(fields: Fields, *, is_line: bool) -> Side | None:
    if not is_line:
        fields.refuse("side", "only a shop_front has a side")
        return None
    sides: tuple[Side, ...] = get_args(Side)
    return fields.choice("side", sides, required=True)
