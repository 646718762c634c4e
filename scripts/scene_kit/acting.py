"""Who moves how in the demo clip: paths over time and the actors that follow them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scripts.scene_kit import people
from scripts.scene_kit.actors import Group, placed
from scripts.scene_kit.people import Build, Pose
from scripts.scene_kit.street import KERB_M
from scripts.scene_kit.thing import Thing

STANDING = Pose()
Carry = Callable[[float, Pose], Group]


class Actor(Protocol):
    """Something in the clip. A still actor looks the same until it is no longer still."""

    def at(self, t: float) -> Group: ...

    def is_still(self, t: float) -> bool: ...


def holding(*things: Thing) -> Carry:
    """A carry that always holds the same things."""
    return lambda _t, _pose: list(things)


def unchanged(thing: Thing) -> Callable[[float], Group]:
    """A shape that never changes."""
    return lambda _t: [thing]


@dataclass(frozen=True, slots=True)
class Path:
    """Straight stretches between (t, x, y); equal places one after the other are a stop."""

    points: Sequence[tuple[float, float, float]]

    def place(self, t: float) -> tuple[float, float]:
        ts, xs, ys = zip(*self.points, strict=True)
        return float(np.interp(t, ts, xs)), float(np.interp(t, ts, ys))

    def speed(self, t: float) -> float:
        """m/s, averaged over a fifth of a second."""
        (x0, y0), (x1, y1) = self.place(t - 0.1), self.place(t + 0.1)
        return math.hypot(x1 - x0, y1 - y0) / 0.2

    def walked(self, t: float) -> float:
        """Metres since the beginning."""
        total = 0.0
        for (t0, x0, y0), (t1, x1, y1) in zip(self.points, self.points[1:], strict=False):
            share = min(max((t - t0) / (t1 - t0), 0.0), 1.0)
            total += share * math.hypot(x1 - x0, y1 - y0)
        return total

    def heading(self, t: float) -> float:
        """Direction of motion; at a stop the one it arrived with."""
        for back in (0.0, 0.2, *np.arange(0.4, 20, 0.4)):
            (x0, y0), (x1, y1) = self.place(t - back - 0.2), self.place(t - back + 0.2)
            if math.hypot(x1 - x0, y1 - y0) > 0.02:
                return math.atan2(y1 - y0, x1 - x0)
        (_, x0, y0), (_, x1, y1) = self.points[0], self.points[1]
        return math.atan2(y1 - y0, x1 - x0)

    def is_on(self, t: float) -> bool:
        return self.points[0][0] <= t <= self.points[-1][0]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Things that stand there from one instant to another."""

    things: Group
    from_s: float = -1.0
    to_s: float = 1e9

    def at(self, t: float) -> Group:
        return self.things if self.from_s <= t < self.to_s else []

    def is_still(self, t: float) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody on a path. `stop_pose` (and the way they face) holds while standing."""

    build: Build
    path: Path
    carry: Carry | None = None
    arms: Pose | None = None
    stop_pose: Pose = STANDING
    stop_heading: float | None = None

    def at(self, t: float) -> Group:
        if not self.path.is_on(t):
            return []
        effort = min(1.0, self.path.speed(t) / 0.7)
        sway = 0.02 * math.sin(1.3 * t + self.build.height_m * 40)
        rest = people.Pose(
            self.stop_pose.thigh, self.stop_pose.knee,
            (self.stop_pose.arm[0] + sway, self.stop_pose.arm[1] - sway),
            self.stop_pose.elbow, self.stop_pose.lean + sway * 0.4, self.stop_pose.drop_m,
        )  # fmt: skip
        step = people.walking(self.path.walked(t) / 0.7 * math.pi)
        if self.arms is not None:
            step = people.with_arms(step, self.arms)
        pose = people.blend(rest, step, effort)
        heading = self.path.heading(t)
        if self.stop_heading is not None:
            turn = (self.stop_heading - heading + math.pi) % (2 * math.pi) - math.pi
            heading += turn * (1 - effort)
        group: Group = [people.person(self.build, pose)]
        if self.carry is not None:
            group += self.carry(t, pose)
        x, y = self.path.place(t)
        return placed(group, (x, y, KERB_M), heading)

    def is_still(self, t: float) -> bool:
        return not self.path.is_on(t)


@dataclass(frozen=True, slots=True)
class Mover:
    """Rigid or animated things on a path: `shape(t)` heads +x at the origin."""

    path: Path
    shape: Callable[[float], Group]
    heading: float | None = None
    z: float = 0.0

    def at(self, t: float) -> Group:
        if not self.path.is_on(t):
            return []
        angle = self.path.heading(t) if self.heading is None else self.heading
        x, y = self.path.place(t)
        return placed(self.shape(t), (x, y, self.z), angle)

    def is_still(self, t: float) -> bool:
        return not self.path.is_on(t)


@dataclass(frozen=True, slots=True)
class Changing:
    """Things that change their shape during an interval and are still before and after."""

    shape: Callable[[float], list[Thing]]
    from_s: float
    to_s: float

    def at(self, t: float) -> Group:
        return self.shape(min(max(t, self.from_s), self.to_s))

    def is_still(self, t: float) -> bool:
        return not self.from_s < t < self.to_s
