"""The engine: what a run begins and ends with, around parts that know nothing of it."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack
from queue import SimpleQueue
from typing import TYPE_CHECKING

from xunjie.detector.counters import Counters
from xunjie.detector.delivery import Courier
from xunjie.detector.files import FileBatch
from xunjie.detector.live import LiveLoop
from xunjie.detector.outbox import Outbox
from xunjie.detector.report import Report, Silent, Watcher
from xunjie.detector.spool import Spool
from xunjie.detector.upload import Uploader
from xunjie.detector.wiring import Plan, Workshop, device_key

if TYPE_CHECKING:
    from pathlib import Path

    from xunjie.detector.types import Finding

log = logging.getLogger(__name__)


class Engine:
    """Runs a plan once. Setting ``stop`` ends it early and cleanly: what is open gets sealed."""

    def __init__(self, plan: Plan, watcher: Watcher | None = None) -> None:
        self._plan = plan
        self._watcher = watcher or Silent()
        self._packages: SimpleQueue[Path] = SimpleQueue()
        self.counts = Counters()

    def run_once(self, stop: threading.Event) -> Report:
        """Process the file sources to their end as fast as possible; cameras are left out.

        Raises OutboxError or ConfigError where it cannot even begin.
        """
        return self._run(stop, with_cameras=False)

    def run(self, stop: threading.Event) -> Report:
        """Process the files, and watch the cameras until ``stop`` (without cameras: only files)."""
        return self._run(stop, with_cameras=True)

    def _run(self, stop: threading.Event, *, with_cameras: bool) -> Report:
        config = self._plan.config
        quota_mb = config.outbox.quota_mb
        with ExitStack() as stack:
            quota_bytes = None if quota_mb is None else quota_mb * 1_000_000
            outbox = stack.enter_context(Outbox(config.outbox.dir, quota_bytes))
            key = device_key(config.key_path)
            spool = Spool(self.counts, self._on_sealed)
            workshop = Workshop(self._plan, outbox, key, spool, self.counts)
            courier = self._courier(outbox, stop, stack)
            failures = self._work(workshop, courier, stop, with_cameras=with_cameras)
            spool.retry()
            return Report(
                packages=tuple(self._packages.get() for _ in range(self._packages.qsize())),
                failures=failures,
                unsealed=spool.unsealed,
                delivery=None if courier is None else courier.deliver(),
                counts={p.config.id: self.counts.of(p.config.id) for p in self._plan.places},
            )

    def _work(
        self,
        workshop: Workshop,
        courier: Courier | None,
        stop: threading.Event,
        *,
        with_cameras: bool,
    ) -> tuple[str, ...]:
        cameras = [p for p in self._plan.places if p.config.is_live and with_cameras]
        files = [p for p in self._plan.places if not p.config.is_live]
        batch = FileBatch(workshop, self._watcher)
        if not cameras:
            return batch.run(files, stop)
        failures: list[str] = []
        reading = threading.Thread(target=lambda: failures.extend(batch.run(files, stop)))
        reading.start()
        try:
            LiveLoop(workshop, self._watcher, courier).run(cameras, stop)
        finally:
            reading.join()
        return tuple(failures)

    def _courier(self, outbox: Outbox, stop: threading.Event, stack: ExitStack) -> Courier | None:
        if self._plan.config.api is None:
            return None
        uploader = Uploader(self._plan.config.api.url, stop.wait)
        stack.callback(uploader.close)
        return Courier(outbox, uploader)

    def _on_sealed(self, finding: Finding, package: Path) -> None:
        log.info("package %s: sealed", package.name)
        self._packages.put(package)
        self._watcher.found(finding, package)
