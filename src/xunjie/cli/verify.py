"""``xunjie verify``: the verdict on sealed packages, for people and for scripts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from xunjie.evidence.errors import EvidenceError, Step, VerificationError
from xunjie.evidence.paths import ENVELOPE, TAG_FILES
from xunjie.evidence.trust import TrustRoots
from xunjie.evidence.verify import VerificationReport
from xunjie.evidence.verify import verify as verify_package

Verdict = VerificationReport | VerificationError


def verify(
    packages: Annotated[
        list[Path],
        typer.Argument(
            metavar="PACKAGE…", help="Package folders, or folders of packages.", show_default=False
        ),
    ],
    trust: Annotated[
        Path, typer.Option("--trust", help="Trust file with the accepted keys.", show_default=False)
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line and package.")
    ] = False,
) -> None:
    """Check that packages are exactly what a trusted device sealed. Never repairs anything.

    Exit 0: every package verified. 1: at least one refused, with step and reason.
    2: wrong usage, or the trust file cannot be read.
    """
    roots = _load_trust(trust)
    folders = [folder for given in packages for folder in _packages_in(given)]
    is_batch = len(folders) > 1
    refused = 0
    for folder in _with_progress(folders):
        verdict = _judge(folder, roots)
        refused += isinstance(verdict, VerificationError)
        typer.echo(_as_json(folder, verdict) if as_json else _as_text(folder, verdict, is_batch))
    if is_batch and not as_json:
        typer.echo(f"{len(folders)} packages: {len(folders) - refused} verified, {refused} refused")
    if refused:
        raise typer.Exit(1)


def _load_trust(path: Path) -> TrustRoots:
    try:
        return TrustRoots.load(path)
    except EvidenceError as e:
        typer.echo(f"error: {_printable(str(e))}", err=True)
        raise typer.Exit(2) from e


def _packages_in(given: Path) -> list[Path]:
    """``given`` itself if it is or once was a package, else the packages in it."""
    if not os.path.lexists(given):
        typer.echo(f"error: {_printable(str(given))}: no such package", err=True)
        raise typer.Exit(2)
    if given.is_symlink() or not given.is_dir():
        return [given]
    names = set(os.listdir(given))  # noqa: PTH208  (names are compared, not paths)
    if names & {ENVELOPE, *TAG_FILES, "data"}:
        return [given]
    # Hidden folders are packages that were never finished.
    inside = sorted(given / name for name in names if not name.startswith("."))
    return [path for path in inside if path.is_dir()] or [given]


def _with_progress(folders: list[Path]) -> Iterator[Path]:
    if len(folders) == 1:
        yield folders[0]
        return
    console = Console(stderr=True)
    yield from track(
        folders, "Verifying", console=console, transient=True, disable=not console.is_terminal
    )


def _judge(folder: Path, roots: TrustRoots) -> Verdict:
    try:
        return verify_package(folder, roots)
    except VerificationError as e:
        return e


def _as_text(folder: Path, verdict: Verdict, is_batch: bool) -> str:
    name = _printable(str(folder))
    if isinstance(verdict, VerificationError):
        return f"REFUSED {name}: {_printable(str(verdict))}"
    line = f"VERIFIED {verdict.digest} {name}"
    if is_batch:
        return line
    steps = [f"{int(step):2} ok  {step.title}" for step in Step]
    return "\n".join([*steps, line])


def _as_json(folder: Path, verdict: Verdict) -> str:
    answer: dict[str, Any] = {"package": _printable(str(folder))}
    if isinstance(verdict, VerificationError):
        answer |= {
            "verified": False,
            "step": int(verdict.step),
            "reason": verdict.reason.value,
            "detail": verdict.detail,
        }
    else:
        answer |= {
            "verified": True,
            "digest": verdict.digest,
            "package_id": verdict.package_id,
            "device_id": verdict.device_id,
            "seq": verdict.seq,
            "prev": verdict.prev,
            "steps": list(verdict.steps),
        }
    return json.dumps(answer)


def _printable(text: str) -> str:
    """Names come from whoever made the folder: no escape sequence of theirs reaches a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
