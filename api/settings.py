"""Everything the API is told at the door."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

MIB = 1024 * 1024


class Limits(BaseModel):
    """How much a device may send. Whatever is above is refused before it is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    envelope_bytes: int = Field(default=MIB, ge=1)
    file_bytes: int = Field(default=256 * MIB, ge=1)
    package_bytes: int = Field(default=512 * MIB, ge=1)
    pending: int = Field(default=256, ge=1)
    """Packages begun but not complete, over all devices."""
    pending_per_device: int = Field(default=64, ge=1)
    """So that one device cannot take every place."""
    pending_bytes: int = Field(default=8 * 1024 * MIB, ge=1)
    pending_hours: float = Field(default=24.0, gt=0)
    """After this an incomplete upload is forgotten; the device begins again."""
    stall_s: float = Field(default=30.0, gt=0)
    """A body that sends nothing for so long is given up."""


class Settings(BaseModel):
    """One process's settings; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str
    data_dir: Path
    """Where packages are kept; made if it is missing."""
    trust_path: Path
    """The trust roots: which device keys may speak. Read anew for each package, so a revocation
    counts from the next request on."""
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    """The zone in which the console shows times; it is named beside them."""
    officer: str = Field(default="demo", min_length=1, max_length=64)
    """The name under which decisions are recorded. There is no login yet."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Host names a request may be addressed to; anything else is DNS rebinding."""
    limits: Limits = Limits()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as e:
            raise ValueError(f"timezone {name!r}: expected an IANA name like Asia/Shanghai") from e
        return name
