"""``xunjie zones``: zone and permit files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from xunjie.zones.errors import UnreadableFileError
from xunjie.zones.load import inspect_file

app = typer.Typer(help="Zone and permit files.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Zone and permit files."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="GeoJSON file of zones or permits.")],
) -> None:
    """Name every fault of a zone or permit file.

    Exit 0: good (expired zones are noted only). 1: it has faults. 2: there is no such file.
    """
    try:
        report = inspect_file(file, time.time_ns())
    except UnreadableFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for fault in report.faults:
        typer.echo(str(fault))
    for note in report.notes:
        typer.echo(f"note: {note}")
    if report.faults:
        raise typer.Exit(1)
    kinds = ", ".join(f"{kind} {count}" for kind, count in report.counts.items())
    total = sum(report.counts.values())
    typer.echo(f"OK: {total} {report.register}" + (f" ({kinds})" if kinds else ""))
