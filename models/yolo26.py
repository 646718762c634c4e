"""YOLO26 with its NMS-free head: pixels to the network's input, its rows to Detections."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xunjie.models.detections import Detections
from xunjie.models.errors import ModelError
from xunjie.models.letterbox import Letterbox

STRIDE = 32  # px; the network's input sides are multiples of it
# The head learns to give one box an object and mostly does; after a short training a few objects
# still get a second box on the first, which would be a second open episode.
DOUBLE_IOU = 0.65


def input_wh_for(image_wh: tuple[int, int], budget_wh: tuple[int, int]) -> tuple[int, int]:
    """The input shape that shows a picture largest with no more pixels than the budget.

    >>> input_wh_for((1920, 1080), (640, 384))
    (640, 384)
    >>> input_wh_for((1000, 1000), (640, 384))
    (480, 480)
    """
    cells = budget_wh[0] * budget_wh[1] // STRIDE**2
    best, best_rank = budget_wh, (0.0, 0)
    for columns in range(1, cells + 1):
        # Enough rows for this width, or as many as the budget leaves.
        wanted = -(-columns * image_wh[1] // image_wh[0])
        rows = max(1, min(wanted, cells // columns))
        shape = columns * STRIDE, rows * STRIDE
        scale = min(shape[0] / image_wh[0], shape[1] / image_wh[1])
        if (scale, -columns * rows) > best_rank:
            best, best_rank = shape, (scale, -columns * rows)
    return best


def to_tensor(letterboxed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 RGB (H, W, 3) to float32 (1, 3, H, W) in [0, 1]."""
    planes = np.ascontiguousarray(letterboxed.transpose(2, 0, 1)[None], dtype=np.float32)
    planes *= np.float32(1 / 255)
    return planes


def decode(
    rows: NDArray[np.float32],
    letterbox: Letterbox,
    min_scores: NDArray[np.float32],
    model_id: str,
) -> Detections:
    """Detections in picture pixels from the head's rows (n, 6): x1, y1, x2, y2, score, class.

    ``min_scores`` (classes,) is inclusive. Boxes stay as the model says them: one that leaves the
    picture is not clipped, because its bottom says where the object stands.
    """
    if rows.ndim != 2 or rows.shape[1] != 6:
        raise ModelError(f"model '{model_id}': expected output rows (n, 6), found {rows.shape}")
    class_id = rows[:, 5].astype(np.int32)
    if len(rows) and not 0 <= int(class_id.min()) <= int(class_id.max()) < len(min_scores):
        raise ModelError(
            f"model '{model_id}': output names class {int(class_id.max())}, "
            f"the registry has {len(min_scores)}"
        )
    score = np.clip(rows[:, 4], 0.0, 1.0)
    kept = score >= min_scores[class_id]
    rows, score, class_id = rows[kept], score[kept], class_id[kept]
    single = without_doubles(rows[:, :4], score, class_id)
    boxes = letterbox.to_image(rows[single, :4])
    return Detections(boxes, score[single], class_id[single], model_id)


def without_doubles(
    xyxy: NDArray[np.float32], score: NDArray[np.float32], class_id: NDArray[np.int32]
) -> NDArray[np.intp]:
    """Indices of the boxes to keep, best first: none overlaps a better one of its class too far.

    Applied to its own result it keeps everything.
    """
    order = np.argsort(-score, kind="stable")
    boxes = xyxy[order]
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    inter = np.clip(high - low, 0.0, None).prod(2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    union = area[:, None] + area[None, :] - inter
    double = (inter > DOUBLE_IOU * union) & (class_id[order][:, None] == class_id[order][None, :])
    kept = np.ones(len(order), np.bool_)
    for n in range(1, len(order)):
        kept[n] = not (double[n, :n] & kept[:n]).any()
    return order[kept]
