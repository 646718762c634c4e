"""`xunjie models`: the registry, and the way from data to an entry in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry, Registry
from xunjie.models.session import open_session
from xunjie.models.training import bench as benching
from xunjie.models.training.candidate import candidate, with_report
from xunjie.models.training.evaluate import evaluate as evaluate_session
from xunjie.models.training.promote import promote as promote_entry
from xunjie.models.training.recipe import load_recipe

app = typer.Typer(help="Models: registry, measuring, training.", no_args_is_help=True)

_EXTRA = "training needs more packages: pip install 'xunjie[train]'"
_REGISTRY = Path("models/registry.toml")
_RegistryFile = Annotated[
    Path | None, typer.Option("--registry", help="Instead of the shipped registry")
]


@app.callback()
def main() -> None:
    """Models: registry, measuring, training."""


@app.command("list")
def list_models(registry: _RegistryFile = None) -> None:
    """All models of the registry; the default has a star."""
    with _refusals():
        known = Registry.load(registry)
    for entry in known.entries:
        star = "*" if entry.model_id == known.default_id else " "
        width, height = entry.input_wh
        typer.echo(
            f"{star} {entry.model_id}  {len(entry.classes)} classes  {width}x{height}  "
            f"{entry.licence}  sha256 {entry.sha256[:12]}"
        )


@app.command()
def info(
    model_id: Annotated[str, typer.Argument(metavar="ID")], registry: _RegistryFile = None
) -> None:
    """The papers of one model: file, digest, terms, threshold and measurements of each class."""
    with _refusals():
        entry = Registry.load(registry).get(model_id)
        entry.read_weights()
    console = Console()
    for name, value in (
        ("id", entry.model_id),
        ("file", entry.file),
        ("sha256", f"{entry.sha256} (checked)"),
        ("input", f"{entry.input_wh[0]}x{entry.input_wh[1]} for 16:9, same area for others"),
        ("licence", entry.licence),
        ("data", entry.data_version),
        ("card", entry.card),
    ):
        console.print(f"{name:8} {escape(str(value))}", highlight=False, soft_wrap=True)
    console.print(_class_table(entry))


@app.command()
def bench(
    model: Annotated[str | None, typer.Option("--model", metavar="ID")] = None,
    images: Annotated[int, typer.Option(min=1)] = 30,
    registry: _RegistryFile = None,
) -> None:
    """CPU time an image on this machine, against a 640x640 deployment with default threads."""
    with _refusals():
        known = Registry.load(registry)
        costs = benching.bench(known.get(model or known.default_id), images)
    for cost in costs:
        typer.echo(f"{cost.variant:40} CPU {cost.cpu_ms:7.1f} ms   wall {cost.wall_ms:7.1f} ms")
    typer.echo(f"CPU ratio {costs[0].cpu_ms / costs[1].cpu_ms:.2f}")


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(help="TOML file in models/recipes")],
    data: Annotated[Path, typer.Option(help="Folder the recipe's paths are relative to")],
    run: Annotated[Path, typer.Option(help="Run folder; a second call resumes there")],
    stage: Annotated[str | None, typer.Option(help="Only this stage")] = None,
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Train the recipe's stages one after another, each from the one before it."""
    _need_extra()
    from xunjie.models.training.trainer import Run, train_recipe

    console = Console(stderr=True)
    with _refusals():
        where = Run(load_recipe(recipe), data, run, threads)
        weights = train_recipe(where, stage, lambda line: console.print(line, markup=False))
    typer.echo(str(weights))


@app.command()
def export(
    recipe: Annotated[Path, typer.Argument(help="TOML file in models/recipes")],
    data: Annotated[Path, typer.Option(help="Folder the recipe's paths are relative to")],
    weights: Annotated[Path, typer.Option(help="Averaged weights that train wrote")],
    out: Annotated[Path, typer.Option(help="ONNX file to write")],
) -> None:
    """Write averaged weights as an ONNX file that states its classes and its data."""
    _need_extra()
    from xunjie.models.training.export import export_weights

    with _refusals():
        export_weights(load_recipe(recipe), data, weights, out)
    typer.echo(str(out))


@app.command()
def evaluate(
    sets: Annotated[list[Path], typer.Argument(metavar="SET…", help="Folders: images/, labels/")],
    out: Annotated[Path, typer.Option(help="JSON report to write")],
    negatives: Annotated[list[Path] | None, typer.Option(help="Quiet streets")] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="ID")] = None,
    onnx: Annotated[Path | None, typer.Option(help="Measure this file; choose thresholds")] = None,
) -> None:
    """Average precision by set and class, false alarms on quiet streets."""
    with _refusals():
        registry = Registry.load() if onnx is None else None
        entry = candidate(onnx, model or onnx.stem) if onnx is not None else _entry(registry, model)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("evaluate")
            report = evaluate_session(
                open_session(entry),
                sets,
                negatives or [],
                choose_thresholds=onnx is not None,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
    out.write_text(json.dumps(report, indent=1), encoding="utf-8")
    Console().print(_report_table(report))


@app.command()
def promote(
    onnx: Annotated[Path, typer.Argument(help="ONNX file that export wrote")],
    report: Annotated[Path, typer.Option(help="JSON report that evaluate wrote about it")],
    model_id: Annotated[str, typer.Option("--id", help="Id in the registry")] = "street",
    registry: Annotated[Path, typer.Option(help="Registry file to change")] = _REGISTRY,
) -> None:
    """Copy measured weights beside the registry and write their entry."""
    with _refusals():
        entry = with_report(candidate(onnx, model_id), _read_report(report))
        promote_entry(registry, entry, onnx)
    typer.echo(f"{model_id}: sha256 {entry.sha256} is in {registry}")


def _entry(registry: Registry | None, model: str | None) -> ModelEntry:
    assert registry is not None
    return registry.get(model or registry.default_id)


def _read_report(path: Path) -> dict[str, object]:
    try:
        report: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not a readable report ({error})") from error
    return report


def _class_table(entry: ModelEntry) -> Table:
    table = Table("class", "threshold", "AP50", "AP20", "boxes", "measured on")
    for name in entry.classes:
        rows = [
            (set_name, rows[name])
            for set_name, rows in entry.metrics.get("sets", {}).items()
            if name in rows
        ]
        threshold = f"{entry.thresholds[name]:.2f}"
        if not rows:
            table.add_row(name, threshold, "", "", "", "no evaluation data")
        for set_name, row in rows:
            numbers = f"{row['ap50']:.3f}", f"{row['ap20']:.3f}", str(row["boxes"])
            table.add_row(name, threshold, *numbers, set_name)
    return table


def _report_table(report: dict[str, dict[str, dict[str, object]]]) -> Table:
    table = Table("set", "class", "boxes", "AP50", "AP20", "precision", "recall")
    for set_name, rows in report["sets"].items():
        for name, row in rows.items():
            if isinstance(row, dict):
                table.add_row(set_name, name, *(str(value) for value in row.values()))
    return table


def _need_extra() -> None:
    if find_spec("torch") is None or find_spec("ultralytics") is None:
        _stop(_EXTRA)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the rooms refuse becomes one line and exit status 2."""
    try:
        yield
    except ModelError as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
