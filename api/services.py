"""What the routes work with, built once by ``create_app``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from xunjie.api.db import Database
from xunjie.api.ingest import Ingest
from xunjie.api.settings import Settings
from xunjie.api.store import PackageStore
from xunjie.api.web.render import Renderer


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running server."""

    settings: Settings
    db: Database
    store: PackageStore
    ingest: Ingest
    renderer: Renderer


def get_services(request: Request) -> Services:
    """The services of the app that handles this request."""
    services: Services = request.app.state.services
    return services


Parts = Annotated[Services, Depends(get_services)]
