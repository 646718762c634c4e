"""What the pages show, made from rows; templates only lay it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xunjie.api.clock import format_local, format_utc
from xunjie.api.reasons import find_reason
from xunjie.api.web.facts import Fact, list_facts, list_other_facts
from xunjie.api.web.media import Outline, Still, find_clip, find_decisive, find_outline, list_stills
from xunjie.evidence.instants import to_ns

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from xunjie.api.tables import CaseRow, DecisionRow, PackageRow
    from xunjie.api.web.texts import Texts


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant for machines and for people."""

    utc: str
    local: str


@dataclass(frozen=True, slots=True)
class Box:
    """The target on the frame, in pixels of the full frame."""

    x: float
    y: float
    width: float
    height: float
    frame_wh: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Card:
    """One case in the list."""

    id: int
    title: str
    place: str
    onset: Moment
    score: str
    phase: str
    status: str
    still: Still | None
    box: Box


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One line of the history."""

    action: str
    officer: str
    when: Moment
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on a case page but the live verification."""

    card: Card
    version: int
    digest: str
    why: str
    stills: list[Still]
    clip: str | None
    outline: Outline | None
    decisive: Moment
    facts: list[Fact]
    other_facts: list[Fact]
    files: list[dict[str, Any]]
    packages: list[tuple[str, Moment]]
    decisions: list[PastDecision]
    chain: str
    chain_detail: str


def make_card(case: CaseRow, package: PackageRow, t: Texts, zone: ZoneInfo) -> Card:
    """The card of a case; ``package`` is its lead."""
    violation = json.loads(package.violation)
    stills = list_stills(package.digest, _paths(package))
    place = " · ".join(part for part in (case.source_id, case.zone_id) if part)
    return Card(
        id=case.id,
        title=t.find(f"rule.{case.rule_id}", case.rule_id),
        place=place,
        onset=_moment(case.onset_ns, zone),
        score=f"{case.score:.0%}",
        phase=case.phase,
        status=case.status,
        still=find_decisive(stills),
        box=_box(violation),
    )


def make_case_page(
    case: CaseRow, package: PackageRow, context: dict[str, Any], t: Texts, zone: ZoneInfo
) -> CasePage:
    """The page of a case; ``context`` is the package's context.json or empty."""
    violation = json.loads(package.violation)
    paths = _paths(package)
    return CasePage(
        card=make_card(case, package, t, zone),
        version=case.version,
        digest=package.digest,
        why=violation["why"][t.lang],
        stills=list_stills(package.digest, paths),
        clip=find_clip(package.digest, paths),
        outline=find_outline(context),
        decisive=_moment_of(violation["decisive_utc"], zone),
        facts=list_facts(violation, package.device_id, package.seq, t),
        other_facts=list_other_facts(violation["facts"]),
        files=json.loads(package.files),
        packages=[(row.digest, _moment(row.received_ns, zone)) for row in case.packages],
        decisions=[describe_decision(row, t, zone) for row in case.decisions],
        chain=package.chain,
        chain_detail=package.chain_detail,
    )


def describe_decision(row: DecisionRow, t: Texts, zone: ZoneInfo) -> PastDecision:
    """A decision in the page's language."""
    reason = find_reason(row.reason)
    return PastDecision(
        action=row.action,
        officer=row.officer,
        when=_moment(row.decided_ns, zone),
        reason=row.reason if reason is None else reason.name(t.lang),
        note=row.note,
    )


def _paths(package: PackageRow) -> list[str]:
    return [item["path"] for item in json.loads(package.files)]


def _box(violation: dict[str, Any]) -> Box:
    x1, y1, x2, y2 = violation["box_xyxy_px"]
    width, height = violation["frame_wh"]
    return Box(x1, y1, x2 - x1, y2 - y1, (width, height))


def _moment(t_ns: int, zone: ZoneInfo) -> Moment:
    return Moment(format_utc(t_ns), format_local(t_ns, zone))


def _moment_of(utc: str, zone: ZoneInfo) -> Moment:
    return Moment(utc, format_local(to_ns(utc), zone))
