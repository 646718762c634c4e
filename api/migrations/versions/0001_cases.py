"""Cases, packages, decisions and uploads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_cases()
    _create_packages()
    _create_decisions()
    op.create_table(
        "uploads",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("device_id", sa.String(128), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_uploads_device_id", "uploads", ["device_id"])
    _forbid_changes("packages", "digest = NEW.digest")
    _forbid_changes(
        "decisions",
        "id = NEW.id OR (case_id = NEW.case_id AND case_version = NEW.case_version)",
    )


def downgrade() -> None:
    for table in ("uploads", "decisions", "packages", "cases"):
        op.drop_table(table)


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("device_id", sa.String(128), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("onset_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("lead_digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("device_id", "source_id", "rule_id", "episode_id"),
    )
    op.create_index("ix_cases_newest", "cases", ["onset_ns", "id"])
    op.create_index("ix_cases_status", "cases", ["status", "onset_ns", "id"])
    op.create_index("ix_cases_status_rule", "cases", ["status", "rule_id", "onset_ns", "id"])


def _create_packages() -> None:
    op.create_table(
        "packages",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("package_id", sa.String(128), nullable=False),
        sa.Column("device_id", sa.String(128), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=True),
        sa.Column("chain", sa.String(16), nullable=False),
        sa.Column("chain_detail", sa.Text(), nullable=False),
        sa.Column("violation", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("received_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_packages_case_id", "packages", ["case_id"])
    op.create_index("ix_packages_chain", "packages", ["device_id", "seq"])


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("officer", sa.String(64), nullable=False),
        sa.Column(
            "package_digest", sa.String(64), sa.ForeignKey("packages.digest"), nullable=False
        ),
        sa.Column("decided_ns", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("case_id", "case_version"),
    )


def _forbid_changes(table: str, same_row: str) -> None:
    """Triggers that make ``table`` append-only on SQLite.

    INSERT OR REPLACE deletes the old row without firing a DELETE trigger unless the connection
    set recursive_triggers; the insert trigger refuses it on every connection.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    message = f"{table} are append-only"
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row}) "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
