"""A tiny API with the three-step upload, over real HTTP, that can be rude on request."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Shelf:
    """What the API holds. ``answers``: status codes to give first, before behaving."""

    answers: list[int] = field(default_factory=list)
    envelopes: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    receipt: Callable[[str], Any] = lambda digest: {"digest": digest, "case_id": "c1"}
    missing: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda missing: missing


class FakeApi:
    """Serves on a free port of 127.0.0.1 while entered."""

    def __init__(self, shelf: Shelf, port: int = 0) -> None:
        handler = type("Handler", (_Handler,), {"shelf": shelf})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    shelf: ClassVar[Shelf]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None: ...

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.shelf.requests.append(self.path)
        if self.shelf.answers:
            self._answer(self.shelf.answers.pop(0), {"error": "told", "detail": "told to"})
            return
        parts = self.path.strip("/").split("/")
        if len(parts) == 4:
            self.shelf.files[parts[3]] = body
            is_right = hashlib.sha256(body).hexdigest() == parts[3]
            self._answer(204 if is_right else 422, None)
            return
        self.shelf.envelopes[parts[1]] = body
        missing = self._missing(body)
        if missing:
            self._answer(202, {"missing": self.shelf.missing(missing)})
        else:
            self._answer(201, {"receipt": self.shelf.receipt(parts[1])})

    def _missing(self, envelope: bytes) -> list[dict[str, Any]]:
        statement = json.loads(b64decode(json.loads(envelope)["payload"]))
        named = ((s["name"], s["digest"]["sha256"]) for s in statement["subject"])
        return [{"path": p, "sha256": d, "size": 1} for p, d in named if d not in self.shelf.files]

    def _answer(self, status: int, body: object) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
