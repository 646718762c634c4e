"""The engine's configuration: one frozen value, read once at the door.

Unknown keys are refused, every fault is named in one line (file, key, what was found, what was
expected), relative paths are relative to the file, and a canonical digest goes into each
violation, so the evidence says under which settings it was made.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from xunjie.detector.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

LIVE_SCHEMES = ("rtsp", "rtsps")


def _resolved(path: Path, info: ValidationInfo) -> Path:
    base = (info.context or {}).get("base")
    return path if base is None else (base / path.expanduser()).resolve()


def _text_or_datetime(value: object) -> object:
    if isinstance(value, str | datetime):
        return value
    raise ValueError('expected an instant such as "2026-05-16T02:00:00Z"')


def _known_scheme(url: str) -> str:
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme and scheme not in LIVE_SCHEMES:
        raise ValueError("expected a file path or a rtsp:// or rtsps:// address")
    return url


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an address such as http://127.0.0.1:8000")
    return url.rstrip("/")


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
FilePath = Annotated[Path, AfterValidator(_resolved)]
Instant = Annotated[AwareDatetime, BeforeValidator(_text_or_datetime)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeviceConfig(_Table):
    """``[device]``: who signs. ``key`` is created on the first run where it is missing."""

    id: Name
    key: FilePath | None = None


class OutboxConfig(_Table):
    """``[outbox]``: where sealed packages wait. ``quota_mb``: refuse to seal beyond it."""

    dir: FilePath
    quota_mb: Annotated[int, Field(strict=True, gt=0)] | None = None


class ModelConfig(_Table):
    """``[model]``: which weights; ``classes`` narrows what is looked for."""

    id: str | None = None
    classes: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


class ApiConfig(_Table):
    """``[api]``: where packages are sent to."""

    url: Annotated[str, AfterValidator(_http)]


class SourceConfig(_Table):
    """``[[source]]``: one camera or file. ``sample_hz``: analysed frames a second."""

    id: Name
    url: Annotated[str, Field(min_length=1), AfterValidator(_known_scheme)]
    zones: FilePath | None = None
    permits: FilePath | None = None
    start_utc: Instant | None = None
    sample_hz: Annotated[float, Field(strict=True, gt=0.0, le=30.0)] = 0.5

    @property
    def is_live(self) -> bool:
        """Whether this is a camera rather than a file."""
        return "://" in self.url


class Config(_Table):
    """The whole file. ``digest`` is filled by ``load_config``."""

    device: DeviceConfig
    outbox: OutboxConfig
    model: ModelConfig = ModelConfig()
    api: ApiConfig | None = None
    source: Annotated[tuple[SourceConfig, ...], Field(min_length=1)]
    _digest: str = ""
    _path: Path = Path()

    @property
    def digest(self) -> str:
        """sha256 hex of the settings as written, defaults filled in, passwords left out."""
        return self._digest

    @property
    def path(self) -> Path:
        """The file these settings were read from."""
        return self._path

    @property
    def key_path(self) -> Path:
        """The device's private key."""
        return self.device.key or self.outbox.dir / "device.key"

    def file_of(self, source: SourceConfig) -> Path:
        """The path of a file source, relative paths taken from the configuration's folder."""
        return (self._path.parent / Path(source.url).expanduser()).resolve()


def load_config(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError with one line per fault."""
    data = _read_toml(path)
    try:
        config = Config.model_validate(data, context={"base": path.resolve().parent})
        as_written = Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(tuple(_line(path, data, e) for e in _first_hand(error))) from error
    config._digest = _digest(as_written)
    config._path = path.resolve()
    faults = (*_duplicates(path, config), *_missing_files(path, config))
    if faults:
        raise ConfigError(faults)
    return config


def check_classes(config: Config, known: Sequence[str]) -> None:
    """Refuse a class in ``[model] classes`` that the model does not have."""
    unknown = [name for name in config.model.classes or () if name not in known]
    if unknown:
        where = f"{config.path}: [model] classes"
        expected = f"the model knows: {', '.join(known)}"
        raise ConfigError(tuple(f"{where}: unknown class {n!r}; {expected}" for n in unknown))


def without_password(url: str) -> str:
    """The address without user and password, fit for logs and messages.

    >>> without_password("rtsp://root:secret@10.0.0.7:554/live?x=1")
    'rtsp://10.0.0.7:554/live?x=1'
    """
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError((f"{path}: no such configuration file",)) from error
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise ConfigError((f"{path}: expected UTF-8 text, found byte {error.start} broken",)) from (
            error
        )
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((f"{path}: not valid TOML: {error}",)) from error


def _digest(config: Config) -> str:
    dump = config.model_dump(mode="json")
    for source in dump["source"]:
        source["url"] = without_password(source["url"])
    text = json.dumps(dump, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _line(path: Path, data: Mapping[str, Any], error: ErrorDetails) -> str:
    where = _where(data, error["loc"])
    if error["type"] == "extra_forbidden":
        known = ", ".join(_known_keys(error["loc"]))
        return f"{path}: {where}: unknown key; known here: {known}"
    if error["type"] == "missing":
        return f"{path}: {where}: missing, but required"
    message = re.sub(r"^Value error, ", "", error["msg"])
    return f"{path}: {where}: found {_shown(error['input'])}: {message}"


def _first_hand(error: ValidationError) -> list[ErrorDetails]:
    """Without the «too short» of a list whose members were refused one by one."""
    found = error.errors()
    inner = {fault["loc"][:1] for fault in found if len(fault["loc"]) > 1}
    return [f for f in found if f["type"] != "too_short" or f["loc"] not in inner]


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = repr(without_password(value) if isinstance(value, str) else value)
    return text if len(text) <= 80 else text[:77] + "..."


def _where(data: Mapping[str, Any], loc: tuple[int | str, ...]) -> str:
    table, *rest = loc
    if table == "source" and rest and isinstance(rest[0], int):
        entry = data["source"][rest[0]]
        name = entry.get("id") if isinstance(entry, dict) else None
        head = f"[[source]] number {rest[0] + 1}" + (f" ({name!r})" if name else "")
        return " ".join([head, *map(str, rest[1:])])
    return " ".join([f"[{table}]", *map(str, rest)])


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {
        "device": DeviceConfig,
        "outbox": OutboxConfig,
        "model": ModelConfig,
        "api": ApiConfig,
        "source": SourceConfig,
    }
    table = tables.get(str(loc[0])) if len(loc) > 1 else Config
    return list((table or Config).model_fields)


def _duplicates(path: Path, config: Config) -> list[str]:
    counts = Counter(source.id for source in config.source)
    return [
        f"{path}: [[source]] id {name!r}: used {count} times, expected each id once"
        for name, count in counts.items()
        if count > 1
    ]


def _missing_files(path: Path, config: Config) -> list[str]:
    return [
        f"{path}: [[source]] {source.id!r} {key}: no such file: {file}"
        for source in config.source
        for key, file in (("zones", source.zones), ("permits", source.permits))
        if file is not None and not file.is_file()
    ]
