"""Tools of a forger: changes packages and, with a key, signs what should never be signed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.evidence.builders import fixed_key
from xunjie.evidence.bag import tag_files
from xunjie.evidence.canonical import render
from xunjie.evidence.envelope import PAYLOAD_TYPE, pre_authentication
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.paths import ENVELOPE
from xunjie.evidence.statement import FileEntry

Edit = Callable[[dict[str, Any]], object]


def envelope_of(payload: bytes, key: DeviceKey) -> dict[str, Any]:
    """An envelope around any payload, signed."""
    sig = base64.b64encode(key.sign(pre_authentication(payload))).decode()
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": key.key_id, "sig": sig}],
    }


def statement_in(package: Path) -> dict[str, Any]:
    """The statement of a package, nothing checked."""
    value = json.loads((package / ENVELOPE).read_bytes())
    statement: dict[str, Any] = json.loads(base64.b64decode(value["payload"]))
    return statement


def edit_envelope(package: Path, edit: Edit) -> None:
    """Changes the envelope's members; the signature stays as it was."""
    value = json.loads((package / ENVELOPE).read_bytes())
    edit(value)
    (package / ENVELOPE).write_bytes(render(value))


def edit_statement(package: Path, edit: Edit, key: DeviceKey | None = None) -> None:
    """Changes the statement's members and signs it again, properly."""
    statement = statement_in(package)
    edit(statement)
    sign_payload(package, render(statement), key)


def sign_payload(package: Path, payload: bytes, key: DeviceKey | None = None) -> None:
    """Puts any bytes under a good signature."""
    (package / ENVELOPE).write_bytes(render(envelope_of(payload, key or fixed_key())))


def seal_as_is(package: Path, renders_bag: bool = True) -> None:
    """Signs whatever files stand there, as an insider with the device's key could."""
    statement = statement_in(package)
    predicate = statement["predicate"]
    if renders_bag:
        payload = [e for e in _entries(package) if e.path.startswith("data/")]
        tags = tag_files(predicate["package_id"], predicate["created_utc"], payload)
        for name, content in tags.items():
            (package / name).write_bytes(content)
    entries = _entries(package)
    statement["subject"] = [{"name": e.path, "digest": {"sha256": e.sha256}} for e in entries]
    predicate["sizes"] = {e.path: e.size for e in entries}
    sign_payload(package, render(statement))


def _entries(package: Path) -> list[FileEntry]:
    files = [path for path in package.rglob("*") if path.is_file() and path.name != ENVELOPE]
    entries = []
    for path in files:
        content = path.read_bytes()
        name = path.relative_to(package).as_posix()
        entries.append(FileEntry(name, len(content), hashlib.sha256(content).hexdigest()))
    return sorted(entries, key=lambda entry: entry.path)
