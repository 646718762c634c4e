"""How often what happened, by source and cause: drops and faults stay visible."""

from __future__ import annotations

import threading
from collections import Counter


class Counters:
    """Thread-safe counts by (source id, cause)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, source_id: str, cause: str, n: int = 1) -> None:
        """Count ``n`` more of ``cause``."""
        with self._lock:
            self._counts[source_id, cause] += n

    def get(self, source_id: str, cause: str) -> int:
        """How often ``cause`` was counted for this source."""
        with self._lock:
            return self._counts[source_id, cause]

    def of(self, source_id: str) -> dict[str, int]:
        """All counts of one source, by cause."""
        with self._lock:
            return {cause: n for (name, cause), n in self._counts.items() if name == source_id}
