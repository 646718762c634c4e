"""The database: durable, append-only, migrated up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from tests.api.packages import Device, upload, violation
from xunjie.api import migrate
from xunjie.api.db import Database
from xunjie.api.errors import StartError
from xunjie.api.tables import Base, UploadRow

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient

    from xunjie.api.settings import Settings


@pytest.fixture
def decided(client: TestClient, device: Device, settings: Settings) -> Database:
    """A database with one decided case."""
    upload(client, device.seal(violation()))
    body = {"action": "confirm", "version": 1}
    assert client.post("/api/cases/1/decisions", json=body).status_code == 201
    return Database(settings.database_url)


@pytest.mark.parametrize("table", ["decisions", "packages"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET case_id = case_id",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_record_cannot_be_changed_removed_or_replaced(
    decided: Database, table: str, statement: str, pragma: str
) -> None:
    """Also on a connection that has not set recursive_triggers."""
    with decided.engine.connect() as connection:
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA recursive_triggers = {pragma}")
        with pytest.raises(DatabaseError, match="append-only"):
            connection.exec_driver_sql(statement.format(table=table))
    decided.close()


def test_sqlite_is_set_to_lose_nothing(settings: Settings) -> None:
    db = Database(settings.database_url)
    with db.engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    db.close()
    assert values == ["wal", 2, 1, 1]


def test_session_left_without_commit_rolls_back(settings: Settings) -> None:
    db = Database(settings.database_url)
    migrate.upgrade(db.engine)
    row = UploadRow(digest="0" * 64, device_id="d", total_bytes=1, started_ns=1)
    with db.write() as session:
        session.add(row)
        session.flush()
    with db.read() as session:
        assert session.get(UploadRow, "0" * 64) is None
    db.close()


def test_migrations_go_up_down_and_up_again(settings: Settings) -> None:
    db = Database(settings.database_url)
    migrate.upgrade(db.engine)
    migrate.upgrade(db.engine)
    tables = set(sa.inspect(db.engine).get_table_names())
    assert tables == {*Base.metadata.tables, "alembic_version"}
    migrate.downgrade(db.engine, "base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    migrate.upgrade(db.engine)
    db.close()


def test_migrations_make_the_tables_the_code_expects(settings: Settings) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    db = Database(settings.database_url)
    migrate.upgrade(db.engine)
    with db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    db.close()
    assert found == []


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_url_that_cannot_serve_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(StartError, match="--database"):
        Database(url)


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to be looked at")
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(StartError, match=r"x\.db"):
        migrate.upgrade(db.engine)
    db.close()


def test_database_of_a_newer_version_is_refused(settings: Settings) -> None:
    db = Database(settings.database_url)
    migrate.upgrade(db.engine)
    with db.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        session.commit()
    with pytest.raises(StartError, match="another version"):
        migrate.upgrade(db.engine)
    db.close()
