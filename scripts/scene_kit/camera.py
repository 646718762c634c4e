"""A pinhole camera: world metres to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR_M, FAR_M = 0.25, 250.0


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the camera stands (m), what it looks at (m), its field of view and picture size."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    hfov_deg: float
    frame_wh: tuple[int, int]
    roll_deg: float = 0.0

    def matrix(self) -> NDArray[np.float64]:
        """World to clip space, (4, 4), column vectors."""
        forward = _unit(np.subtract(self.target, self.eye))
        right = _unit(np.cross(forward, (0.0, 0.0, 1.0)))
        up = np.cross(right, forward)
        roll = math.radians(self.roll_deg)
        right, up = (
            right * math.cos(roll) + up * math.sin(roll),
            up * math.cos(roll) - right * math.sin(roll),
        )
        view = np.eye(4)
        view[0, :3], view[1, :3], view[2, :3] = right, up, -forward
        view[:3, 3] = -view[:3, :3] @ np.asarray(self.eye)
        return self._lens() @ view

    def _lens(self) -> NDArray[np.float64]:
        w, h = self.frame_wh
        f = 1 / math.tan(math.radians(self.hfov_deg) / 2)
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1] = f, f * w / h
        lens[2, 2] = (FAR_M + NEAR_M) / (NEAR_M - FAR_M)
        lens[2, 3] = 2 * FAR_M * NEAR_M / (NEAR_M - FAR_M)
        lens[3, 2] = -1
        return lens

    def project(self, points: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.float64]:
        """Pixels (n, 2), origin top left; points nearer than NEAR_M come out as NaN."""
        p = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ self.matrix().T
        depth = np.where(p[:, 3] > NEAR_M, p[:, 3], np.nan)
        w, h = self.frame_wh
        x = (p[:, 0] / depth * 0.5 + 0.5) * w
        y = (0.5 - p[:, 1] / depth * 0.5) * h
        return np.stack([x, y], axis=1)


def _unit(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(v / np.linalg.norm(v))
