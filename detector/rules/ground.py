"""Whether a picture shows where a thing stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xunjie.detector.types import Observation

EDGE_SHARE = 0.004
"""A box this close to an edge (share of the frame's width, 5 px of 1280) is cut off by it: boxes
of things that are wholly in view end farther inside than the jitter of a box."""


def is_whole(seen: Observation) -> bool:
    """Whether the frame's left, right and lower edges leave the thing whole.

    What they cut has an unknown extent, so the bottom middle of its box is not its ground point;
    and half a thing is easily taken for another. The upper edge hides no ground contact.
    """
    width, height = seen.frame_wh
    margin_px = EDGE_SHARE * width
    x1, _, x2, y2 = seen.box
    return x1 > margin_px and x2 < width - margin_px and y2 < height - margin_px
