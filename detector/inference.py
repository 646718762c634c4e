"""One frame in, one sample out: the model's view of it, narrowed to the wanted classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xunjie.detector.types import Sample

if TYPE_CHECKING:
    from collections.abc import Collection

    from xunjie.detector.types import Frame
    from xunjie.models.session import Session


class Inference:
    """A session and which of its classes are wanted (None: all)."""

    def __init__(self, session: Session, wanted: Collection[str] | None = None) -> None:
        self._session = session
        self.class_names: tuple[str, ...] = tuple(session.entry.classes)
        names = self.class_names if wanted is None else wanted
        self._wanted = np.array([name in names for name in self.class_names], dtype=np.bool_)

    def analyse(self, frame: Frame) -> Sample:
        """Run the model on one frame. ModelError where the session fails."""
        found = self._session.infer([frame.image])[0]
        kept = found if self._wanted.all() else found[self._wanted[found.class_id]]
        return Sample(frame.source_id, frame.t_ns, frame.pts, frame.wh, kept)
