"""Runs `xunjie` as a user does, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent


def xunjie(*args: str | Path, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
    """The finished command with its output."""
    return subprocess.run(
        [sys.executable, "-m", "xunjie.cli", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(state: Path, trust: Path) -> Iterator[str]:
    """A running API and console; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), "--database", f"sqlite:///{state / 'api.db'}"]
    arguments += ["--data", str(state / "api"), "--trust", str(trust), "--officer", "test"]
    log = state / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "xunjie.cli", "serve", *arguments], stdout=out, stderr=out
        )
    try:
        _wait(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/healthz", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"not up after 60 s: {log.read_text()}")
