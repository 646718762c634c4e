"""UTC instants as text at the doors, as integer nanoseconds inside."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from xunjie.evidence.errors import FormatError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# One spelling: upper-case T and Z, no offset, no leap second, at most nanoseconds.
# The years are bounded so that texts of equal length order like the instants they name.
_UTC = re.compile(
    r"((?:19[7-9]\d|2\d{3})-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?Z",
    re.ASCII,
)


def to_ns(text: str) -> int:
    """Nanoseconds since 1970 of an ISO 8601 UTC text such as ``2026-05-16T02:00:00.250Z``.

    Refused with FormatError: other offsets or spellings, days that do not exist.

    >>> to_ns("1970-01-01T00:00:01.5Z")
    1500000000
    """
    match = _UTC.fullmatch(text)
    if match is None:
        raise FormatError(f"time {text!r}: expected YYYY-MM-DDTHH:MM:SS[.fraction]Z")
    try:
        moment = datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError as e:
        raise FormatError(f"time {text!r}: {e}") from e
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 10**9 + int((match[2] or "").ljust(9, "0"))


def from_ns(t_ns: int) -> str:
    """ISO 8601 UTC text of an instant, with milliseconds (nanoseconds if it has finer parts).

    >>> from_ns(1_500_000_000)
    '1970-01-01T00:00:01.500Z'
    """
    seconds, rest = divmod(t_ns, 10**9)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{rest // 10**6:03}" if rest % 10**6 == 0 else f"{rest:09}"
    return f"{whole}.{fraction}Z"
