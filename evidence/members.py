"""Strict reading of one JSON object: exactly the named members, each of the expected type."""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Any

from xunjie.evidence.errors import FormatError
from xunjie.evidence.instants import to_ns

SHA256 = re.compile(r"[0-9a-f]{64}")
# Ids are plain ASCII so that sed, a shell and every file system read them alike.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}")
# A package id is also a folder's name.
PACKAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
# A remark: printable ASCII that needs no escape in JSON.
REMARK = re.compile(r"[ !#-\[\]-~]{1,200}")
MAX_INT = 2**53 - 1


def check_text(where: str, value: object, pattern: re.Pattern[str]) -> str:
    """``value`` if it is text that matches the whole pattern; else FormatError naming ``where``."""
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise FormatError(f"{where}: expected text like {pattern.pattern}, found {_short(value)}")
    return value


def check_integer(where: str, value: object, low: int) -> int:
    """``value`` if it is an integer of at least ``low`` and below 2**53; else FormatError."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= MAX_INT:
        raise FormatError(f"{where}: expected an integer from {low}, found {_short(value)}")
    return value


def check_number(where: str, value: object) -> float:
    """``value`` as a finite float; else FormatError."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):  # type: ignore[arg-type]
        raise FormatError(f"{where}: expected a finite number, found {_short(value)}")
    return float(value)  # type: ignore[arg-type]


def check_instant(where: str, value: object) -> str:
    """``value`` if it is UTC text (see ``instants.to_ns``); else FormatError."""
    if not isinstance(value, str):
        raise FormatError(f"{where}: expected UTC text, found {_short(value)}")
    try:
        to_ns(value)
    except FormatError as e:
        raise FormatError(f"{where}: {e}") from e
    return value


def check_base64(where: str, text: str) -> bytes:
    """The bytes of base64 text in its one canonical spelling (RFC 4648 §3.5); else FormatError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise FormatError(f"{where}: not base64: {e}") from e
    if base64.b64encode(raw).decode() != text:
        raise FormatError(f"{where}: base64 with spare bits set or other padding")
    return raw


class Members:
    """The members of one JSON object, read by name and type.

    Missing and unknown members are refused at once: what a reader does not know, it must not
    skip, because the writer may have meant it to matter.
    """

    def __init__(self, value: object, where: str, names: set[str]) -> None:
        if not isinstance(value, dict):
            raise FormatError(f"{where}: expected an object, found {_short(value)}")
        for problem, found in (
            ("missing", names - value.keys()),
            ("unknown", value.keys() - names),
        ):
            if found:
                raise FormatError(f"{where}: {problem} member {min(found)!r}")
        self._value: dict[str, Any] = value
        self._where = where

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        """Text matching the whole pattern."""
        return check_text(f"{self._where}.{name}", self._value[name], pattern)

    def optional_text(self, name: str, pattern: re.Pattern[str]) -> str | None:
        """Text matching the whole pattern, or null."""
        return None if self._value[name] is None else self.text(name, pattern)

    def instant(self, name: str) -> str:
        """UTC text."""
        return check_instant(f"{self._where}.{name}", self._value[name])

    def optional_instant(self, name: str) -> str | None:
        """UTC text, or null."""
        return None if self._value[name] is None else self.instant(name)

    def integer(self, name: str, low: int) -> int:
        """An integer from ``low`` to 2**53 - 1."""
        return check_integer(f"{self._where}.{name}", self._value[name], low)

    def items(self, name: str) -> list[Any]:
        """An array."""
        value = self._value[name]
        if not isinstance(value, list):
            raise FormatError(f"{self._where}.{name}: expected an array, found {_short(value)}")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """An object with any members."""
        value = self._value[name]
        if not isinstance(value, dict):
            raise FormatError(f"{self._where}.{name}: expected an object, found {_short(value)}")
        return value

    def within(self, name: str, names: set[str]) -> Members:
        """An object with exactly the given members."""
        return Members(self._value[name], f"{self._where}.{name}", names)

    def raw(self, name: str) -> Any:
        """The value as parsed."""
        return self._value[name]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
