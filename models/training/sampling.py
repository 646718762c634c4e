"""Drawing batches: sets by weight, pictures in shuffled turns, one input shape a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, IterableDataset

from xunjie.models.training.augment import GRID, Composed, Tile, compose, regions
from xunjie.models.training.dataset import Example
from xunjie.models.training.recipe import SetSpec, Stage


class Batches(IterableDataset[list[dict[str, Any]]]):  # type: ignore[misc]  # not followed
    """The batches of one epoch, each cut into ``shards``, one for every training thread.

    The same (seed, epoch) yields the same batches.
    """

    def __init__(
        self,
        pools: list[list[Example]],
        specs: list[SetSpec],
        stage: Stage,
        seed: int,
        shards: int,
    ) -> None:
        self.pools = pools
        self.specs = specs
        self.stage = stage
        self.seed = seed
        self.shards = shards
        self.epoch = 0
        self._cache: dict[str, NDArray[np.uint8]] = {}

    def preload(self) -> None:
        """Decode every picture once, so that forked workers share them."""
        for pool in self.pools:
            for example in pool:
                self._pixels(example)

    def __iter__(self) -> Iterator[list[dict[str, Any]]]:
        rng = np.random.default_rng([self.seed, self.epoch])
        draws = _Draws(self.pools, [spec.weight for spec in self.specs], rng)
        for _ in range(self.stage.steps):
            wh = self.stage.shapes_wh[int(rng.integers(len(self.stage.shapes_wh)))]
            items = [self._compose(draws, wh, rng) for _ in range(self.stage.batch)]
            yield [_stack(items[k :: self.shards]) for k in range(self.shards)]

    def _compose(self, draws: _Draws, wh: tuple[int, int], rng: np.random.Generator) -> Composed:
        places = regions(wh, rng)
        examples = [draws.next() for _ in places]
        tiles = [Tile(e, self._pixels(e), self.specs[e.set_index].squeezed) for e in examples]
        return compose(tiles, places, wh, len(self.specs), rng)

    def _pixels(self, example: Example) -> NDArray[np.uint8]:
        key = str(example.path)
        if key not in self._cache:
            self._cache[key] = example.read()
        return self._cache[key]


class _Draws:
    """Endless examples: the set by weight, inside a set every picture once a turn."""

    def __init__(
        self, pools: list[list[Example]], weights: list[float], rng: np.random.Generator
    ) -> None:
        self._pools = pools
        self._shares = np.array(weights) / sum(weights)
        self._rng = rng
        self._turns: list[list[int]] = [[] for _ in pools]

    def next(self) -> Example:
        """The next example."""
        index = int(self._rng.choice(len(self._pools), p=self._shares))
        if not self._turns[index]:
            self._turns[index] = list(self._rng.permutation(len(self._pools[index])))
        return self._pools[index][self._turns[index].pop()]


def make_loader(batches: Batches) -> DataLoader[list[dict[str, Any]]]:
    """One worker process composes while the two cores train."""
    return DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)


def _stack(items: list[Composed]) -> dict[str, Any]:
    height, width = items[0].image.shape[:2]
    scale = np.array([width, height] * 2, np.float32)
    normalised = [_centred(item.boxes / scale) for item in items]
    indices = [np.full(len(item.boxes), i, np.float32) for i, item in enumerate(items)]
    images = np.stack([item.image for item in items])
    assert images.shape[1] % GRID == 0
    return {
        "img": torch.from_numpy(images).permute(0, 3, 1, 2),
        "bboxes": torch.from_numpy(np.concatenate(normalised)),
        "cls": torch.from_numpy(np.concatenate([i.class_ids for i in items]).astype(np.float32)),
        "batch_idx": torch.from_numpy(np.concatenate(indices)),
        "set_map": torch.from_numpy(np.stack([i.set_map for i in items]).astype(np.int64)),
        "ignore_map": torch.from_numpy(np.stack([i.ignore_map for i in items])),
    }


def _centred(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], 1)
