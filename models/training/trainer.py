"""The training loop: resumable after every epoch, the same for every stage of a recipe."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from xunjie.models.errors import ModelError
from xunjie.models.training import dataset, labels, network, pseudo, sampling
from xunjie.models.training.recipe import Recipe, Stage
from xunjie.models.training.team import Team

_WARMUP_STEPS = 60
_FINAL_LR_SHARE = 0.05
_EMA_DECAY = 0.997
_EMA_RAMP_STEPS = 300  # early averages follow the weights closely
_WEIGHT_DECAY = 5e-4
_MAX_GRADIENT = 10.0

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training happens: recipe, data root, run folder, CPU threads."""

    recipe: Recipe
    root: Path
    folder: Path
    threads: int = 2


def train(run: Run, stage_name: str, start_from: Path | None, report: Report) -> Path:
    """Train one stage and return the path of its averaged weights.

    1. Pseudo-labels for sets that want them (kept in the run folder).
    2. Network from ``start_from`` (averaged weights of an earlier stage) or the initial weights.
    3. Epoch by epoch; after each, ``<stage>-last.pt`` (everything, to resume) and
       ``<stage>.pt`` (averaged weights) are replaced. A second call resumes.
    """
    torch.set_num_threads(1)
    stage = _stage(run.recipe, stage_name)
    torch.manual_seed(run.recipe.seed)
    batches, valid = _batches(run, stage, report)
    loop = _Loop(run, stage, start_from, valid)
    while loop.epoch < stage.epochs:
        batches.epoch = loop.epoch
        report(loop.run_epoch(sampling.make_loader(batches)))
    return loop.weights_path


def train_recipe(run: Run, only: str | None, report: Report) -> Path:
    """Train all stages in order, or only one from the weights of the stage before it."""
    path: Path | None = None
    for stage in run.recipe.stages:
        if only is None or stage.name == only:
            path = train(run, stage.name, path, report)
        else:
            path = run.folder / f"{stage.name}.pt"
        if stage.name == only:
            break
    if path is None or (only is not None and path.stem != only):
        names = [stage.name for stage in run.recipe.stages]
        raise ModelError(f"recipe {run.recipe.recipe_id}: no stage '{only}', found {names}")
    return path


def _stage(recipe: Recipe, name: str) -> Stage:
    for stage in recipe.stages:
        if stage.name == name:
            return stage
    names = [stage.name for stage in recipe.stages]
    raise ModelError(f"recipe {recipe.recipe_id}: no stage '{name}', found {names}")


def _batches(run: Run, stage: Stage, report: Report) -> tuple[sampling.Batches, Any]:
    recipe, root = run.recipe, run.root
    coco_names = labels.read_names(root / recipe.coco_names)
    specs = [recipe.set(name) for name in stage.sets]
    pools = []
    for index, spec in enumerate(specs):
        found = None
        if spec.pseudo:
            path = run.folder / "pseudo" / f"{spec.name}.json"
            images = labels.list_images(root / spec.path)
            pseudo.write_pseudo_labels(images, root / recipe.initial, coco_names, path, _quiet)
            found = pseudo.read_pseudo_labels(path)
        pools.append(dataset.load_set(spec, index, recipe, root, found))
        report(f"set {spec.name}: {len(pools[-1])} pictures")
    batches = sampling.Batches(pools, specs, stage, recipe.seed, run.threads)
    batches.preload()
    valid = torch.from_numpy(dataset.valid_weights(recipe, specs, set(coco_names)))
    return batches, valid


def _quiet(done: int, total: int) -> None:
    """Pseudo-labels are a matter of minutes; nobody waits for each."""


