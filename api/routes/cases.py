"""Cases and decisions for programs; the console has its own pages."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import select

from xunjie.api.cases import Filter, Status, get_case, list_cases
from xunjie.api.clock import format_utc
from xunjie.api.decisions import Decision, decide, decision_json
from xunjie.api.services import Parts
from xunjie.api.tables import CaseRow, PackageRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

router = APIRouter(prefix="/api/cases")
CaseId = Annotated[int, Path(ge=1)]


@router.get("")
def get_cases(
    parts: Parts,
    status: Status | None = None,
    rule: Annotated[str | None, Query(max_length=200)] = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Cases, newest onset first; ``next`` is the ``after`` of the next page or null."""
    with parts.db.read() as session:
        page = list_cases(session, Filter(status, rule), limit, after)
        return {"cases": [case_json(case) for case in page.cases], "next": page.next}


@router.get("/{case_id}")
def get_one_case(case_id: CaseId, parts: Parts) -> dict[str, Any]:
    """One case with its packages, its decisions and what its newest package alleges."""
    with parts.db.read() as session:
        return _full_json(session, get_case(session, case_id))


@router.post("/{case_id}/decisions", status_code=HTTPStatus.CREATED)
def post_decision(case_id: CaseId, decision: Decision, parts: Parts) -> dict[str, Any]:
    """Records an officer's decision; 409 tells who decided what and when."""
    with parts.db.write() as session:
        row = decide(session, case_id, decision, parts.settings.officer)
        answer = {"case": case_json(row.case), "decision": decision_json(row)}
        session.commit()
    return answer


def case_json(case: CaseRow) -> dict[str, Any]:
    """A case as the API shows it in lists."""
    return {
        "case_id": case.id,
        "status": case.status,
        "version": case.version,
        "rule_id": case.rule_id,
        "device_id": case.device_id,
        "source_id": case.source_id,
        "episode_id": case.episode_id,
        "zone_id": case.zone_id,
        "phase": case.phase,
        "score": case.score,
        "onset_utc": format_utc(case.onset_ns),
        "created_utc": format_utc(case.created_ns),
        "package_digest": case.lead_digest,
    }


def _full_json(session: Session, case: CaseRow) -> dict[str, Any]:
    lead = session.scalars(select(PackageRow).where(PackageRow.digest == case.lead_digest)).one()
    return {
        **case_json(case),
        "violation": json.loads(lead.violation),
        "packages": [
            {"digest": row.digest, "seq": row.seq, "received_utc": format_utc(row.received_ns)}
            for row in case.packages
        ],
        "decisions": [decision_json(row) for row in case.decisions],
    }
