"""Whether the server can do its work."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text

from xunjie.api.services import Parts

router = APIRouter()


@router.get("/healthz")
def healthz(parts: Parts) -> dict[str, str]:
    """Answers once the database does."""
    with parts.db.read() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}
