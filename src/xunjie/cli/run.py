"""``xunjie run``: the engine behind a progress bar and a plain word at the end."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from xunjie.detector.config import load_config
from xunjie.detector.engine import Engine
from xunjie.detector.errors import ConfigError, OutboxError
from xunjie.detector.wiring import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xunjie.detector.config import Config
    from xunjie.detector.report import Report
    from xunjie.detector.types import Finding

NAMES = {
    "street_stall": "street stall (无序设摊)",
    "cross_door": "cross-door business (跨门营业)",
    "illegal_billboard": "illegal billboard (违规户外广告)",
    "dumping": "dumping (垃圾偷乱倒)",
}


def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.toml", help="The engine's settings.")],
    once: Annotated[
        bool,
        typer.Option("--once", help="Process the files to their end, seal what is open, stop."),
    ] = False,
) -> None:
    """Watch the sources of a configuration and seal what the rules find.

    Exit 0: done. 1: a source could not be processed, or a package not sealed. 2: wrong
    configuration; nothing was started.
    """
    raise typer.Exit(_run(config, once))


def _run(config: Path, once: bool) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        loaded = load_config(config)
        if once:
            _require_file(loaded)
        plan = prepare(loaded)
        with _stopped_by_signals() as stop, _Screen(console, loaded) as screen:
            engine = Engine(plan, screen)
            report = engine.run_once(stop) if once else engine.run(stop)
    except ConfigError as error:
        for fault in error.faults:
            console.print(fault, style="red", markup=False)
        return 2
    except OutboxError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    for line in closing_words(report, loaded):
        console.print(line, markup=False)
    return report.exit_code


def closing_words(report: Report, config: Config) -> list[str]:
    """What a run came to, in plain words: found, failed, and where to look."""
    ready = config.outbox.dir / "ready"
    kinds = Counter(package.name.split("-")[1] for package in report.packages)
    lines = [f"  {n} x {NAMES.get(kind, kind)}" for kind, n in sorted(kinds.items())]
    total = len(report.packages)
    before = sum(counts.get("sealed_before", 0) for counts in report.counts.values())
    head = f"{total} alleged violation{'' if total == 1 else 's'} sealed"
    if before:
        head += f", {before} more had been sealed before"
    lines.insert(0, head + (":" if kinds else "."))
    lines += [f"could not be processed: {failure}" for failure in report.failures]
    lines += list(report.unsealed)
    if report.delivery is not None:
        lines += _delivery_words(report, config)
    lines.append(f"packages: {ready}")
    return lines


def _delivery_words(report: Report, config: Config) -> list[str]:
    delivery, api = report.delivery, config.api
    if delivery is None or api is None:
        return []
    lines = [f"{delivery.sent} handed over to {api.url}"] if delivery.sent else []
    if delivery.waiting:
        noun = "package waits" if delivery.waiting == 1 else "packages wait"
        lines.append(f"{delivery.waiting} {noun} in outbox/ready: {'; '.join(delivery.faults)}")
    return lines


def _require_file(config: Config) -> None:
    if all(source.is_live for source in config.source):
        raise ConfigError(
            (f"{config.path}: --once processes files, but every [[source]] is a camera",)
        )


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that the first SIGINT or SIGTERM sets; a second one ends the process at once."""
    stop = threading.Event()
    chosen = (signal.SIGINT, signal.SIGTERM)

    def note(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, note) for number in chosen}
    try:
        yield stop
    finally:
        for number in chosen:
            signal.signal(number, before[number])


class _Screen:
    """Tells a terminal: a bar for each file, a line for each package."""

    def __init__(self, console: Console, config: Config) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {
            source.id: self._bars.add_task(source.id, total=1.0)
            for source in config.source
            if not source.is_live
        }

    def __enter__(self) -> _Screen:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def progress(self, source_id: str, share: float) -> None:
        """Move a file's bar."""
        self._bars.update(self._tasks[source_id], completed=share)

    def found(self, finding: Finding, package: Path) -> None:
        """Tell of a package."""
        name = NAMES.get(finding.rule_id, finding.rule_id)
        self.say(f"{finding.source_id}: {name}: {finding.why['en']}")

    def say(self, text: str) -> None:
        """Print one line above the bars."""
        self._bars.console.print(text, markup=False)