class _Loop:
    """State of one stage's training; run_epoch advances it."""

    def __init__(self, run: Run, stage: Stage, start_from: Path | None, valid: Any) -> None:
        coco_names = labels.read_names(run.root / run.recipe.coco_names)
        model = network.build_network(run.recipe, run.root / run.recipe.initial, coco_names)
        if start_from is not None:
            model.load_state_dict(torch.load(start_from, weights_only=True)["weights"])
        self.stage, self.recipe = stage, run.recipe
        self.team = Team(network.prepare(model, stage), run.threads)
        self.model = self.team.lead
        self.average = copy.deepcopy(self.model).eval()
        self.masks = {
            "valid": valid,
            "ignorable": torch.tensor([name in coco_names for name in run.recipe.classes]),
        }
        self.optimizer = _optimizer(self.model, stage)
        specs = [run.recipe.set(name) for name in stage.sets]
        self.papers = {
            "recipe": run.recipe.digest,
            "classes": list(run.recipe.classes),
            "stage": stage.name,
            "data": dataset.data_digest(specs, run.root),
        }
        self.epoch = self.step = 0
        self.resume_path = run.folder / f"{stage.name}-last.pt"
        self.weights_path = run.folder / f"{stage.name}.pt"
        self._resume()

    def run_epoch(self, loader: Any) -> str:
        """One epoch and its checkpoint; returns a line for the log."""
        self.team.set_train_mode(self.stage.frozen_layers)
        started, sums = time.monotonic(), torch.zeros(2)
        for batch in loader:
            sums += self._step(batch)
        self.epoch += 1
        self.team.next_epoch()
        self._save()
        box, classes = (sums / self.stage.steps).tolist()
        return (
            f"{self.stage.name} epoch {self.epoch}/{self.stage.epochs} box {box:.3f} "
            f"class {classes:.3f} lr {self.optimizer.param_groups[0]['lr']:.1e} "
            f"{time.monotonic() - started:.0f} s"
        )

    def _step(self, shards: list[dict[str, Any]]) -> torch.Tensor:
        _set_lr(self.optimizer, self.step, self.stage)
        parts = self.team.gradients([shard | self.masks for shard in shards])
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _MAX_GRADIENT)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.team.follow()
        self.step += 1
        self._update_average()
        return parts

    def _update_average(self) -> None:
        keep = _EMA_DECAY * (1 - math.exp(-self.step / _EMA_RAMP_STEPS))
        current = self.model.state_dict()
        with torch.no_grad():
            for name, value in self.average.state_dict().items():
                if value.dtype.is_floating_point:
                    value.mul_(keep).add_(current[name], alpha=1 - keep)

    def _save(self) -> None:
        average = self.average.state_dict()
        _write(self.weights_path, {"weights": average, "epoch": self.epoch, **self.papers})
        state = {
            "model": self.model.state_dict(),
            "average": average,
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
        }
        _write(self.resume_path, state | self.papers)

    def _resume(self) -> None:
        if not self.resume_path.is_file():
            return
        state = torch.load(self.resume_path, weights_only=True)
        if state["classes"] != list(self.recipe.classes):
            raise ModelError(f"{self.resume_path}: made for other classes; use a new run folder")
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step = state["epoch"], state["step"]
        self.team.follow()
        for _ in range(self.epoch):
            self.team.next_epoch()


def _write(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def _optimizer(model: Any, stage: Stage) -> Any:
    """AdamW; the head at full rate, the body slower, no decay on biases and norms."""
    groups: dict[tuple[bool, bool], list[Any]] = {}
    head = f"model.{len(model.model) - 1}."
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = (name.startswith(head), parameter.ndim > 1)
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "share": 1.0 if in_head else stage.body_lr_share,
                "weight_decay": _WEIGHT_DECAY if decays else 0.0,
            }
            for (in_head, decays), parameters in groups.items()
        ],
        lr=stage.lr,
    )


def _set_lr(optimizer: Any, step: int, stage: Stage) -> None:
    done = step / max(1, stage.epochs * stage.steps)
    cosine = _FINAL_LR_SHARE + (1 - _FINAL_LR_SHARE) * (1 + math.cos(math.pi * done)) / 2
    warm = min(1.0, (step + 1) / _WARMUP_STEPS)
    for group in optimizer.param_groups:
        group["lr"] = stage.lr * group["share"] * cosine * warm
