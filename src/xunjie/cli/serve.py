"""`xunjie serve`: the API and the officers' console."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from xunjie.api.errors import StartError
from xunjie.api.server import Server
from xunjie.api.settings import Settings


def serve(
    database: Annotated[str, typer.Option(help="Database URL.")] = "sqlite:///var/xunjie.db",
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    trust: Annotated[Path, typer.Option(help="Device keys to accept.")] = Path("var/trust.json"),
    data: Annotated[Path, typer.Option(help="Folder that keeps the packages.")] = Path("var/api"),
    officer: Annotated[str, typer.Option(help="Name recorded with decisions (no login).")] = "demo",
) -> None:
    """Take packages in and show the leads to officers, on this machine only."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = Settings(database_url=database, data_dir=data, trust_path=trust, officer=officer)
        server = Server(settings, host, port)
    except ValidationError as e:
        first = e.errors()[0]
        _stop(f"--{first['loc'][0]} {first['input']!r}: {first['msg']}")
    except StartError as e:
        _stop(str(e))
    typer.echo(f"xunjie: console and API at {server.url}  (stop with Ctrl-C)")
    typer.echo(f"xunjie: packages in {data}, decisions recorded as {officer!r}, no login")
    server.run()


def _stop(line: str) -> NoReturn:
    typer.echo(f"xunjie serve: {' '.join(line.split())}", err=True)
    raise typer.Exit(2)
