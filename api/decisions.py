"""What an officer decides about a lead, kept for ever."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xunjie.api.cases import get_case
from xunjie.api.clock import format_utc, now_ns
from xunjie.api.errors import Refusal
from xunjie.api.reasons import find_reason, reject_reasons
from xunjie.api.tables import CaseRow, DecisionRow

if TYPE_CHECKING:
    from typing import Self

    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

_OUTCOME = {"confirm": "confirmed", "reject": "rejected"}


class Decision(BaseModel):
    """The body of a decision. ``version`` is the version of the case the officer looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["confirm", "reject"]
    reason: str = ""
    note: str = Field(default="", max_length=1000)
    version: int = Field(ge=1)

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if self.action == "confirm":
            if self.reason:
                raise ValueError(f"reason {self.reason!r}: a confirmation has none")
            return self
        reason = find_reason(self.reason)
        if reason is None:
            known = ", ".join(item.code for item in reject_reasons())
            raise ValueError(f"reason {self.reason!r}: expected one of {known}")
        if reason.needs_note and not self.note.strip():
            raise ValueError(f"reason {self.reason!r} needs a note that says which")
        return self


def decide(session: Session, case_id: int, decision: Decision, officer: str) -> DecisionRow:
    """Records the decision and moves the case; the caller commits.

    Refusal 404 when there is no such case, 409 when it is decided already or has changed since
    the officer looked: the answer says who decided what and when, or that evidence came in.
    """
    case = get_case(session, case_id)
    if case.status != "open" or case.version != decision.version:
        raise _conflict(case)
    case.version += 1
    case.status = _OUTCOME[decision.action]
    row = DecisionRow(
        case=case,
        case_version=case.version,
        action=decision.action,
        reason=decision.reason,
        note=decision.note.strip(),
        officer=officer,
        package_digest=case.lead_digest,
        decided_ns=now_ns(),
    )
    session.add(row)
    session.flush()
    log.info("case %d version %d: %s %s", case.id, case.version, row.action, row.reason)
    return row


def decision_json(row: DecisionRow) -> dict[str, object]:
    """A decision as the API shows it."""
    return {
        "action": row.action,
        "reason": row.reason,
        "note": row.note,
        "officer": row.officer,
        "decided_utc": format_utc(row.decided_ns),
        "version": row.case_version,
        "package_digest": row.package_digest,
    }


def _conflict(case: CaseRow) -> Refusal:
    facts: dict[str, object] = {"version": case.version, "status": case.status}
    if not case.decisions:
        detail = f"case {case.id} has new evidence; look at version {case.version} first"
        return Refusal(HTTPStatus.CONFLICT, "evidence_changed", "decision", detail, facts=facts)
    last = case.decisions[-1]
    facts["decision"] = decision_json(last)
    when = format_utc(last.decided_ns)
    detail = f"case {case.id}: {last.officer} decided «{last.action}» at {when}"
    return Refusal(HTTPStatus.CONFLICT, "already_decided", "decision", detail, facts=facts)
