"""Instants: integer UTC nanoseconds inside, ISO 8601 at the doors."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NS = 1_000_000_000


def now_ns() -> int:
    """The server's clock."""
    return time.time_ns()


def format_utc(t_ns: int) -> str:
    """ISO 8601 with milliseconds and Z.

    >>> format_utc(1_500_000_000)
    '1970-01-01T00:00:01.500Z'
    """
    whole = datetime.fromtimestamp(t_ns // _NS, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{t_ns % _NS // 1_000_000:03d}Z"


def format_local(t_ns: int, zone: ZoneInfo) -> str:
    """Wall-clock time in ``zone`` to the second, without the zone's name."""
    return f"{datetime.fromtimestamp(t_ns // _NS, zone):%Y-%m-%d %H:%M:%S}"


def describe_zone(zone: ZoneInfo, t_ns: int) -> str:
    """The zone's name and its offset at that instant.

    >>> from zoneinfo import ZoneInfo
    >>> describe_zone(ZoneInfo("Asia/Shanghai"), 0)
    'Asia/Shanghai (UTC+08:00)'
    """
    offset = f"{datetime.fromtimestamp(t_ns // _NS, zone):%z}"
    return f"{zone.key} (UTC{offset[:3]}:{offset[3:5]})"
