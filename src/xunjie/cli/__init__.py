"""The `xunjie` command: the rooms' commands gathered under one name."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

# Command → module under xunjie.cli; a module offers `app` (a group) or a function of that name.
COMMANDS = ("run", "detect", "verify", "serve", "models", "zones")
HELP = "Patrol the street: video in, sealed evidence of alleged street violations out."


def build_app(names: tuple[str, ...] = COMMANDS) -> typer.Typer:
    """The command with the named sub-commands.

    Only their modules are imported: `xunjie verify` needs neither a video library nor a database
    to start, and starts in a third of the time.
    """
    app = typer.Typer(
        name="xunjie",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_keeps_groups)
    for name in names:
        module = import_module(f"xunjie.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def _keeps_groups() -> None:
    """Patrol the street: video in, sealed evidence of alleged street violations out."""
    # With a callback, an app of one command still wants that command's name.


def main() -> None:
    """Entry point of the installed command."""
    asked = tuple(name for name in COMMANDS if name in sys.argv[1:2])
    build_app(asked or COMMANDS)()
