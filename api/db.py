"""The database: one engine, sessions that roll back unless told to commit."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from xunjie.api.errors import StartError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # NORMAL may lose the last commits at power loss (sqlite.org/pragma.html#pragma_synchronous);
    # a receipt must never be one of them.
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA foreign_keys = ON",
    # Without it INSERT OR REPLACE deletes rows and no DELETE trigger fires.
    "PRAGMA recursive_triggers = ON",
)


class Database:
    """Where rows live. ``read()`` and ``write()`` give a session for one use case each."""

    def __init__(self, url: str) -> None:
        """StartError when the URL cannot be understood or the SQLite folder cannot be made."""
        self.engine = make_engine(url)
        self._reader = self.engine.execution_options(xunjie_write=False)
        self._writer = self.engine.execution_options(xunjie_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one snapshot and commits nothing."""
        with Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that writes; leaving it without ``commit()`` rolls back."""
        with Session(self._writer) as session:
            yield session

    def close(self) -> None:
        """Closes the pooled connections."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """An engine for ``url``, with SQLite made durable and its transactions explicit."""
    try:
        parsed = make_url(url)
    except ArgumentError as e:
        raise StartError(f"--database {url!r}: expected a URL like sqlite:///var/xunjie.db") from e
    if parsed.get_backend_name() != "sqlite":
        raise StartError(f"--database {parsed.get_backend_name()}: only sqlite:/// is supported")
    if parsed.database in (None, "", ":memory:"):
        raise StartError("--database: an in-memory database would lose receipts; name a file")
    _make_folder(Path(str(parsed.database)).parent)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise StartError(f"--database: cannot make folder {folder}: {e.strerror}") from e


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # sqlite3 opens transactions by itself and late; _begin_sqlite does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer: SQLite
    # answers «database is locked» at once (sqlite.org/isolation.html). So writers lock first.
    is_writer = connection.get_execution_options().get("xunjie_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
