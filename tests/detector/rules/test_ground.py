"""What the frame cuts off is not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.detector.rules.street import findings, seen_at, zone

if TYPE_CHECKING:
    from xunjie.detector.types import Box


@pytest.mark.parametrize(
    "box",
    [(-1.0, 220.0, 300.0, 300.0), (1000.0, 220.0, 1279.0, 300.0), (300.0, 600.0, 500.0, 719.0)],
)
def test_stall_cut_off_by_the_frame_is_not_judged(box: Box) -> None:
    everywhere = zone("no_stall", [(0, 0), (1280, 0), (1280, 720), (0, 720)])
    stay = [seen_at(n, box=box) for n in range(0, 400, 20)]
    assert findings(stay, [everywhere]) == []
    inside = (box[0] + 10, box[1] - 20, box[2] - 10, box[3] - 20)
    assert len(findings([seen_at(n, box=inside) for n in range(0, 400, 20)], [everywhere])) == 1
