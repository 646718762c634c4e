"""JSON with one spelling only: RFC 8785 out, and in only what RFC 8785 would have written."""

from __future__ import annotations

import json
from typing import Any

import rfc8785

from xunjie.evidence.errors import FormatError


def render(value: Any) -> bytes:
    """The canonical bytes (RFC 8785) of a JSON value; no final newline.

    Refused with FormatError: NaN, infinity, integers of 2**53 and above (so nanosecond times are
    strings), lone surrogates, anything that is not JSON.

    >>> render({"b": 1.0, "a": [None, True]})
    b'{"a":[null,true],"b":1}'
    """
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as e:
        raise FormatError(f"not canonical JSON: {str(e) or type(e).__name__}") from e


def parse(data: bytes, limit: int) -> Any:
    """The value of JSON bytes in any spelling; at most ``limit`` bytes are looked at.

    Refused with FormatError: too long, not UTF-8, not JSON, the same key twice, NaN, infinity.
    """
    if len(data) > limit:
        raise FormatError(f"{len(data)} bytes, expected at most {limit}")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as e:
        raise FormatError(f"not JSON: {str(e) or type(e).__name__}") from e


def parse_canonical(data: bytes, limit: int) -> Any:
    """The value of canonical JSON bytes; refused unless rendering it again gives the same bytes.

    That one comparison closes duplicate keys, other escapes, other number spellings, white space
    and key order: whatever a lenient parser would take and a second verifier read differently.
    """
    value = parse(data, limit)
    again = render(value)
    if again != data:
        at = next(
            (i for i, (a, b) in enumerate(zip(again, data, strict=False)) if a != b),
            min(len(again), len(data)),
        )
        raise FormatError(f"not canonical JSON (RFC 8785): differs at byte {at}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"key {twice!r} stands twice in one object")
    return members


def _refuse_constant(text: str) -> None:
    raise FormatError(f"{text} is not JSON")
