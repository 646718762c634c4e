"""The ASGI application: packages in, cases and decisions out, pages for officers."""

from __future__ import annotations

import errno
import logging
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from xunjie.api import migrate
from xunjie.api.db import Database
from xunjie.api.errors import Refusal
from xunjie.api.guard import Guard
from xunjie.api.ingest import Ingest
from xunjie.api.routes import cases, console, health, packages
from xunjie.api.services import Services
from xunjie.api.store import PackageStore
from xunjie.api.web.render import WEB, Renderer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from xunjie.api.settings import Settings

log = logging.getLogger(__name__)

_MACHINE_PATHS = ("/api/", "/packages/", "/healthz", "/openapi.json")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def create_app(settings: Settings) -> FastAPI:
    """The application over a migrated database and a swept evidence folder.

    StartError says in one line why it cannot be.
    """
    db = Database(settings.database_url)
    migrate.upgrade(db.engine)
    store = PackageStore(settings.data_dir)
    store.sweep(settings.limits.pending_hours * 3600)
    ingest = Ingest(settings, db, store)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        db.close()

    # The stock documentation pages load scripts from elsewhere; /openapi.json stays.
    app = FastAPI(title="xunjie", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.services = Services(settings, db, store, ingest, Renderer(settings))
    for module in (health, packages, cases, console):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=WEB / "static"))
    _add_error_answers(app)
    app.add_middleware(Guard, allowed_hosts=settings.allowed_hosts)
    return app


def _add_error_answers(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def _refusal(request: Request, e: Refusal) -> Response:
        return _answer(request, e)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, e: RequestValidationError) -> Response:
        first = e.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = f"{where}: {first['msg']}"
        return _answer(
            request, Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request", where, detail)
        )

    @app.exception_handler(HTTPException)
    def _http(request: Request, e: HTTPException) -> Response:
        status = HTTPStatus(e.status_code)
        return _answer(request, Refusal(status, status.name.lower(), "request", str(e.detail)))

    @app.exception_handler(OSError)
    def _disk(request: Request, e: OSError) -> Response:
        if e.errno not in _DISK_FULL:
            raise e
        log.error("evidence folder is full: %s", e)
        detail = "the server's disk is full; nothing was acknowledged, send again later"
        status = HTTPStatus.INSUFFICIENT_STORAGE
        return _answer(request, Refusal(status, "disk_full", "storage", detail, retry_after_s=60))

    @app.exception_handler(OperationalError)
    def _database(request: Request, e: OperationalError) -> Response:
        log.error("database: %s", e.orig)
        detail = "the database does not answer; nothing was acknowledged, send again later"
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _answer(request, Refusal(status, "database", "storage", detail, retry_after_s=5))


def _answer(request: Request, e: Refusal) -> Response:
    """JSON for programs, a page for people."""
    if request.url.path.startswith(_MACHINE_PATHS) or request.url.path == "/api/cases":
        return JSONResponse(e.body, e.status, headers=e.headers)
    services: Services = request.app.state.services
    values: dict[str, object] = {"status": int(e.status), "detail": e.detail}
    return services.renderer.page(request, "error.html", values, int(e.status))
