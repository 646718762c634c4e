"""The members of one JSON object, read with the expected type; faults are collected, not raised."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from xunjie.zones.errors import ZoneError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

T = TypeVar("T", bound=str)

MAX_TEXT = 500  # characters; ids and names end up in evidence and on labels
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Faults:
    """Where faults of one file are noted; ``found`` is shared by all features of the file."""

    path: Path
    feature_id: str | None
    found: list[ZoneError]

    def of_feature(self, feature_id: str) -> Faults:
        """The same list, for faults of one feature."""
        return replace(self, feature_id=feature_id)

    def add(self, reason: str) -> None:
        """Note one fault."""
        self.found.append(ZoneError(self.path, self.feature_id, reason))


class Fields:
    """One JSON object; ``where`` is its name in messages ("" for the properties of a feature)."""

    def __init__(self, value: object, faults: Faults, where: str) -> None:
        self.where = where
        self._faults = faults
        self._values: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self._values = value
        else:
            faults.add(f"{where}: expected an object {{…}}, found {shown(value)}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def raw(self, key: str) -> object:
        """The member as JSON gave it, None if it is missing."""
        return self._values.get(key)

    def refuse_unknown(self, known: Sequence[str]) -> None:
        """Note every member that is not known, with the nearest known name."""
        for key in self._values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
                self._faults.add(f"{self._name(key)}: unknown key; {hint}")

    def refuse(self, key: str, reason: str) -> None:
        """Note that the member has no place here, if it is present."""
        if key in self._values:
            self._faults.add(f"{self._name(key)}: {reason}; remove it")

    def fault(self, key: str, expected: str) -> None:
        """Note that the member is not what is expected, or is missing."""
        found = shown(self._values[key]) if key in self._values else "nothing"
        self._faults.add(f"{self._name(key)}: expected {expected}, found {found}")

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A printable text of 1 to MAX_TEXT characters; None if missing or faulty."""
        if key not in self._values and not required:
            return None
        value = self._values.get(key)
        if isinstance(value, str) and value.strip() and value.isprintable():
            if len(value) <= MAX_TEXT:
                return value
            self._faults.add(
                f"{self._name(key)}: expected at most {MAX_TEXT} characters, found {len(value)}"
            )
            return None
        hint = f' (write it in quotes: "{value}")' if type(value) in (int, float) else ""
        self.fault(key, f"a text in one line{hint}")
        return None

    def choice(self, key: str, options: Sequence[T], *, required: bool = False) -> T | None:
        """One of some words; None if missing or faulty."""
        if key not in self._values and not required:
            return None
        value = self._values.get(key)
        for option in options:
            if value == option:
                return option
        near = difflib.get_close_matches(value, options, n=1) if isinstance(value, str) else []
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        self.fault(key, f"one of {', '.join(options)}{hint}")
        return None

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number within [low, high]; None if missing or faulty."""
        if key not in self._values:
            return None
        value = self._values[key]
        if is_number(value) and low <= value <= high:
            return float(value)
        self.fault(key, f"a number from {low:g} to {high:g}")
        return None

    def instant_ns(self, key: str) -> int | None:
        """An ISO 8601 instant with Z or offset as UTC nanoseconds; None if missing or faulty."""
        if key not in self._values:
            return None
        value = self._values[key]
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fault(key, "date and time with offset such as 2026-05-01T00:00:00+08:00")
            return None
        return (moment - _EPOCH) // timedelta(microseconds=1) * 1000

    def _name(self, key: str) -> str:
        shown_key = key if key.isprintable() and len(key) <= 60 else shown(key)
        return f"{self.where}.{shown_key}" if self.where else shown_key


def is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= 1e15 and math.isfinite(value)


def shown(value: object) -> str:
    """A JSON value for a message, cut to 60 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:  # as deep as the parser allows is too deep from here
        return "something nested deeply"
    text = text if text.isprintable() else ascii(text)
    return text if len(text) <= 60 else text[:57] + "…"
