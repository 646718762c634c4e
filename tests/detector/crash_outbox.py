"""Kills itself with SIGKILL before every single fsync, rename and replace of publishing, in turn.

    python -m tests.detector.crash_outbox FOLDER     (prints how many packages were acknowledged)

Each turn is a fork that dies at the n-th such call; the parent then checks the outbox.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.detector.test_outbox import assert_unbroken, key_in, publish
from xunjie.detector.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from xunjie.evidence.keys import DeviceKey

# One package takes 17 such calls, so this covers one whole and the beginning of the next.
POINTS = 20


def dying(call: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """``call``, but SIGKILL instead once ``left`` is used up."""

    def counted(*args: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **named)

    return counted


def publish_until_death(folder: Path, key: DeviceKey, point: int, acknowledged: int) -> None:
    """Publish packages, writing each one's name to the pipe, until the ``point``-th call."""
    with Outbox(folder / "o") as outbox:
        left = [point]
        os.fsync, os.rename = dying(os.fsync, left), dying(os.rename, left)
        os.replace = dying(os.replace, left)
        for n in range(100):
            publish(outbox, key, f"p{point}-{n}")
            os.write(acknowledged, f"p{point}-{n}\n".encode())


def main() -> None:
    """Die at every point and check after each death."""
    folder = Path(sys.argv[1])
    key = key_in(folder)
    reader, writer = os.pipe()
    acknowledged: set[str] = set()
    for point in range(POINTS):
        pid = os.fork()
        if pid == 0:
            publish_until_death(folder, key, point, writer)
        _, status = os.waitpid(pid, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        os.write(writer, b"\n")
        acknowledged |= set(os.read(reader, 65536).decode().split())
        ready = {path.name for path in (folder / "o" / "ready").iterdir()}
        assert acknowledged <= ready, acknowledged - ready
        if point % 4 == 3:
            assert_unbroken(folder / "o", key)
    print(len(acknowledged))  # noqa: T201


if __name__ == "__main__":
    main()
