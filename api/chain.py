"""How a package follows the packages its device sent before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from xunjie.api.tables import PackageRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ChainNote:
    """What the device's counter says; ``detail`` is empty when all is as expected.

    ``first``       seq 0, the device's first package
    ``linked``      the package before it is here and is the one it names
    ``gap``         the package before it has not arrived
    ``reused_seq``  another package of this device has the same number: a copied key or a replay
    ``broken``      the package before it is here, but it names another one
    """

    state: str
    detail: str = ""

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody must look: no order of arrival explains it."""
        return self.state in ("reused_seq", "broken")


class Numbered(Protocol):
    """What this module reads of a verification report."""

    @property
    def digest(self) -> str: ...
    @property
    def device_id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def prev(self) -> str | None: ...


def judge_chain(session: Session, report: Numbered) -> ChainNote:
    """The note for a package that is not in the database yet."""
    twin = _digest_at(session, report, report.seq)
    if twin is not None:
        return ChainNote("reused_seq", f"seq {report.seq} was used before, by package {twin}")
    if report.prev is None:
        return ChainNote("first")
    before = _digest_at(session, report, report.seq - 1)
    if before is None:
        return ChainNote("gap", f"package {report.prev} (seq {report.seq - 1}) has not arrived")
    if before != report.prev:
        return ChainNote("broken", f"names {report.prev} as seq {report.seq - 1}, found {before}")
    return ChainNote("linked")


def _digest_at(session: Session, report: Numbered, seq: int) -> str | None:
    query = select(PackageRow.digest).where(
        PackageRow.device_id == report.device_id, PackageRow.seq == seq
    )
    # Of several with one number, prefer the one that is named: it is the one that fits.
    found = list(session.scalars(query))
    return report.prev if report.prev in found else next(iter(found), None)
