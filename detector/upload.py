"""Hands packages to the API: envelope first, then the files it lacks, until there is a receipt."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from xunjie.detector.errors import UploadError, UploadRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

ENVELOPE = "envelope.dsse.json"
CHUNK = 1 << 16
# These answers mean "not now"; every other 4xx means "not this package".
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one request is tried, and seconds between (doubled, spread by +-25 %)."""

    attempts: int = 3
    first_s: float = 0.5
    timeout_s: float = 20.0


class Uploader:
    """A client of one API. ``wait`` sleeps (injected, so that stopping needn't wait)."""

    def __init__(
        self,
        url: str,
        wait: Callable[[float], object],
        patience: Patience | None = None,
        rng: Random | None = None,
    ) -> None:
        self._url = url
        self._wait = wait
        self._patience = patience or Patience()
        self._rng = rng or Random()
        self._client = httpx.Client(base_url=url, timeout=self._patience.timeout_s)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, package: Path) -> tuple[str, bytes]:
        """(digest, receipt as JSON) of a package the API has taken whole.

        1. PUT the envelope  2. PUT each file it says is missing  3. PUT the envelope again.
        Raises UploadError (try later) or UploadRefused (never). Deletes nothing.
        """
        envelope = (package / ENVELOPE).read_bytes()
        digest = hashlib.sha256(envelope).hexdigest()
        answer = self._put(f"/packages/{digest}", lambda: envelope)
        if answer.status_code == httpx.codes.ACCEPTED:
            for path, sha256 in _missing(answer):
                self._put_file(f"/packages/{digest}/files/{sha256}", package, path)
            answer = self._put(f"/packages/{digest}", lambda: envelope)
        return digest, _receipt(answer, digest)

    def _put_file(self, url: str, package: Path, path: str) -> None:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or parts[0] == "/":
            raise UploadRefused(f"{self._url}: asked for the file {path!r}, outside the package")
        file = package.joinpath(*parts)
        if not file.is_file():
            raise UploadRefused(f"{self._url}: asked for {path!r}, which {package.name} lacks")
        size = file.stat().st_size
        self._put(url, lambda: _chunks(file), {"Content-Length": str(size)})

    def _put(
        self,
        url: str,
        body: Callable[[], bytes | Iterable[bytes]],
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        fault = ""
        for attempt in range(self._patience.attempts):
            if attempt:
                delay_s = self._patience.first_s * 2.0 ** (attempt - 1)
                self._wait(delay_s * self._rng.uniform(0.75, 1.25))
            try:
                answer = self._client.put(url, content=body(), headers=headers)
            except httpx.TransportError as error:
                fault = f"API not reachable at {self._url}: {str(error) or type(error).__name__}"
                continue
            if answer.is_success:
                return answer
            fault = f"{self._url}{url}: {answer.status_code} {_problem(answer)}"
            if answer.status_code not in PASSING:
                raise UploadRefused(fault)
        raise UploadError(fault)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError as error:
        raise UploadError(f"{answer.url}: expected JSON, found {answer.text[:80]!r}") from error
    if not isinstance(value, dict):
        raise UploadError(f"{answer.url}: expected a JSON object, found {answer.text[:80]!r}")
    return value


def _missing(answer: httpx.Response) -> list[tuple[str, str]]:
    try:
        return [(str(m["path"]), str(m["sha256"])) for m in _json(answer)["missing"]]
    except (KeyError, TypeError) as error:
        raise UploadError(f'{answer.url}: expected {{"missing": [...]}} in the answer') from error


def _receipt(answer: httpx.Response, digest: str) -> bytes:
    receipt = _json(answer).get("receipt")
    if not isinstance(receipt, dict) or receipt.get("digest") != digest:
        raise UploadError(f"{answer.url}: expected a receipt for {digest}, found none")
    return json.dumps(receipt, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _problem(answer: httpx.Response) -> str:
    try:
        value = answer.json()
    except ValueError:
        return answer.text[:200]
    return (
        str(value.get("detail") or value.get("error") or value) if isinstance(value, dict) else ""
    )
