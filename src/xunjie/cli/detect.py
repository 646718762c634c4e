"""`xunjie detect`: pictures to a detections file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from xunjie.models.detect import detect_file, find_images
from xunjie.models.errors import ModelError
from xunjie.models.registry import Registry
from xunjie.models.session import Session, open_session


def detect(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE|DIR…", help="Pictures or folders")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.jsonl", help="One line a picture")],
    model: Annotated[str | None, typer.Option("--model", metavar="ID")] = None,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", min=0.0, max=1.0, help="Instead of the model's thresholds"),
    ] = None,
) -> None:
    """Find street objects in pictures. Exit 1 if a file was not a picture, 2 for wrong usage."""
    console = Console(stderr=True)
    try:
        paths = find_images(images)
        registry = Registry.load()
        session = open_session(registry.get(model or registry.default_id))
        bad = _write(session, paths, out, min_score, console)
    except ModelError as error:
        _stop(str(error), console)
    except OSError as error:
        _stop(f"{out}: cannot be written ({error.strerror})", console)
    if bad:
        raise typer.Exit(1)


def _write(
    session: Session, paths: list[Path], out: Path, min_score: float | None, console: Console
) -> int:
    """Lines in the order of ``paths``; returns how many files were no pictures."""
    bad = 0
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with (
        out.open("w", encoding="utf-8") as file,
        Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as progress,
    ):
        for path in progress.track(paths, description="detect"):
            try:
                line = detect_file(session, path, min_score)
            except ModelError as error:
                bad += 1
                console.print(str(error), markup=False, highlight=False, soft_wrap=True)
                continue
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return bad


def _stop(message: str, console: Console) -> NoReturn:
    console.print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)
