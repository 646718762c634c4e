"""Averaged weights to an NMS-free ONNX file that says what it is."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch

from xunjie.models.errors import ModelError
from xunjie.models.training import labels, network
from xunjie.models.training.candidate import INPUT_WH
from xunjie.models.training.recipe import Recipe

_OPSET = 17
_AXES = {"images": {2: "height", 3: "width"}}


def export_weights(
    recipe: Recipe, root: Path, weights: Path, out: Path, input_wh: tuple[int, int] = INPUT_WH
) -> Path:
    """Write ``out``: input float32 (1, 3, H, W) RGB in [0, 1], output (1, 300, 6).

    Rows of the output are x1, y1, x2, y2 in input pixels, score, class, best first. Height and
    width stay free (multiples of 32); ``input_wh`` is what the file was traced with. The metadata
    carries the class list and the digests of the recipe and the data that the weights came from.
    """
    state = _read_state(recipe, weights)
    model = _trained(recipe, root, state)
    example = torch.zeros(1, 3, input_wh[1], input_wh[0])
    out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns about every constant shape
        torch.onnx.export(
            model,
            (example,),
            str(out),
            input_names=["images"],
            output_names=["detections"],
            dynamic_axes=_AXES,
            opset_version=_OPSET,
            dynamo=False,
        )
    _describe(out, recipe, state)
    return out


def _read_state(recipe: Recipe, weights: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(weights, weights_only=True)
    if state["classes"] != list(recipe.classes):
        raise ModelError(f"{weights}: made for other classes than recipe {recipe.recipe_id}")
    return state


def _trained(recipe: Recipe, root: Path, state: dict[str, Any]) -> Any:
    coco_names = labels.read_names(root / recipe.coco_names)
    model = network.build_network(recipe, root / recipe.initial, coco_names)
    model.load_state_dict(state["weights"])
    model.eval()
    head = model.model[-1]
    # The exported graph keeps the one-to-one head alone, with boxes computed from the input's
    # own height and width.
    head.export, head.dynamic, head.format = True, True, "onnx"
    return model.fuse(verbose=False)


def _describe(path: Path, recipe: Recipe, state: dict[str, Any]) -> None:
    file = onnx.load(path)
    facts = {
        "classes": json.dumps(list(recipe.classes)),
        "recipe": f"{recipe.recipe_id} {state['recipe']}",
        "data": state["data"],
        "licence": "AGPL-3.0-or-later",
    }
    onnx.helper.set_model_props(file, facts)
    onnx.checker.check_model(file)
    onnx.save(file, path)
