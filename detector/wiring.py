"""Builds the parts of an engine from its configuration; every fault is found before the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from xunjie.detector.chain import SourceChain, Stages
from xunjie.detector.config import check_classes, without_password
from xunjie.detector.context import Surroundings
from xunjie.detector.dwell import CLASS_GROUPS, Dwell
from xunjie.detector.errors import ConfigError
from xunjie.detector.inference import Inference
from xunjie.detector.pipeline import Pipeline
from xunjie.detector.recorder import Recorder, RecorderSettings
from xunjie.detector.ring import PacketRing
from xunjie.detector.rules import build_rules
from xunjie.detector.sampling import Sampler
from xunjie.detector.sealing import Provenance, Sealer
from xunjie.detector.sources.file import FileSource
from xunjie.detector.sources.rtsp import RtspSource
from xunjie.evidence.errors import EvidenceError
from xunjie.evidence.keys import DeviceKey
from xunjie.models.errors import ModelError
from xunjie.models.registry import Registry
from xunjie.models.session import open_session
from xunjie.zones.errors import ZoneError
from xunjie.zones.load import load_permits, load_zones
from xunjie.zones.permit import PermitRegister
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeVar

    from xunjie.detector.config import Config, SourceConfig
    from xunjie.detector.counters import Counters
    from xunjie.detector.outbox import Outbox
    from xunjie.detector.sources.items import Source
    from xunjie.detector.spool import Spool
    from xunjie.models.registry import ModelEntry
    from xunjie.models.session import Session

    Loaded = TypeVar("Loaded")


class Model(Protocol):
    """The chosen model: what it is, and new sessions of it (one for each analysing thread)."""

    @property
    def entry(self) -> ModelEntry: ...

    def open(self) -> Session: ...


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model of the registry."""

    entry: ModelEntry

    def open(self) -> Session:
        """A single-threaded session: on CPU the cheapest, one for each core.

        Raises ConfigError where the weights are missing or of another digest.
        """
        try:
            return open_session(self.entry, threads=1)
        except ModelError as error:
            raise ConfigError((f"[model] id {self.entry.model_id!r}: {error}",)) from error


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One source's settings with its zones and permits loaded."""

    config: SourceConfig
    zones: ZoneSet
    permits: PermitRegister


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A checked configuration: everything an engine needs, loaded and found consistent."""

    config: Config
    model: Model
    places: tuple[Place, ...]


def prepare(config: Config, model: Model | None = None) -> Plan:
    """Load and check what the configuration names. Raises ConfigError with one line per fault."""
    chosen = model or _model(config)
    check_classes(config, chosen.entry.classes)
    faults: list[str] = []
    places = tuple(
        Place(
            source,
            _loaded(load_zones, source.zones, faults) or ZoneSet.empty(),
            _loaded(load_permits, source.permits, faults) or PermitRegister.empty(),
        )
        for source in config.source
    )
    if faults:
        raise ConfigError(tuple(dict.fromkeys(faults)))
    return Plan(config, chosen, places)


def device_key(path: Path) -> DeviceKey:
    """The device's key, made on the first run. Raises ConfigError where it cannot be used."""
    try:
        return DeviceKey.load(path) if path.exists() else DeviceKey.create(path)
    except EvidenceError as error:
        raise ConfigError((str(error),)) from error


def build_source(plan: Plan, source: SourceConfig, counts: Counters) -> Source:
    """The reader of one source."""
    sampler = Sampler(source.sample_hz)
    if source.is_live:
        return RtspSource(source.id, source.url, without_password(source.url), sampler, counts)
    path = plan.config.file_of(source)
    return FileSource(source.id, path, source.start_utc, sampler, counts)


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """Builds chains that share one outbox, key, spool and counters."""

    plan: Plan
    outbox: Outbox
    key: DeviceKey
    spool: Spool
    counts: Counters

    def chain(self, place: Place, session: Session) -> SourceChain:
        """Everything behind one source, analysing with ``session``."""
        source_id = place.config.id
        inference = Inference(session, self.plan.config.model.classes)
        rules = build_rules(place.zones, place.permits, source_id)
        dwell = Dwell(inference.class_names, open_scores=inference.open_scores)
        ring = PacketRing()
        stages = Stages(
            ring=ring,
            inference=inference,
            pipeline=Pipeline(dwell, rules),
            recorder=Recorder(ring, RecorderSettings(_class_ids(inference.class_names))),
            sealer=self._sealer(place),
            spool=self.spool,
            counts=self.counts,
        )
        return SourceChain(source_id, place.zones.for_source(source_id), stages)

    def _sealer(self, place: Place) -> Sealer:
        entry = self.plan.model.entry
        is_live = place.config.is_live
        under = Provenance(
            device_id=self.plan.config.device.id,
            model_id=entry.model_id,
            model_digest=entry.sha256,
            config_digest=self.plan.config.digest,
            zones_digest=place.zones.digest,
            permits_digest=place.permits.digest,
            clock_source="host clock at the first packet, then pts" if is_live else "pts of a file",
            clock_quality="host clock" if is_live else "declared",
        )
        around = Surroundings(
            class_names=tuple(entry.classes),
            thresholds=entry.thresholds,
            zones=place.zones.for_source(place.config.id),
            sample_hz=place.config.sample_hz,
        )
        return Sealer(self.outbox, self.key, under, around)


def _model(config: Config) -> Model:
    try:
        registry = Registry.load(None)
        return RegisteredModel(registry.get(config.model.id or registry.default_id))
    except ModelError as error:
        raise ConfigError((f"{config.path}: [model]: {error}",)) from error


def _loaded(load: Callable[[Path], Loaded], path: Path | None, faults: list[str]) -> Loaded | None:
    if path is None:
        return None
    try:
        return load(path)
    except ZoneError as error:
        faults.append(str(error))
        return None


def _class_ids(class_names: tuple[str, ...]) -> frozenset[int]:
    """The classes that keep episodes; pictures of others never become evidence."""
    of_interest = {name for group in CLASS_GROUPS for name in group}
    return frozenset(i for i, name in enumerate(class_names) if name in of_interest)
