"""The loss leaves out what a set does not label. Needs the train extra."""

from __future__ import annotations

from typing import Any

import pytest

torch: Any = pytest.importorskip("torch", reason="the train extra is missing")
losses: Any = pytest.importorskip(
    "xunjie.models.training.losses", reason="the train extra is missing"
)


def batch(set_row: int, ignored: bool = False) -> dict[str, Any]:
    """Two sets over two classes: row 0 labels the first only, row 1 both."""
    return {
        "set_map": torch.full((1, 4, 4), set_row),
        "ignore_map": torch.full((1, 4, 4), ignored),
        "valid": torch.tensor([[1.0, 0.0], [1.0, 1.0]]),
        "ignorable": torch.tensor([True, False]),
    }


def test_an_unknown_class_weighs_nothing_at_every_anchor() -> None:
    weights = losses.anchor_weights(batch(0), [(4, 4), (2, 2), (1, 1)])
    assert weights.shape == (1, 21, 2)
    assert weights[..., 0].min() == 1.0
    assert weights[..., 1].max() == 0.0


def test_an_ignored_place_leaves_out_the_ignorable_class_only() -> None:
    weights = losses.anchor_weights(batch(1, ignored=True), [(4, 4)])
    assert weights[..., 0].max() == 0.0
    assert weights[..., 1].min() == 1.0


def test_a_positive_counts_even_where_its_class_is_unknown() -> None:
    masked = losses.MaskedBCE()
    masked.weight = torch.zeros(1, 1, 2)
    loss = masked(torch.zeros(1, 1, 2), torch.tensor([[[0.7, 0.0]]]))
    assert loss[0, 0, 0] > 0
    assert loss[0, 0, 1] == 0
