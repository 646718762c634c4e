"""Which file names may stand in a package."""

from __future__ import annotations

import re

from xunjie.evidence.errors import FormatError

ENVELOPE = "envelope.dsse.json"
RECORD = "data/violation.json"
TAG_FILES = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
MAX_DEPTH = 4
MAX_FILES = 256
# ASCII only: sha256sum escapes odd names, BagIt percent-encodes them, file systems differ in
# Unicode normalisation and shells in quoting. A leading dot hides, a leading dash is an option.
# With this, "..", absolute paths, backslashes, control characters and NFD cannot be written.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> str:
    """``name`` if it may stand in a package as a file or folder name; else FormatError."""
    if _NAME.fullmatch(name) is None or name.endswith("."):
        raise FormatError(f"name {name!r}: expected 1-64 of A-Z a-z 0-9 _ . - not led by . or -")
    return name


def check_payload_path(path: object) -> str:
    """``path`` if it is ``data/<name>[/<name>…]`` of at most MAX_DEPTH names; else FormatError."""
    parts = path.split("/") if isinstance(path, str) else []
    if not 2 <= len(parts) <= MAX_DEPTH or parts[0] != "data":
        raise FormatError(f"path {path!r}: expected data/… with at most {MAX_DEPTH} parts")
    for part in parts:
        check_name(part)
    return "/".join(parts)


def check_signed_path(path: object) -> str:
    """``path`` if a statement may name it: a BagIt tag file or a payload file."""
    return path if isinstance(path, str) and path in TAG_FILES else check_payload_path(path)


def check_no_clash(paths: list[str]) -> None:
    """Refuses names that differ by case only or where a file is another's folder.

    Such sets cannot be unpacked everywhere: an officer's Windows would lose one of two files.
    """
    folded = [path.lower() for path in paths]
    taken = set(folded)
    if len(taken) != len(folded):
        twice = next(path for path, low in zip(paths, folded, strict=True) if folded.count(low) > 1)
        raise FormatError(f"path {twice!r}: another path differs by upper and lower case only")
    for path, low in zip(paths, folded, strict=True):
        parents = {low[:at] for at, char in enumerate(low) if char == "/"}
        if parents & taken:
            raise FormatError(f"path {path!r}: a file stands where it needs a folder")
