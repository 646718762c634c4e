"""Alembic's entry: runs on the connection that ``xunjie.api.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from xunjie.api.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
