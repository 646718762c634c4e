"""How long each episode has unlawfully stood against each zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xunjie.detector.types import Observation
    from xunjie.zones.zone import Zone

_NS = 1_000_000_000

LEAVE_S = 10.0
"""A place at a zone's edge leaves it only when outside for longer: a passer-by who cuts a box
moves its ground point for some seconds."""

LOOK_BACK_S = 35.0
"""An episode is observed from its confirmation on; its clock may start at the onset, if that was
unlawful too and no longer ago than this: two gaps between three sightings, each at most dwell's
16 s of patience with an unconfirmed place, and some slack."""


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """A zone against which an episode has stood for at least ``min_dwell_s``."""

    zone: Zone
    since_ns: int
    min_dwell_s: float


@dataclass(slots=True)
class _Clock:
    since_ns: int | None = None
    inside_ns: int | None = None


@dataclass(slots=True)
class _Account:
    """The clocks of one episode by zone id, and the phases already found."""

    clocks: dict[str, _Clock] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)


class Clocks:
    """One rule's clocks. Bounded by dwell: an episode's account goes when the episode ends."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def __len__(self) -> int:
        return len(self._accounts)

    def was_inside(self, observation: Observation, zone: Zone) -> bool:
        """Whether the episode stood in the zone before; the leave threshold applies then."""
        account = self._accounts.get(observation.episode_id)
        clock = None if account is None else account.clocks.get(zone.zone_id)
        return clock is not None and clock.inside_ns is not None

    def advance(
        self,
        observation: Observation,
        zone: Zone,
        is_inside: bool,
        is_unlawful: Callable[[int], bool],
    ) -> None:
        """Run, start or stop the clock of an episode against a zone.

        ``is_inside`` is where the episode stands now; it counts only when it is seen.
        ``is_unlawful`` tells for an instant whether standing there broke the rule then: zone in
        force, nothing that allows it. One lawful instant stops the clock at once; outside the
        zone it stops after LEAVE_S.
        """
        account = self._accounts.setdefault(observation.episode_id, _Account())
        is_first_look = zone.zone_id not in account.clocks
        clock = account.clocks.setdefault(zone.zone_id, _Clock())
        t_ns = observation.t_ns
        if observation.is_seen and is_inside:
            clock.inside_ns = t_ns
        elif observation.is_seen and clock.inside_ns is not None:
            has_left = t_ns - clock.inside_ns > round(LEAVE_S * _NS)
            clock.inside_ns = None if has_left else clock.inside_ns
        if clock.inside_ns is None or not is_unlawful(t_ns):
            clock.since_ns = None
        elif clock.since_ns is None and clock.inside_ns == t_ns:
            onset_ns = observation.onset_ns
            is_recent = t_ns - onset_ns <= round(LOOK_BACK_S * _NS)
            reaches_back = is_first_look and is_recent and is_unlawful(onset_ns)
            clock.since_ns = onset_ns if reaches_back else t_ns

    def due(
        self, observation: Observation, zones: Iterable[Zone], default_min_dwell_s: float
    ) -> Due | None:
        """The first of ``zones`` that a finding is due against, noted as found; usually None.

        Only an episode that is seen, inside, now: the decisive picture must show it. After a
        finding in an enforcing zone there is none any more, after one in a warning zone only one
        in an enforcing zone: one thing in overlapping zones is one case.
        """
        account = self._accounts.get(observation.episode_id)
        if account is None or not observation.is_seen or "enforcing" in account.found:
            return None
        for zone in zones:
            clock = account.clocks.get(zone.zone_id)
            if clock is None or clock.since_ns is None or clock.inside_ns != observation.t_ns:
                continue
            limit_s = default_min_dwell_s if zone.min_dwell_s is None else zone.min_dwell_s
            is_long = observation.t_ns - clock.since_ns >= round(limit_s * _NS)
            if is_long and zone.phase not in account.found:
                account.found.add(zone.phase)
                return Due(zone, clock.since_ns, limit_s)
        return None

    def close(self, observation: Observation) -> None:
        """Forget an episode that has ended."""
        if observation.is_ended:
            self._accounts.pop(observation.episode_id, None)
