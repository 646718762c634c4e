"""Zone and permit files: loaded whole or refused, and checked for everything wrong with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from xunjie.zones.errors import UnreadableFileError, ZoneError
from xunjie.zones.features import Feature, open_feature, raw_id, read_permit, read_zone
from xunjie.zones.geojson import Collection, Register, read_collection
from xunjie.zones.permit import Permit, PermitRegister
from xunjie.zones.zone import Zone
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from xunjie.zones.fields import Faults

Item = TypeVar("Item", Zone, Permit)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a check of one file found.

    ``counts`` of good features by kind. ``notes`` are worth a look but refuse nothing.
    """

    register: Register
    counts: Mapping[str, int]
    faults: tuple[ZoneError, ...]
    notes: tuple[ZoneError, ...]


def load_zones(path: Path | str) -> ZoneSet:
    """The zones of a file; ZoneError with its first fault if it has any."""
    collection = read_collection(Path(path))
    zones = _read_features(collection, "zones", read_zone)
    _raise_first(collection)
    return ZoneSet(tuple(zones), collection.digest)


def load_permits(path: Path | str) -> PermitRegister:
    """The permits of a file; ZoneError with its first fault if it has any."""
    collection = read_collection(Path(path))
    permits = _read_features(collection, "permits", read_permit)
    _raise_first(collection)
    return PermitRegister(tuple(permits), collection.digest)


def check_file(path: Path | str) -> list[ZoneError]:
    """All faults of a zone or permit file, in its order; empty for a good one.

    A file that is missing or may not be read is its own single fault.
    """
    try:
        return list(inspect_file(path, None).faults)
    except UnreadableFileError as error:
        return [error]


def inspect_file(path: Path | str, now_ns: int | None) -> FileReport:
    """Everything a check says of a zone or permit file; notes only if ``now_ns`` is given.

    Raises UnreadableFileError where there is no file to check.
    """
    try:
        collection = read_collection(Path(path))
    except UnreadableFileError:
        raise
    except ZoneError as error:
        return FileReport("zones", {}, (error,), ())
    items: list[Zone] | list[Permit]
    if collection.register == "permits":
        items = _read_features(collection, "permits", read_permit)
    else:
        items = _read_features(collection, "zones", read_zone)
    notes = () if now_ns is None else tuple(_notes(collection.faults, items, now_ns))
    counts: dict[str, int] = dict(sorted(Counter(item.kind for item in items).items()))
    return FileReport(collection.register, counts, tuple(collection.faults.found), notes)


def _read_features(
    collection: Collection,
    register: Register,
    read: Callable[[Feature], Item | None],
) -> list[Item]:
    """The good features; what is wrong with the others is noted in the collection's faults."""
    faults = collection.faults
    if collection.register != register:
        faults.found.insert(0, _wrong_register(collection, register))
        return []
    first_at: dict[str | int, int] = {}
    items: list[Item] = []
    for position, value in enumerate(collection.features, 1):
        feature = open_feature(value, position, collection.crs, faults)
        if feature is None:
            continue
        first = first_at.setdefault(raw_id(value) or position, position)
        if first != position:
            reason = f"id: stands twice, at features #{first} and #{position}; give each its own"
            feature.faults.add(reason)
        item = read(feature)
        if item is not None:
            items.append(item)
    return items


def _wrong_register(collection: Collection, register: Register) -> ZoneError:
    reason = (
        f"register: expected {register}, found {collection.register}; "
        'a permit file says "register": "permits" beside its features, a zone file does not'
    )
    return ZoneError(collection.faults.path, None, reason)


def _raise_first(collection: Collection) -> None:
    if collection.faults.found:
        raise collection.faults.found[0]


def _notes(faults: Faults, items: Iterable[Zone | Permit], now_ns: int) -> Iterator[ZoneError]:
    for item in items:
        if item.valid_to_ns is not None and item.valid_to_ns <= now_ns:
            yield ZoneError(
                faults.path, _id_of(item), "has expired; it counts for older video only"
            )
        if not item.schedule.holiday_known(now_ns):
            reason = "names holidays, but this year's are not in the installed chinesecalendar"
            yield ZoneError(faults.path, _id_of(item), f"{reason}; update that package")


def _id_of(item: Zone | Permit) -> str:
    return item.zone_id if isinstance(item, Zone) else item.permit_id
