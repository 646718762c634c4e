"""What is wrong with a zone or permit file, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ZoneError(Exception):
    """One fault of one file; ``reason`` says what was found, what is expected and how to mend it.

    ``feature_id`` is the id of the feature, its position as ``#3`` where it has no usable id, or
    None where the fault is not inside a feature.
    """

    def __init__(self, path: Path, feature_id: str | None, reason: str) -> None:
        super().__init__(path, feature_id, reason)
        self.path = path
        self.feature_id = feature_id
        self.reason = reason

    def __str__(self) -> str:
        feature = "" if self.feature_id is None else f"feature {self.feature_id!r}: "
        return f"{self.path}: {feature}{self.reason}"


class UnreadableFileError(ZoneError):
    """The file is missing, is not a regular file or may not be read: a matter of usage."""
