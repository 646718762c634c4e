"""The `xunjie` command: the rooms' commands gathered under one name."""

from __future__ import annotations

import typer

from xunjie.cli import detect, models, run, serve, verify, zones

app = typer.Typer(
    name="xunjie",
    help="Patrol the street: video in, sealed evidence of alleged violations out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("run")(run.run)
app.command("detect")(detect.detect)
app.command("verify")(verify.verify)
app.command("serve")(serve.serve)
app.add_typer(
    models.app, name="models", help="Models: list, info, bench, train, evaluate, export, promote."
)
app.add_typer(zones.app, name="zones", help="Zone and permit files.")


def main() -> None:
    """Entry point of the installed command."""
    app()
