"""What every rule is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from xunjie.detector.types import Finding, Observation


class Rule(Protocol):
    """Decides, observation by observation, whether an episode is an alleged violation.

    ``rule_version`` changes whenever a decision can change. ``update`` takes the observations of
    one source in the order of time and raises ZoneFrameMismatchError where the zones were drawn on
    another frame size.
    """

    @property
    def rule_id(self) -> str: ...

    @property
    def rule_version(self) -> str: ...

    def update(self, observation: Observation) -> Finding | None: ...
