"""Serving the application: one process, one port, this machine only."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

from xunjie.api.app import create_app
from xunjie.api.errors import StartError
from xunjie.evidence.errors import EvidenceError
from xunjie.evidence.trust import TrustRoots

if TYPE_CHECKING:
    from typing import Self

    from xunjie.api.settings import Settings

_KEEP_ALIVE_S = 15
_STOP_S = 10.0
_CONNECTIONS = 512


class Server:
    """A bound server; ``url`` says where. ``run()`` serves until it is told to stop.

    As a context manager it serves in a thread of its own, for scripts and tests.
    """

    def __init__(self, settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
        """StartError, in one line: host not loopback, port taken, trust file, database, folder.

        Port 0 takes a free one.
        """
        check_loopback(host)
        _check_trust(settings)
        self._socket = _bind(host, port)
        try:
            app = create_app(settings)
        except BaseException:
            self._socket.close()
            raise
        bound_port = self._socket.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound_port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                limit_concurrency=_CONNECTIONS,
                timeout_graceful_shutdown=int(_STOP_S),
            )
        )
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Serves until SIGINT or SIGTERM, in the main thread."""
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.run, name="xunjie-api", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise StartError(f"the server on {self.url} ended while it started")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_S)
        self._socket.close()


def check_loopback(host: str) -> None:
    """StartError unless ``host`` is this machine: there is no login, so nobody else may enter."""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise StartError(
            f"--host {host}: refused, the console has no login yet and serves this machine only; "
            "use 127.0.0.1"
        )


def _check_trust(settings: Settings) -> None:
    try:
        roots = TrustRoots.load(settings.trust_path)
    except EvidenceError as e:
        raise StartError(f"--trust {e}; it names the device keys whose packages count") from e
    if not roots.keys:
        raise StartError(f"--trust {settings.trust_path}: names no key, every package is refused")


def _bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise StartError(f"--port {port}: expected 0 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as e:
        bound.close()
        raise StartError(f"--port {port}: cannot listen on {host}:{port}: {e.strerror}") from e
    return bound
