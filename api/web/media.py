"""Which files of a package an officer looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_KINDS = ("scene", "onset", "decisive")
_MAX_POINTS = 500


@dataclass(frozen=True, slots=True)
class Still:
    """One still: "scene", "onset", "decisive" or "other", and where to get it."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Zone or shop line on the frame: SVG ``points`` in pixels of the full frame."""

    points: str
    is_line: bool


def file_url(digest: str, path: str) -> str:
    """The URL of a file in a package."""
    return f"/api/packages/{digest}/files/{path}"


def list_stills(digest: str, paths: list[str]) -> list[Still]:
    """The stills in the order of their names, which start with a number."""
    pictures = sorted(path for path in paths if path.endswith((".jpg", ".jpeg", ".png")))
    return [Still(_kind(path), file_url(digest, path)) for path in pictures]


def find_decisive(stills: list[Still]) -> Still | None:
    """The still that shows the decisive moment, or the last there is."""
    decisive = [still for still in stills if still.kind == "decisive"]
    return next(iter(decisive or stills[-1:]), None)


def find_clip(digest: str, paths: list[str]) -> str | None:
    """The URL of the clip, or None."""
    clips = [path for path in paths if path.endswith(".mp4")]
    return file_url(digest, clips[0]) if clips else None


def find_outline(context: dict[str, Any]) -> Outline | None:
    """The outline of the zone that context.json names, or None.

    Read leniently: evidence without a drawing is still evidence.
    """
    zone = context.get("zone")
    points = _points(zone.get("outline_px")) if isinstance(zone, dict) else []
    if not isinstance(zone, dict) or not points:
        return None
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Outline(drawn, is_line=zone.get("is_closed") is False)


def _points(value: object) -> list[tuple[float, float]]:
    if not isinstance(value, list) or not 2 <= len(value) <= _MAX_POINTS:
        return []
    points = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            return []
        x, y = pair
        if not isinstance(x, int | float) or not isinstance(y, int | float):
            return []
        points.append((float(x), float(y)))
    return points


def _kind(path: str) -> str:
    name = path.rpartition("/")[2]
    return next((kind for kind in _KINDS if kind in name), "other")
