"""Reading request bodies with an upper bound, and giving up on those that stall."""

from __future__ import annotations

import asyncio
import hashlib
import os
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from xunjie.api.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import Request

    from xunjie.evidence.statement import FileEntry

_BUFFER = 1 << 20


async def read_bounded(request: Request, limit: int, stall_s: float) -> bytes:
    """The whole body, at most ``limit`` bytes; Refusal 413, 408 or 400."""
    body = bytearray()
    async for chunk in _chunks(request, limit, stall_s):
        body += chunk
    return bytes(body)


async def write_part(request: Request, entry: FileEntry, part: Path, stall_s: float) -> None:
    """Streams the body into ``part``, fsynced; Refusal unless it is exactly ``entry``.

    Whatever goes wrong, no part is left behind.
    """
    try:
        await _stream(request, entry, part, stall_s)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


async def _stream(request: Request, entry: FileEntry, part: Path, stall_s: float) -> None:
    digest = hashlib.sha256()
    size = 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, 0o644), "wb", buffering=_BUFFER) as file:
        async for chunk in _chunks(request, entry.size, stall_s):
            digest.update(chunk)
            size += len(chunk)
            await run_in_threadpool(file.write, chunk)
        file.flush()
        await run_in_threadpool(os.fsync, file.fileno())
    if size != entry.size or digest.hexdigest() != entry.sha256:
        found = f"{size} bytes with sha256 {digest.hexdigest()}"
        detail = f"expected {entry.size} bytes with sha256 {entry.sha256}, found {found}"
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_digest", "files", detail)


async def _chunks(request: Request, limit: int, stall_s: float) -> AsyncIterator[bytes]:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit, f"{declared} announced")
    count = 0
    stream = aiter(request.stream())
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), stall_s)
        except StopAsyncIteration:
            return
        except TimeoutError as e:
            detail = f"nothing arrived for {stall_s:g} s after {count} bytes"
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "stalled", "body", detail) from e
        except ClientDisconnect as e:
            detail = f"the connection ended after {count} bytes"
            raise Refusal(HTTPStatus.BAD_REQUEST, "cut_off", "body", detail) from e
        count += len(chunk)
        if count > limit:
            raise _too_large(limit, f"more than {limit} sent")
        yield chunk


def _too_large(limit: int, found: str) -> Refusal:
    detail = f"expected at most {limit} bytes, {found}"
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "body", detail)
