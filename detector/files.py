"""Processes file sources to their end, each in one thread and in one order: the same every time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from xunjie.detector.errors import SourceError
from xunjie.detector.sources.items import StreamStart
from xunjie.detector.types import Frame
from xunjie.detector.wiring import build_source

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from xunjie.detector.chain import SourceChain
    from xunjie.detector.report import Watcher
    from xunjie.detector.wiring import Place, Workshop
    from xunjie.models.session import Session


class FileBatch:
    """Some files, as many at a time as there are cores. Nothing is dropped."""

    def __init__(self, workshop: Workshop, watcher: Watcher) -> None:
        self._workshop = workshop
        self._watcher = watcher

    def run(self, places: Sequence[Place], stop: threading.Event) -> tuple[str, ...]:
        """Process them; one line for each that could not be read. ``stop`` ends it early."""
        if not places:
            return ()
        workers = min(len(places), os.cpu_count() or 1)
        sessions: SimpleQueue[Session] = SimpleQueue()
        for _ in range(workers):
            sessions.put(self._workshop.plan.model.open())
        with ThreadPoolExecutor(workers, thread_name_prefix="file") as pool:
            faults = list(pool.map(partial(self._process, sessions, stop), places))
        return tuple(fault for fault in faults if fault is not None)

    def _process(
        self, sessions: SimpleQueue[Session], stop: threading.Event, place: Place
    ) -> str | None:
        session = sessions.get()
        try:
            return self._read(self._workshop.chain(place, session), place, stop)
        finally:
            sessions.put(session)

    def _read(self, chain: SourceChain, place: Place, stop: threading.Event) -> str | None:
        source = build_source(self._workshop.plan, place.config, self._workshop.counts)
        fault: str | None = None
        start: StreamStart | None = None
        try:
            for item in source.items(stop):
                chain.note(item)
                if isinstance(item, StreamStart):
                    start = start or item
                elif isinstance(item, Frame):
                    chain.analyse(item)
                    self._tell(start, item)
                chain.seal_due(chain.newest_ns)
        except SourceError as error:
            fault = str(error)
            self._watcher.say(fault)
        chain.finish("the engine was stopped" if stop.is_set() else "the file ended")
        if fault is None and not stop.is_set():
            self._watcher.progress(place.config.id, 1.0)
        return fault

    def _tell(self, start: StreamStart | None, frame: Frame) -> None:
        if start is not None and start.duration_s:
            share = (frame.t_ns - start.t_ns) / 1e9 / start.duration_s
            self._watcher.progress(frame.source_id, min(max(share, 0.0), 1.0))
