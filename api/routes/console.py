"""The officers' pages."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from xunjie.api.cases import (
    RULES,
    STATUSES,
    Filter,
    count_cases,
    get_case,
    list_cases,
    next_case,
    previous_case,
)
from xunjie.api.decisions import Decision, decide
from xunjie.api.errors import Refusal
from xunjie.api.reasons import reject_reasons
from xunjie.api.services import Parts, Services
from xunjie.api.tables import CaseRow, PackageRow
from xunjie.api.web.verification import verify_now
from xunjie.api.web.view import describe_decision, make_card, make_case_page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
_PAGE = 24
_CONTEXT = "data/context.json"
_CONTEXT_BYTES = 1 << 20
CaseId = Annotated[int, Path(ge=1)]
Rule = Annotated[str | None, Query(max_length=200)]


@router.get("/")
def show_list(
    request: Request,
    parts: Parts,
    status: str = "open",
    rule: Rule = None,
    after: str | None = None,
    done: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    """The leads that wait for review, unless another status is asked for."""
    chosen = _filter(status, rule)
    t = parts.renderer.texts(request)
    with parts.db.read() as session:
        page = list_cases(session, chosen, _PAGE, after)
        leads = _leads(session, page.cases)
        cards = [
            make_card(case, leads[case.lead_digest], t, parts.renderer.zone) for case in page.cases
        ]
        values = {
            "cards": cards,
            "chosen": chosen,
            "keep": _keep(chosen),
            "more": page.next and f"/?{_keep(chosen)}&{urlencode({'after': page.next})}",
            "counts": _Counts(count_cases(session), chosen),
            "statuses": STATUSES,
            "rules": RULES,
            "done": _done(session, parts, request, done),
            "base_url": str(request.base_url).rstrip("/"),
        }
    return parts.renderer.page(request, "list.html", values)


@router.get("/cases/{case_id}")
def show_case(
    case_id: CaseId,
    request: Request,
    parts: Parts,
    status: str = "open",
    rule: Rule = None,
    done: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    """One lead with its evidence; ``status`` and ``rule`` say among which J and K move."""
    return _case_page(request, parts, case_id, _filter(status, rule), {"done": done})


@router.get("/cases/{case_id}/verification")
def show_verification(case_id: CaseId, request: Request, parts: Parts) -> HTMLResponse:
    """The outcome of verifying the lead's package now; a fragment of the case page."""
    with parts.db.read() as session:
        digest = get_case(session, case_id).lead_digest
    outcome = verify_now(parts.ingest, digest, parts.renderer.zone)
    return parts.renderer.page(request, "_verification.html", {"outcome": outcome})


@router.post("/cases/{case_id}/decisions")
async def post_decision(case_id: CaseId, request: Request, parts: Parts) -> Response:
    """Records the decision of the form and goes on to the next lead to review."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_decide, request, parts, case_id, form)


def _decide(request: Request, parts: Services, case_id: int, form: dict[str, str]) -> Response:
    chosen = _filter(form.pop("status", "open"), form.pop("rule", ""))
    try:
        decision = Decision.model_validate(form)
    except ValidationError:
        unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
        return _case_page(request, parts, case_id, chosen, {"problem": "invalid"}, unprocessable)
    try:
        with parts.db.write() as session:
            row = decide(session, case_id, decision, parts.settings.officer)
            onward = _onward(session, row.case, chosen)
            session.commit()
    except Refusal as e:
        if e.status is not HTTPStatus.CONFLICT:
            raise
        problem = "changed" if e.error == "evidence_changed" else "conflict"
        return _case_page(request, parts, case_id, chosen, {"problem": problem}, e.status)
    return RedirectResponse(onward, HTTPStatus.SEE_OTHER)


def _onward(session: Session, case: CaseRow, chosen: Filter) -> str:
    """Where to go after a decision: the next open lead, from the top after the last."""
    still_open = Filter("open", chosen.rule_id)
    query = f"{_keep(still_open)}&done={case.id}"
    target = next_case(session, case, still_open)
    if target is None:
        page = list_cases(session, still_open, 1, None)
        target = page.cases[0].id if page.cases else None
    return f"/?{query}" if target is None else f"/cases/{target}?{query}"


def _case_page(
    request: Request,
    parts: Services,
    case_id: int,
    chosen: Filter,
    extra: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    t = parts.renderer.texts(request)
    with parts.db.read() as session:
        case = get_case(session, case_id)
        package = _leads(session, [case])[case.lead_digest]
        context = _read_context(parts, package.digest)
        page = make_case_page(case, package, context, t, parts.renderer.zone)
        values = {
            "page": page,
            "chosen": chosen,
            "keep": _keep(chosen),
            "previous": previous_case(session, case, chosen),
            "next": next_case(session, case, chosen),
            "reasons": reject_reasons(),
            "problem": extra.get("problem"),
            "done": _done(session, parts, request, extra.get("done")),
        }
    return parts.renderer.page(request, "case.html", values, status)


def _done(session: Session, parts: Services, request: Request, case_id: int | None) -> object:
    """The decision just made, to say so on the next page; None when there is none."""
    case = session.get(CaseRow, case_id) if case_id is not None else None
    if case is None or not case.decisions:
        return None
    t = parts.renderer.texts(request)
    return case.id, describe_decision(case.decisions[-1], t, parts.renderer.zone)


def _leads(session: Session, cases: list[CaseRow]) -> dict[str, PackageRow]:
    digests = [case.lead_digest for case in cases]
    rows = session.scalars(select(PackageRow).where(PackageRow.digest.in_(digests)))
    return {row.digest: row for row in rows}


def _read_context(parts: Services, digest: str) -> dict[str, Any]:
    """The package's context.json; empty when it is missing, large or not an object."""
    path = parts.store.package(digest) / _CONTEXT
    try:
        if path.stat().st_size > _CONTEXT_BYTES:
            return {}
        context = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return context if isinstance(context, dict) else {}


def _filter(status: str, rule: str | None) -> Filter:
    """An unknown or empty status means all, an empty rule too."""
    known = next((item for item in STATUSES if item == status), None)
    return Filter(known, rule or None)


def _keep(chosen: Filter) -> str:
    """The query string that keeps the filter."""
    return urlencode({"status": chosen.status or "", "rule": chosen.rule_id or ""})


class _Counts:
    """Numbers beside the filters: each counts what choosing it would show."""

    def __init__(self, counts: dict[tuple[str, str], int], chosen: Filter) -> None:
        self._counts = counts
        self._chosen = chosen

    def by_status(self, status: str | None) -> int:
        return self._sum(status, self._chosen.rule_id)

    def by_rule(self, rule_id: str | None) -> int:
        return self._sum(self._chosen.status, rule_id)

    @property
    def total(self) -> int:
        return self._sum(None, None)

    def _sum(self, status: str | None, rule_id: str | None) -> int:
        return sum(
            count
            for (its_status, its_rule), count in self._counts.items()
            if status in (None, its_status) and rule_id in (None, its_rule)
        )
