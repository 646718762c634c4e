"""The detection loss with unknown classes left out."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from ultralytics.utils.loss import E2ELoss, v8DetectionLoss


class MaskedBCE(nn.Module):  # type: ignore[misc]  # torch is not followed
    """Binary cross-entropy per anchor and class, times a weight set before each call.

    A positive target always counts in full: whatever was labelled was seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """(B, A, C) losses."""
        loss = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
        if self.weight is None:
            return loss
        return loss * torch.where(target > 0, torch.ones_like(self.weight), self.weight)


class MaskedDetectionLoss(v8DetectionLoss):  # type: ignore[misc]  # ultralytics is untyped
    """The framework's detection loss; absence of a class counts as its set says.

    The batch carries ``set_map`` int64 (B, H/8, W/8), the row of ``valid`` (rows, C) that holds at
    each place, and ``ignore_map`` bool of the same shape, where the classes in ``ignorable`` (C,)
    are neither taught nor denied. The normaliser is the sum of positive target scores, which
    masking does not touch.
    """

    def __init__(self, model: Any, tal_topk: int = 10, tal_topk2: int | None = None) -> None:
        super().__init__(model, tal_topk=tal_topk, tal_topk2=tal_topk2)
        self.bce = MaskedBCE()

    def loss(self, preds: dict[str, Any], batch: dict[str, Any]) -> Any:
        """(loss of the three parts times batch size, the parts)."""
        shapes = [tuple(level.shape[2:]) for level in preds["feats"]]
        self.bce.weight = anchor_weights(batch, shapes)
        return super().loss(preds, batch)


def anchor_weights(batch: dict[str, Any], shapes: list[tuple[int, int]]) -> Tensor:
    """(B, anchors, C): the weight of a class's absence at each anchor, levels one after another."""
    levels = []
    for rows, columns in shapes:
        set_map = _sampled(batch["set_map"], rows, columns)
        ignore = _sampled(batch["ignore_map"], rows, columns)
        weight = batch["valid"][set_map]
        weight = weight * (1.0 - ignore[..., None].float() * batch["ignorable"].float())
        levels.append(weight.flatten(1, 2))
    return torch.cat(levels, 1)


def _sampled(grid: Tensor, rows: int, columns: int) -> Tensor:
    step = grid.shape[1] // rows
    return grid[:, step // 2 :: step, step // 2 :: step][:, :rows, :columns]


def make_loss(network: Any) -> Any:
    """One-to-many and one-to-one losses, both masked, with the framework's schedule."""
    return E2ELoss(network, loss_fn=MaskedDetectionLoss)
