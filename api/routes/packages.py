"""Packages: taken in by digest, read by digest."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from xunjie.api.body import read_bounded, write_part
from xunjie.api.clock import format_utc
from xunjie.api.errors import Refusal
from xunjie.api.ingest import check_digest
from xunjie.api.services import Parts
from xunjie.api.tables import PackageRow
from xunjie.evidence.paths import ENVELOPE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

router = APIRouter()
Digest = Annotated[str, Path(description="sha256 hex of envelope.dsse.json")]
_MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}


@router.put("/packages/{digest}")
async def put_package(digest: Digest, request: Request, parts: Parts) -> JSONResponse:
    """Offers an envelope: 202 with the missing files, 201 or 200 with the receipt."""
    limits = parts.settings.limits
    envelope = await read_bounded(request, limits.envelope_bytes, limits.stall_s)
    await run_in_threadpool(parts.ingest.forget_expired)
    outcome = await run_in_threadpool(parts.ingest.offer, digest, envelope)
    if isinstance(outcome, list):
        missing = [asdict(entry) for entry in outcome]
        return JSONResponse({"missing": missing}, HTTPStatus.ACCEPTED)
    receipt, is_new = outcome
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return JSONResponse({"receipt": asdict(receipt)}, status)


@router.put("/packages/{digest}/files/{sha256}", status_code=HTTPStatus.NO_CONTENT)
async def put_file(digest: Digest, sha256: str, request: Request, parts: Parts) -> Response:
    """Takes one file of a package that was offered: 204, also when it is there already."""
    entry = await run_in_threadpool(parts.ingest.expect, digest, sha256)
    if entry is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    part = parts.store.new_part(digest)
    try:
        await write_part(request, entry, part, parts.settings.limits.stall_s)
        await run_in_threadpool(parts.ingest.keep, digest, sha256, part)
    except FileNotFoundError:
        # Another request completed or dropped the upload meanwhile; say which.
        await run_in_threadpool(parts.ingest.expect, digest, sha256)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/api/packages/{digest}")
def get_package(digest: Digest, parts: Parts) -> dict[str, Any]:
    """A package's row: who sent it, what it alleges, which files it has."""
    with parts.db.read() as session:
        row = find_package(session, digest)
        return {
            "digest": row.digest,
            "package_id": row.package_id,
            "case_id": row.case_id,
            "device_id": row.device_id,
            "seq": row.seq,
            "prev": row.prev,
            "chain": row.chain,
            "chain_detail": row.chain_detail,
            "received_utc": format_utc(row.received_ns),
            "violation": json.loads(row.violation),
            "files": json.loads(row.files),
        }


@router.get("/api/packages/{digest}/files/{path:path}")
def get_file(digest: Digest, path: str, parts: Parts) -> FileResponse:
    """A file the package's statement names, or its envelope; Range requests are answered."""
    with parts.db.read() as session:
        row = find_package(session, digest)
        digests = {item["path"]: item["sha256"] for item in json.loads(row.files)}
    digests[ENVELOPE] = digest
    # Only names that a trusted device signed are looked up, so no path can lead elsewhere.
    if path not in digests:
        detail = f"package {digest} names no file {path[:200]!r}"
        raise Refusal(HTTPStatus.NOT_FOUND, "no_file", "files", detail)
    target = parts.store.package(digest) / path
    known = _MEDIA_TYPES.get(target.suffix)
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{digests[path]}"',
    }
    if known is None:
        headers["Content-Disposition"] = "attachment"
    if not target.is_file():
        detail = f"{path} of package {digest} is gone from the evidence folder"
        raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "evidence_lost", "files", detail)
    return FileResponse(target, media_type=known or "application/octet-stream", headers=headers)


def find_package(session: Session, digest: str) -> PackageRow:
    """The package's row; Refusal 404 when there is none."""
    row = session.get(PackageRow, check_digest(digest))
    if row is None:
        detail = f"there is no package {digest}"
        raise Refusal(HTTPStatus.NOT_FOUND, "no_package", "package", detail)
    return row
