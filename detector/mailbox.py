"""Frames waiting to be analysed: a bounded few for each source, the oldest of all first."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xunjie.detector.types import Frame


class Mailbox:
    """Between many readers and few analysts. A source that is too fast loses its own oldest."""

    def __init__(self, per_source: int = 2) -> None:
        self._per_source = per_source
        self._condition = threading.Condition()
        self._waiting: dict[str, deque[Frame]] = {}

    def put(self, frame: Frame) -> bool:
        """Add a frame; False where this pushed out the source's oldest one."""
        with self._condition:
            queue = self._waiting.setdefault(frame.source_id, deque())
            is_full = len(queue) >= self._per_source
            if is_full:
                queue.popleft()
            queue.append(frame)
            self._condition.notify()
            return not is_full

    def take(self, timeout_s: float) -> Frame | None:
        """The frame that has waited longest, or None after ``timeout_s`` without one."""
        with self._condition:
            if not any(self._waiting.values()):
                self._condition.wait(timeout_s)
            queues = [queue for queue in self._waiting.values() if queue]
            if not queues:
                return None
            return min(queues, key=lambda queue: queue[0].mono_ns).popleft()
