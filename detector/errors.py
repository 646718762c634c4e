"""What can go wrong in the detector, as far as somebody catches it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DetectorError(Exception):
    """Base of every error of this room."""


class ConfigError(DetectorError):
    """The configuration cannot be used. ``faults``: one finished line each, naming the file."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class SourceError(DetectorError):
    """A source cannot be read and trying again soon would not help (wrong file, 401, codec)."""

    def __init__(self, source_id: str, reason: str) -> None:
        super().__init__(f"source {source_id!r}: {reason}")
        self.source_id = source_id
        self.reason = reason


class SourceLost(SourceError):
    """A source stopped giving pictures; trying again may help (camera or network down)."""


class ClipError(DetectorError):
    """No clip could be cut that holds the decisive frame. The message says why."""


class OutboxError(DetectorError):
    """The outbox cannot take a package (full, read-only, not a folder). Nothing was published."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"outbox {path}: {reason}")
        self.path = path
        self.reason = reason


class OutboxBusy(OutboxError):
    """Another engine holds the lock of this outbox."""


class UploadError(DetectorError):
    """The API could not be reached or answered nonsense; the package stays and is sent later."""


class UploadRefused(UploadError):
    """The API refused this package for good (key, digest, form); sending it again won't help."""
