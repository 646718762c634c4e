"""The record of one alleged violation: what a machine claims, under which rules and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from xunjie.evidence.canonical import parse_canonical, render
from xunjie.evidence.errors import FormatError
from xunjie.evidence.instants import to_ns
from xunjie.evidence.members import (
    ID,
    SHA256,
    Members,
    check_instant,
    check_integer,
    check_number,
    check_text,
)
from xunjie.evidence.paths import check_payload_path

FORMAT = "xunjie-violation/1"
MAX_BYTES = 256 * 1024
MAX_TEXT = 2000
PHASES = ("warning", "enforcing")
LANGUAGES = {"zh", "en"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One **alleged** violation; people decide. JSON-safe: text, numbers, lists and objects only.

    ``onset_utc``, ``decisive_utc``, ``end_utc`` are ISO 8601 with Z: first sighting, the moment the
    rule decided, last sighting. ``dwell_s`` seconds. ``box_xyxy_px`` half-open pixels of the
    full-resolution frame ``frame_wh`` (width, height); it may reach outside the frame. ``score``
    in [0, 1]. ``model_digests`` (sha256 hex) stand in the order of ``model_ids``. The three other
    digests are sha256 hex of what the decision was made under. ``clock`` has text under "source"
    and "quality". ``why`` has plain sentences under "zh" and "en". ``facts`` is any JSON object
    (instants in nanoseconds as text: JSON integers end at 2**53). ``media`` are the package's
    paths of stills and clip; a package that lacks one is refused. ``zone_id`` and
    ``zone_version`` may be empty: a sign without a permit stands in no zone.

    Anything else is refused with FormatError (a ValueError). Values are copied and normalised,
    so that ``from_json_bytes(v.to_json_bytes()) == v``.
    """

    violation_id: str
    rule_id: str
    rule_version: str
    source_id: str
    episode_id: str
    class_name: str
    zone_id: str
    zone_version: str
    phase: str
    onset_utc: str
    decisive_utc: str
    end_utc: str
    dwell_s: float
    box_xyxy_px: tuple[float, float, float, float]
    frame_wh: tuple[int, int]
    score: float
    model_ids: tuple[str, ...]
    model_digests: tuple[str, ...]
    config_digest: str
    zones_digest: str
    permits_digest: str
    clock: Mapping[str, str]
    why: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    media: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text("violation.violation_id", self.violation_id, ID)
        for name in ("rule_id", "rule_version", "source_id", "episode_id", "class_name"):
            _check_plain(name, getattr(self, name), 1)
        for name in ("zone_id", "zone_version"):
            _check_plain(name, getattr(self, name), 0)
        for name in ("config_digest", "zones_digest", "permits_digest"):
            check_text(f"violation.{name}", getattr(self, name), SHA256)
        if self.phase not in PHASES:
            raise FormatError(f"violation.phase: expected one of {PHASES}, found {self.phase!r}")
        self._check_times()
        self._set_measures()
        self._set_lists()
        self._set_objects()

    def _check_times(self) -> None:
        names = ("onset_utc", "decisive_utc", "end_utc")
        times = [to_ns(check_instant(f"violation.{name}", getattr(self, name))) for name in names]
        if times[0] > min(times):
            found = f"{self.onset_utc}, {self.decisive_utc}, {self.end_utc}"
            raise FormatError(f"violation.onset_utc: expected the earliest of the times: {found}")

    def _set_measures(self) -> None:
        dwell = check_number("violation.dwell_s", self.dwell_s)
        score = check_number("violation.score", self.score)
        box = tuple(check_number("violation.box_xyxy_px", side) for side in self.box_xyxy_px)
        wh = tuple(check_integer("violation.frame_wh", side, 1) for side in self.frame_wh)
        if dwell < 0:
            raise FormatError(f"violation.dwell_s: expected 0 or more seconds, found {dwell}")
        if not 0 <= score <= 1:
            raise FormatError(f"violation.score: expected [0, 1], found {score}")
        if len(box) != 4 or not (box[0] < box[2] and box[1] < box[3]):
            raise FormatError(f"violation.box_xyxy_px: expected x1 < x2, y1 < y2, found {box}")
        if len(wh) != 2:
            raise FormatError(f"violation.frame_wh: expected (width, height), found {wh}")
        for name, value in (("dwell_s", dwell), ("score", score), ("box_xyxy_px", box)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "frame_wh", wh)

    def _set_lists(self) -> None:
        for name in ("model_ids", "model_digests", "media"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        if not self.model_ids or len(self.model_ids) != len(self.model_digests):
            found = f"{len(self.model_ids)} ids, {len(self.model_digests)} digests"
            raise FormatError(f"violation.model_ids: expected a digest for each id, found {found}")
        for digest in self.model_digests:
            check_text("violation.model_digests", digest, SHA256)
        for path in self.media:
            check_payload_path(path)
        if len(set(self.media)) != len(self.media):
            raise FormatError(f"violation.media: a path stands twice: {self.media}")

    def _set_objects(self) -> None:
        for name, keys in (("clock", {"source", "quality"}), ("why", LANGUAGES)):
            members = Members(dict(getattr(self, name)), f"violation.{name}", keys)
            texts = {key: _check_plain(f"{name}.{key}", members.raw(key), 1) for key in keys}
            object.__setattr__(self, name, texts)
        facts = parse_canonical(render(dict(self.facts)), MAX_BYTES)
        object.__setattr__(self, "facts", facts)

    def to_json_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785) of the record; refused above MAX_BYTES."""
        members = {item.name: getattr(self, item.name) for item in fields(self)}
        data = render({"format": FORMAT, **members})
        if len(data) > MAX_BYTES:
            raise FormatError(f"violation: {len(data)} bytes, expected at most {MAX_BYTES}")
        return data

    @classmethod
    def from_json_bytes(cls, data: bytes) -> Violation:
        """The record in ``data``: canonical JSON with exactly the known members, or FormatError."""
        names = {item.name for item in fields(cls)}
        value = parse_canonical(data, MAX_BYTES)
        members = Members(value, "violation", names | {"format"})
        if members.raw("format") != FORMAT:
            found = members.raw("format")
            raise FormatError(f"violation.format: expected {FORMAT!r}, found {found!r}")
        for name in ("box_xyxy_px", "frame_wh", "model_ids", "model_digests", "media"):
            members.items(name)
        for name in ("clock", "why", "facts"):
            members.mapping(name)
        return cls(**{name: members.raw(name) for name in names})


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise FormatError(f"violation.{name}: expected several texts, found one {values!r}")
    return tuple(_check_plain(name, value, 1) for value in values)


def _check_plain(name: str, value: object, shortest: int) -> str:
    if not isinstance(value, str) or not shortest <= len(value) <= MAX_TEXT:
        raise FormatError(
            f"violation.{name}: expected text of {shortest} to {MAX_TEXT} characters, "
            f"found {value!r}"
        )
    return value
