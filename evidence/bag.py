"""The BagIt 1.0 (RFC 8493) tag files of a package, so that archives and sha256sum can check it.

Each is a function of the statement alone. The verifier renders them again and compares bytes:
nothing of BagIt has to be parsed, and no second truth can hide in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from xunjie.evidence.statement import FileEntry

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def tag_files(package_id: str, created_utc: str, files: Iterable[FileEntry]) -> dict[str, bytes]:
    """The four tag files by name, for the payload files among ``files``.

    The tag manifest leaves the envelope out: the envelope names the tag manifest's digest, and no
    file can hold a digest of what holds its own.
    """
    payload = sorted(
        (entry for entry in files if entry.path.startswith("data/")), key=lambda entry: entry.path
    )
    oxum = f"{sum(entry.size for entry in payload)}.{len(payload)}"
    info = (
        f"Bagging-Date: {created_utc[:10]}\n"
        f"External-Identifier: {package_id}\n"
        f"Payload-Oxum: {oxum}\n"
    )
    tags = {
        "bag-info.txt": info.encode(),
        "bagit.txt": DECLARATION,
        "manifest-sha256.txt": _manifest((entry.sha256, entry.path) for entry in payload),
    }
    digests = [(hashlib.sha256(content).hexdigest(), name) for name, content in tags.items()]
    return {**tags, "tagmanifest-sha256.txt": _manifest(digests)}


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    # Two spaces: what sha256sum writes and reads.
    return "".join(f"{digest}  {path}\n" for digest, path in lines).encode()
