"""One frame in, one sample out: the model's view of it, narrowed to the wanted classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xunjie.detector.types import Sample

if TYPE_CHECKING:
    from collections.abc import Collection

    from xunjie.detector.types import Frame
    from xunjie.models.session import Session


# A threshold of the registry is meant for one picture. A thing that stands is seen in many: what
# has been seen once at the threshold may be followed at half of it (dwell decides; hysteresis).
KEEP_SHARE = 0.5


class Inference:
    """A session and which of its classes are wanted (None: all).

    Boxes come from ``KEEP_SHARE`` of their class's threshold on; ``open_scores`` holds the
    thresholds themselves, one for each of ``class_names``.
    """

    def __init__(self, session: Session, wanted: Collection[str] | None = None) -> None:
        self._session = session
        self.class_names: tuple[str, ...] = tuple(session.entry.classes)
        self.open_scores = tuple(session.entry.thresholds[name] for name in self.class_names)
        names = self.class_names if wanted is None else wanted
        keep = [
            KEEP_SHARE * score if name in names else np.inf
            for name, score in zip(self.class_names, self.open_scores, strict=True)
        ]
        self._keep = np.array(keep, dtype=np.float32)

    def analyse(self, frame: Frame) -> Sample:
        """Run the model on one frame. ModelError where the session fails."""
        found = self._session.infer([frame.image], min_score=float(self._keep.min()))[0]
        kept = found[found.score >= self._keep[found.class_id]]
        return Sample(frame.source_id, frame.t_ns, frame.pts, frame.wh, kept)
