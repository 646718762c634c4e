"""Several single-threaded replicas of one network that share the work of a step."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

from xunjie.models.training import losses, network


class Team:
    """``size`` replicas, one thread each; the lead's parameters are the ones that are trained.

    One replica a core beats one network on several threads: those wait for one another at every
    layer, and on a shared machine the waiting costs more than the work (measured).
    """

    def __init__(self, lead: Any, size: int) -> None:
        self.lead = lead
        self._replicas = [lead, *(copy.deepcopy(lead) for _ in range(size - 1))]
        self._losses = [losses.make_loss(replica) for replica in self._replicas]
        # The thread count is a setting of each thread, not of the process.
        self._pool = ThreadPoolExecutor(size, initializer=torch.set_num_threads, initargs=(1,))

    def set_train_mode(self, frozen_layers: int) -> None:
        """Training mode for all, the frozen layers' statistics kept."""
        for replica in self._replicas:
            network.set_train_mode(replica, frozen_layers)

    def next_epoch(self) -> None:
        """Advance the schedule between the one-to-many and the one-to-one loss."""
        for loss in self._losses:
            loss.update()

    def gradients(self, shards: list[dict[str, Any]]) -> torch.Tensor:
        """Leave the summed gradients of the shards on the lead; returns (box, class) losses."""
        jobs = zip(self._replicas, self._losses, shards, strict=True)
        parts = list(self._pool.map(lambda job: _backward(*job), jobs))
        with torch.no_grad():
            for replica in self._replicas[1:]:
                for own, other in zip(self.lead.parameters(), replica.parameters(), strict=True):
                    if other.grad is not None:
                        own.grad = other.grad if own.grad is None else own.grad.add_(other.grad)
                        other.grad = None
        return torch.stack(parts).mean(0)

    def follow(self) -> None:
        """Copy the lead's parameters to the others."""
        with torch.no_grad():
            for replica in self._replicas[1:]:
                for own, other in zip(self.lead.parameters(), replica.parameters(), strict=True):
                    other.copy_(own)


def _backward(model: Any, loss: Any, shard: dict[str, Any]) -> torch.Tensor:
    images = shard.pop("img").float().div_(255).contiguous(memory_format=torch.channels_last)
    total, parts = loss(model(images), shard)
    total.sum().backward()
    return torch.stack([parts["box_loss"], parts["cls_loss"]])
