"""Finding cases: filtered, newest first, a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Select, and_, func, or_, select, tuple_

from xunjie.api.errors import Refusal
from xunjie.api.tables import CaseRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Status = Literal["open", "confirmed", "rejected"]
STATUSES: tuple[Status, ...] = ("open", "confirmed", "rejected")
RULES = ("street_stall", "cross_door", "illegal_billboard", "dumping")
_CURSOR = re.compile(r"(\d{1,19})-(\d{1,18})")
_MAX_INT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases; None means all."""

    status: Status | None = None
    rule_id: str | None = None

    def apply(self, query: Select[CaseRow]) -> Select[CaseRow]:
        """The query, narrowed."""
        if self.status is not None:
            query = query.where(CaseRow.status == self.status)
        if self.rule_id is not None:
            query = query.where(CaseRow.rule_id == self.rule_id)
        return query


@dataclass(frozen=True, slots=True)
class Page:
    """Cases, newest onset first, and the cursor of the next page (None: there is none)."""

    cases: list[CaseRow]
    next: str | None


def list_cases(session: Session, chosen: Filter, limit: int, after: str | None) -> Page:
    """One page. Keyset paging: a page costs the same however far down it is, and a case that
    arrives meanwhile shifts nothing. Refusal 422 on a cursor that is not ours.
    """
    query = chosen.apply(select(CaseRow)).order_by(CaseRow.onset_ns.desc(), CaseRow.id.desc())
    if after is not None:
        query = query.where(tuple_(CaseRow.onset_ns, CaseRow.id) < _parse_cursor(after))
    rows = list(session.scalars(query.limit(limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, f"{rows[-1].onset_ns}-{rows[-1].id}" if more else None)


def _parse_cursor(text: str) -> tuple[int, int]:
    match = _CURSOR.fullmatch(text)
    if match is None or int(match[1]) > _MAX_INT:
        detail = f"after={text[:80]!r}: expected the «next» of an earlier page"
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_cursor", "query", detail)
    return int(match[1]), int(match[2])


def count_cases(session: Session) -> dict[tuple[str, str], int]:
    """How many cases there are by (status, rule)."""
    query = select(CaseRow.status, CaseRow.rule_id, func.count()).group_by(
        CaseRow.status, CaseRow.rule_id
    )
    return {(status, rule_id): count for status, rule_id, count in session.execute(query)}


def get_case(session: Session, case_id: int) -> CaseRow:
    """The case; Refusal 404 when there is none."""
    case = session.get(CaseRow, case_id) if case_id <= _MAX_INT else None
    if case is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "no_case", "case", f"there is no case {case_id}")
    return case


def next_case(session: Session, case: CaseRow, chosen: Filter) -> int | None:
    """The id of the next older case that fits, or None."""
    query = chosen.apply(select(CaseRow)).where(
        or_(
            CaseRow.onset_ns < case.onset_ns,
            and_(CaseRow.onset_ns == case.onset_ns, CaseRow.id < case.id),
        )
    )
    found = session.scalars(query.order_by(CaseRow.onset_ns.desc(), CaseRow.id.desc()).limit(1))
    row = found.one_or_none()
    return None if row is None else row.id


def previous_case(session: Session, case: CaseRow, chosen: Filter) -> int | None:
    """The id of the next newer case that fits, or None."""
    query = chosen.apply(select(CaseRow)).where(
        or_(
            CaseRow.onset_ns > case.onset_ns,
            and_(CaseRow.onset_ns == case.onset_ns, CaseRow.id > case.id),
        )
    )
    found = session.scalars(query.order_by(CaseRow.onset_ns, CaseRow.id).limit(1))
    row = found.one_or_none()
    return None if row is None else row.id
