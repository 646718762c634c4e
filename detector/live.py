"""Cameras: a reader thread for each, one analyst, and nobody waits for anybody else."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.detector.errors import SourceError
from xunjie.detector.mailbox import Mailbox
from xunjie.detector.sources.items import SourceDown, StreamStart
from xunjie.detector.types import Frame
from xunjie.detector.wiring import build_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xunjie.detector.chain import SourceChain
    from xunjie.detector.delivery import Courier
    from xunjie.detector.report import Watcher
    from xunjie.detector.sources.items import Item, Source
    from xunjie.detector.wiring import Place, Workshop

log = logging.getLogger(__name__)

# A recording of a camera that went away waits this long for its post-roll.
MAX_WAIT_NS = 10_000_000_000
TICK_S = 0.25
RETRY_S = 10.0
DELIVER_S = 5.0
JOIN_S = 12.0


@dataclass(slots=True, eq=False)
class _Camera:
    source: Source
    chain: SourceChain
    is_out: bool = False
    told: str = ""


class LiveLoop:
    """Runs cameras until stopped. A camera that fails, now or at the start, stops no other."""

    def __init__(self, workshop: Workshop, watcher: Watcher, courier: Courier | None) -> None:
        self._workshop = workshop
        self._watcher = watcher
        self._courier = courier
        self._mailbox = Mailbox()

    def run(self, places: Sequence[Place], stop: threading.Event) -> None:
        """Watch the cameras until ``stop`` is set, then seal what is open."""
        session = self._workshop.plan.model.open()
        cameras = {
            place.config.id: _Camera(
                build_source(self._workshop.plan, place.config, self._workshop.counts),
                self._workshop.chain(place, session),
            )
            for place in places
        }
        threads = [
            threading.Thread(target=self._read, args=(camera, stop), daemon=True, name=source_id)
            for source_id, camera in cameras.items()
        ]
        threads.append(threading.Thread(target=self._deliver, args=(stop,), name="deliver"))
        for thread in threads:
            thread.start()
        self._analyse(cameras, stop)
        for thread in threads:
            thread.join(JOIN_S)
        for camera in cameras.values():
            camera.chain.finish("the engine was stopped")

    def _analyse(self, cameras: dict[str, _Camera], stop: threading.Event) -> None:
        retry_at = time.monotonic() + RETRY_S
        while not stop.is_set():
            frame = self._mailbox.take(TICK_S)
            if frame is not None:
                self._step(cameras[frame.source_id], frame)
            now_ns = time.time_ns() - MAX_WAIT_NS
            for camera in cameras.values():
                camera.chain.seal_due(max(camera.chain.newest_ns, now_ns))
            if time.monotonic() >= retry_at:
                self._workshop.spool.retry()
                retry_at = time.monotonic() + RETRY_S

    def _step(self, camera: _Camera, frame: Frame) -> None:
        try:
            camera.chain.analyse(frame)
        except SourceError as error:
            self._out(camera, error)

    def _read(self, camera: _Camera, stop: threading.Event) -> None:
        source = camera.source
        while not stop.is_set():
            try:
                for item in source.items(stop):
                    self._take(camera, item)
            except SourceError as error:
                self._out(camera, error)
                stop.wait(RETRY_S)

    def _take(self, camera: _Camera, item: Item) -> None:
        if isinstance(item, SourceDown):
            self._watcher.say(f"source {item.source_id!r} is down: {item.reason}")
        elif not isinstance(item, Frame):
            if isinstance(item, StreamStart):
                camera.is_out = False  # frames of a new stream may fit the zones again
            camera.chain.note(item)
        elif not camera.is_out and not self._mailbox.put(item):
            self._workshop.counts.add(item.source_id, "samples_dropped")

    def _out(self, camera: _Camera, error: SourceError) -> None:
        """Stop analysing a camera whose zones do not fit, until its stream starts anew."""
        if not camera.is_out:
            camera.is_out = True
            self._workshop.counts.add(camera.source.source_id, "put_out")
        if camera.told != str(error):
            camera.told = str(error)
            log.error("%s", error)
            self._watcher.say(camera.told)

    def _deliver(self, stop: threading.Event) -> None:
        while self._courier is not None and not stop.wait(DELIVER_S):
            self._courier.deliver()
