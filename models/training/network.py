"""The network to train: YOLO26-nano with a new class list and the COCO rows carried over."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from ultralytics.cfg import get_cfg
from ultralytics.utils.patches import torch_load

from xunjie.models.errors import ModelError
from xunjie.models.training.recipe import Recipe, Stage

_HEADS = ("cv3", "one2one_cv3")


def load_initial(path: Path) -> Any:
    """The network stored in an ultralytics checkpoint, in FP32, eval mode, its NMS-free head on."""
    if not path.is_file():
        raise ModelError(f"{path}: initial weights are missing")
    network = torch_load(path, map_location="cpu")["model"].float().eval()
    network.model[-1].end2end = True
    return network


def build_network(recipe: Recipe, initial: Path, coco_names: list[str]) -> Any:
    """A network for the recipe's classes that starts from the initial weights.

    Classes that COCO has keep their rows in both class heads, so they work from the first step;
    new rows start at zero weight and a bias that says «rare».
    """
    network = load_initial(initial)
    head = network.model[-1]
    for name in _HEADS:
        for branch, stride in zip(getattr(head, name), head.stride, strict=True):
            branch[-1] = _carried(branch[-1], recipe.classes, coco_names, float(stride))
    head.nc = len(recipe.classes)
    head.no = head.nc + 4 * head.reg_max
    network.nc = head.nc
    network.yaml["nc"] = head.nc
    network.names = dict(enumerate(recipe.classes))
    return network


def _carried(old: Any, classes: tuple[str, ...], coco_names: list[str], stride: float) -> Any:
    """The last convolution of a class head, 80 rows exchanged for the new classes' rows."""
    new = torch.nn.Conv2d(old.in_channels, len(classes), 1)
    with torch.no_grad():
        new.weight.mul_(0.1)
        # A fifth of an object of a new class per 640 px picture: the prior of a detection head.
        new.bias.fill_(math.log(0.2 / (640 / stride) ** 2))
        for row, name in enumerate(classes):
            if name in coco_names:
                new.weight[row] = old.weight[coco_names.index(name)]
                new.bias[row] = old.bias[coco_names.index(name)]
    return new


def prepare(network: Any, stage: Stage) -> Any:
    """Freeze the first layers and attach the gains the loss reads; returns the same network."""
    network.args = get_cfg(
        overrides={"box": stage.box_gain, "cls": stage.class_gain, "epochs": stage.epochs}
    )
    for index, layer in enumerate(network.model):
        for parameter in layer.parameters():
            parameter.requires_grad = index >= stage.frozen_layers
    return network.to(memory_format=torch.channels_last)


def set_train_mode(network: Any, frozen_layers: int) -> None:
    """Training mode, but the frozen layers keep their batch-norm statistics."""
    network.train()
    for layer in network.model[:frozen_layers]:
        layer.eval()
