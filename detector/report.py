"""What an engine tells while it runs, and at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xunjie.detector.delivery import Delivery
    from xunjie.detector.types import Finding


class Watcher(Protocol):
    """Who is told of progress. Called from several threads."""

    def progress(self, source_id: str, share: float) -> None:
        """A file is done to ``share`` in [0, 1], by its pts."""

    def found(self, finding: Finding, package: Path) -> None:
        """A package was published."""

    def say(self, text: str) -> None:
        """One line for people: a camera is down, a file cannot be read."""


class Silent:
    """A watcher that tells nobody."""

    def progress(self, source_id: str, share: float) -> None: ...

    def found(self, finding: Finding, package: Path) -> None: ...

    def say(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended. ``failures``: sources that could not be read, ``unsealed``: evidence the
    outbox refused; one line each. ``delivery`` None: no API configured."""

    packages: tuple[Path, ...] = ()
    failures: tuple[str, ...] = ()
    unsealed: tuple[str, ...] = ()
    delivery: Delivery | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """1 where something was not done, 0 otherwise. An API that is away is no failure."""
        return 1 if self.failures or self.unsealed else 0
