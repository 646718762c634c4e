"""Entering a verified package into the database: package row, case and receipt in one commit."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from xunjie.api.chain import judge_chain
from xunjie.api.clock import format_utc
from xunjie.api.tables import CaseRow, PackageRow, UploadRow
from xunjie.evidence.instants import to_ns

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from xunjie.evidence.statement import Statement
    from xunjie.evidence.verify import VerificationReport

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's word that a package is verified, kept and part of a case."""

    digest: str
    package_id: str
    case_id: int
    received_utc: str


def find_receipt(session: Session, digest: str) -> Receipt | None:
    """The receipt of a package that is there; the same for ever."""
    row = session.get(PackageRow, digest)
    if row is None:
        return None
    return Receipt(row.digest, row.package_id, row.case_id, format_utc(row.received_ns))


def register_package(
    session: Session, report: VerificationReport, statement: Statement, received_ns: int
) -> Receipt:
    """Adds the package and opens or joins its case; the caller commits."""
    chain = judge_chain(session, report)
    case = _open_or_join(session, report, received_ns)
    session.add(
        PackageRow(
            digest=report.digest,
            case=case,
            package_id=report.package_id,
            device_id=report.device_id,
            seq=report.seq,
            prev=report.prev,
            chain=chain.state,
            chain_detail=chain.detail,
            violation=report.violation.to_json_bytes().decode(),
            files=json.dumps([asdict(entry) for entry in statement.files]),
            received_ns=received_ns,
        )
    )
    upload = session.get(UploadRow, report.digest)
    if upload is not None:
        session.delete(upload)
    session.flush()
    level = logging.WARNING if chain.is_suspicious else logging.INFO
    log.log(
        level,
        "package %s device %s seq %d case %d: %s %s",
        *(report.digest, report.device_id, report.seq, case.id, chain.state, chain.detail),
    )
    return Receipt(report.digest, report.package_id, case.id, format_utc(received_ns))


def _open_or_join(session: Session, report: VerificationReport, received_ns: int) -> CaseRow:
    """The case of the report's episode, with this package as its lead.

    Joining adds one to the version: an officer who has not seen the new evidence must not decide
    on the old. A decision already made stands; its row names the evidence it was made on.
    """
    violation = report.violation
    query = select(CaseRow).where(
        CaseRow.device_id == report.device_id,
        CaseRow.source_id == violation.source_id,
        CaseRow.rule_id == violation.rule_id,
        CaseRow.episode_id == violation.episode_id,
    )
    case = session.scalars(query).one_or_none()
    if case is None:
        case = CaseRow(
            device_id=report.device_id,
            source_id=violation.source_id,
            rule_id=violation.rule_id,
            episode_id=violation.episode_id,
            status="open",
            version=0,
            onset_ns=to_ns(violation.onset_utc),
            created_ns=received_ns,
        )
        session.add(case)
    case.version += 1
    case.lead_digest = report.digest
    case.phase = violation.phase
    case.zone_id = violation.zone_id
    case.score = violation.score
    return case
