"""The register of bad evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xunjie.evidence.errors import Reason, Step
from xunjie.evidence.trust import TrustRoots

Spoil = Callable[[Path], TrustRoots | None]
ZOO: dict[str, tuple[Spoil, Step, Reason]] = {}
CLIP = "data/clip.mp4"
RECORD = "data/violation.json"


def wrong(step: Step, reason: Reason) -> Callable[[Spoil], Spoil]:
    """Enters a function into the zoo with the step and reason that must answer it."""

    def enter(spoil: Spoil) -> Spoil:
        ZOO[spoil.__name__] = (spoil, step, reason)
        return spoil

    return enter
