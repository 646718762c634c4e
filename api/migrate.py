"""Brings a database's tables to a revision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import DatabaseError

from xunjie.api.errors import StartError

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrates up; a database that is there already is left alone.

    StartError when the file is no database of ours, cannot be written, or is newer than this code.
    """
    _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrates down to ``revision``; "base" removes every table and what is in it."""
    _run(engine, command.downgrade, revision)


def _run(engine: Engine, step: object, revision: str) -> None:
    assert callable(step)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            step(config, revision)
    except CommandError as e:
        raise StartError(f"database {engine.url}: made by another version of xunjie: {e}") from e
    except DatabaseError as e:
        raise StartError(f"database {engine.url}: {e.orig}") from e
