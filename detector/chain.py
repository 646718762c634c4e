"""What follows one source: ring, inference, pipeline, recorder, in the order of time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from xunjie.detector.errors import SourceError
from xunjie.detector.rules import RuleError
from xunjie.detector.sources.items import StreamStart
from xunjie.detector.types import EncodedPacket, Frame, Gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xunjie.detector.inference import Inference
    from xunjie.detector.pipeline import Pipeline, Step
    from xunjie.detector.recorder import Recorder, Recording
    from xunjie.detector.ring import PacketRing
    from xunjie.detector.sealing import Sealer
    from xunjie.detector.sources.items import Counting, Item
    from xunjie.detector.spool import Spool
    from xunjie.zones.zone import Zone

log = logging.getLogger(__name__)

# One odd frame may upset a library; a run of them means that nothing is analysed any more.
MAX_FAULTS_IN_A_ROW = 10


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """The stages of one source."""

    ring: PacketRing
    inference: Inference
    pipeline: Pipeline
    recorder: Recorder
    sealer: Sealer
    spool: Spool
    counts: Counting


class SourceChain:
    """``note`` may be called by the thread that reads, the rest by the one that analyses."""

    def __init__(self, source_id: str, zones: Sequence[Zone], stages: Stages) -> None:
        self.source_id = source_id
        self._zones = tuple(zones)
        self._stages = stages
        self._gaps: SimpleQueue[Gap] = SimpleQueue()
        self._newest_ns = 0
        self._last: Frame | None = None
        self._faults = 0

    @property
    def newest_ns(self) -> int:
        """Capture time of the newest packet, 0 before the first."""
        return self._newest_ns

    def note(self, item: Item) -> None:
        """Take packets, starts and gaps; frames are for ``analyse``.

        Raises SourceError where the source's frames are not what its zones were drawn on.
        """
        if isinstance(item, EncodedPacket):
            self._stages.ring.push(item)
            self._newest_ns = max(self._newest_ns, item.t_ns or 0)
        elif isinstance(item, StreamStart):
            self._stages.ring.start(item.template)
            self._check_zones(item.frame_wh)
        elif isinstance(item, Gap):
            self._stages.counts.add(self.source_id, "gaps")
            self._gaps.put(item)

    def analyse(self, frame: Frame) -> None:
        """Run the model and the rules on a frame. Raises SourceError after too many faults."""
        try:
            self._step(frame)
        except RuleError as error:
            raise SourceError(self.source_id, str(error)) from error
        except Exception as error:
            self._faults += 1
            self._stages.counts.add(self.source_id, "step_faults")
            log.exception("source %s: pts %s: analysis failed", self.source_id, frame.pts)
            if self._faults >= MAX_FAULTS_IN_A_ROW:
                reason = f"analysis failed {self._faults} times in a row: {error}"
                raise SourceError(self.source_id, reason) from error
        else:
            self._faults = 0

    def seal_due(self, newest_ns: int) -> None:
        """Seal the recordings whose post-roll had passed by ``newest_ns``."""
        self._seal(self._stages.recorder.due(newest_ns))

    def finish(self, reason: str) -> None:
        """End the episodes and seal every recording with what there is."""
        if self._last is not None:
            self._record(self._stages.pipeline.flush(self._last.t_ns), self._last)
        self._note_gaps()
        self.seal_due(self._newest_ns)
        self._seal(self._stages.recorder.close(reason))

    def _step(self, frame: Frame) -> None:
        sample = self._stages.inference.analyse(frame)
        self._stages.counts.add(self.source_id, "samples")
        step = self._stages.pipeline.step(sample)
        self._note_gaps()
        self._stages.recorder.see(frame, sample, step.observations)
        self._record(step, frame)
        self._last = frame

    def _record(self, step: Step, frame: Frame) -> None:
        for finding in step.findings:
            self._stages.counts.add(self.source_id, "findings")
            log.info("source %s: %s: %s", self.source_id, finding.rule_id, finding.episode_id)
            self._seal(self._stages.recorder.record(finding, frame))
        self._stages.recorder.forget(step.observations)

    def _seal(self, recordings: Sequence[Recording]) -> None:
        for recording in recordings:
            self._stages.spool.seal(self._stages.sealer, recording)

    def _check_zones(self, frame_wh: tuple[int, int]) -> None:
        for zone in self._zones:
            if zone.frame_wh not in (None, frame_wh):
                drawn, found = ("×".join(map(str, wh or ())) for wh in (zone.frame_wh, frame_wh))
                reason = (
                    f"zone {zone.zone_id!r} was drawn on {drawn} pixels, the frames are {found}"
                )
                raise SourceError(self.source_id, f"{reason}; draw it again on a present frame")

    def _note_gaps(self) -> None:
        while True:
            try:
                self._stages.recorder.note_gap(self._gaps.get_nowait())
            except Empty:
                return
