"""The digest by which a package names the zones and permits it was judged with."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def content_digest(content: object) -> str:
    """sha256 (hex) of JSON content: key order, white space and 1 against 1.0 do not matter.

    >>> content_digest({"a": 1, "b": [2.0]}) == content_digest({"b": [2], "a": 1.0})
    True
    """
    text = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def feature_digest(feature: Mapping[str, object]) -> str:
    """Digest of the members that count: not of the foreign ``id`` and ``bbox``."""
    return content_digest({key: feature.get(key) for key in ("geometry", "properties")})


def collection_digest(crs: str, features: Iterable[Mapping[str, object]]) -> str:
    """Digest of a whole file; the order of its features does not matter."""
    return content_digest({"crs": crs, "features": sorted(feature_digest(f) for f in features)})


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
