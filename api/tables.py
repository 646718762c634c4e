"""The rows. Instants are integer UTC nanoseconds, digests lower-case sha256 hex."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Registry of the tables below."""


class CaseRow(Base):
    """One episode under review. ``version`` is the optimistic lock: every change adds one."""

    __tablename__ = "cases"
    __table_args__ = (
        # An episode is named by the device that saw it, so a device can add evidence to its own
        # cases only.
        UniqueConstraint("device_id", "source_id", "rule_id", "episode_id"),
        Index("ix_cases_newest", "onset_ns", "id"),
        Index("ix_cases_status", "status", "onset_ns", "id"),
        Index("ix_cases_status_rule", "status", "rule_id", "onset_ns", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    device_id: Mapped[str] = mapped_column(String(128))
    source_id: Mapped[str] = mapped_column(Text)
    rule_id: Mapped[str] = mapped_column(Text)
    episode_id: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    phase: Mapped[str] = mapped_column(String(16))
    zone_id: Mapped[str] = mapped_column(Text)
    score: Mapped[float]
    onset_ns: Mapped[int] = mapped_column(BigInteger)
    created_ns: Mapped[int] = mapped_column(BigInteger)
    lead_digest: Mapped[str] = mapped_column(String(64))
    """The package the case page opens with: the newest of the episode."""
    packages: Mapped[list[PackageRow]] = relationship(
        back_populates="case", order_by="PackageRow.received_ns"
    )
    decisions: Mapped[list[DecisionRow]] = relationship(
        back_populates="case", order_by="DecisionRow.case_version"
    )


class PackageRow(Base):
    """One verified package. Append-only: triggers refuse change and removal."""

    __tablename__ = "packages"
    __table_args__ = (Index("ix_packages_chain", "device_id", "seq"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    package_id: Mapped[str] = mapped_column(String(128))
    device_id: Mapped[str] = mapped_column(String(128))
    seq: Mapped[int] = mapped_column(BigInteger)
    prev: Mapped[str | None] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(16))
    """How it follows the device's earlier packages; see ``xunjie.api.chain``."""
    chain_detail: Mapped[str] = mapped_column(Text)
    violation: Mapped[str] = mapped_column(Text)
    """The alleged violation, as JSON."""
    files: Mapped[str] = mapped_column(Text)
    """JSON: [{"path", "size", "sha256"}…] as signed."""
    received_ns: Mapped[int] = mapped_column(BigInteger)
    case: Mapped[CaseRow] = relationship(back_populates="packages")


class DecisionRow(Base):
    """What an officer decided. Append-only: triggers refuse change and removal."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("case_id", "case_version"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int]
    """The version of the case this decision made."""
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    """Code of the reject reason; empty for a confirmation."""
    note: Mapped[str] = mapped_column(Text)
    officer: Mapped[str] = mapped_column(String(64))
    package_digest: Mapped[str] = mapped_column(ForeignKey("packages.digest"))
    """The newest evidence when it was decided."""
    decided_ns: Mapped[int] = mapped_column(BigInteger)
    case: Mapped[CaseRow] = relationship(back_populates="decisions")


class UploadRow(Base):
    """A package begun but not complete; exists to bound how many there are."""

    __tablename__ = "uploads"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(128), index=True)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    started_ns: Mapped[int] = mapped_column(BigInteger)
