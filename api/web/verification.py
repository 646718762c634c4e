"""Verifying a package while the officer looks on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.api.clock import format_local, now_ns
from xunjie.evidence.errors import EvidenceError, VerificationError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from xunjie.api.ingest import Ingest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``state`` "good", "bad" (failed at ``step``) or "unreadable" (nothing can be said)."""

    state: str
    digest: str
    when: str
    steps: tuple[str, ...] = ()
    step: int = 0
    detail: str = ""


def verify_now(ingest: Ingest, digest: str, zone: ZoneInfo) -> Outcome:
    """Verifies the package on disk against the trust roots as they are now."""
    when = format_local(now_ns(), zone)
    try:
        report = ingest.verify_kept(digest)
    except VerificationError as e:
        log.error("package %s does not verify any more: %s", digest, e)
        return Outcome("bad", digest, when, step=int(e.step), detail=e.detail)
    except EvidenceError as e:
        log.error("package %s cannot be verified: %s", digest, e)
        return Outcome("unreadable", digest, when, detail="trust roots")
    return Outcome("good", digest, when, steps=report.steps)
