"""From samples to findings: the pure core that anyone can feed from a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xunjie.detector.types import Finding, Observation, Sample


class Dwelling(Protocol):
    """What keeps episodes (``detector.dwell.Dwell``), one for each source."""

    def update(self, sample: Sample) -> tuple[Observation, ...]: ...

    def flush(self, t_ns: int) -> tuple[Observation, ...]: ...


class Rule(Protocol):
    """What decides (``detector.rules``)."""

    def update(self, observation: Observation) -> Finding | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one sample brought."""

    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]


class Pipeline:
    """Dwell and rules of one source."""

    def __init__(self, dwell: Dwelling, rules: Sequence[Rule]) -> None:
        self._dwell = dwell
        self._rules = tuple(rules)

    def step(self, sample: Sample) -> Step:
        """The episodes at this sample, and what the rules decide about them."""
        return self._judge(self._dwell.update(sample))

    def flush(self, t_ns: int) -> Step:
        """End every episode at ``t_ns``, where a source ends."""
        return self._judge(self._dwell.flush(t_ns))

    def _judge(self, observations: tuple[Observation, ...]) -> Step:
        decided = (rule.update(o) for o in observations for rule in self._rules)
        return Step(observations, tuple(f for f in decided if f is not None))


def run(samples: Iterable[Sample], dwell: Dwelling, rules: Sequence[Rule]) -> Iterator[Finding]:
    """The findings of one source's samples, in order, to the end of the source."""
    pipeline = Pipeline(dwell, rules)
    last_ns: int | None = None
    for sample in samples:
        last_ns = sample.t_ns
        yield from pipeline.step(sample).findings
    if last_ns is not None:
        yield from pipeline.flush(last_ns).findings
