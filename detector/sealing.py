"""From a recording to a sealed package in the outbox."""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xunjie.detector.clip import write_clip
from xunjie.detector.context import DECISIVE, ONSET, SCENE, context_json
from xunjie.detector.errors import ClipError, OutboxError
from xunjie.evidence.errors import EvidenceError
from xunjie.evidence.instants import from_ns
from xunjie.evidence.package import SealRequest, seal
from xunjie.evidence.violation import Violation

if TYPE_CHECKING:
    from pathlib import Path

    from xunjie.detector.clip import ClipInfo
    from xunjie.detector.context import Surroundings
    from xunjie.detector.outbox import Chain, Outbox
    from xunjie.detector.recorder import Recording
    from xunjie.detector.types import Finding
    from xunjie.evidence.keys import DeviceKey

log = logging.getLogger(__name__)

RECORD = "data/violation.json"
CLIP = "data/clip.mp4"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Under what a source's findings were made. Digests are sha256 hex. ``clock_quality``:
    "declared" (a file's start time was given) or "host clock"."""

    device_id: str
    model_id: str
    model_digest: str
    config_digest: str
    zones_digest: str
    permits_digest: str
    clock_source: str
    clock_quality: str


def violation_id(device_id: str, finding: Finding) -> str:
    """The same for the same rule, episode, source and device, whenever it is made."""
    parts = (device_id, finding.source_id, finding.episode_id, finding.rule_id)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def package_id(device_id: str, finding: Finding) -> str:
    """A folder name that sorts by time: ``20260516T020031Z-street_stall-<12 hex>``."""
    when = datetime.fromtimestamp(finding.decisive_ns // 10**9, UTC)
    short = violation_id(device_id, finding)[:12]
    return f"{when:%Y%m%dT%H%M%SZ}-{finding.rule_id}-{short}"


def to_violation(
    finding: Finding, frame_wh: tuple[int, int], media: tuple[str, ...], under: Provenance
) -> Violation:
    """The finding as the record that goes into the package."""
    return Violation(
        violation_id=violation_id(under.device_id, finding),
        rule_id=finding.rule_id,
        rule_version=finding.rule_version,
        source_id=finding.source_id,
        episode_id=finding.episode_id,
        class_name=finding.class_name,
        zone_id=finding.zone_id,
        zone_version=finding.zone_version,
        phase=finding.phase,
        onset_utc=from_ns(finding.onset_ns),
        decisive_utc=from_ns(finding.decisive_ns),
        end_utc=from_ns(finding.last_seen_ns),
        dwell_s=finding.dwell_s,
        box_xyxy_px=finding.box,
        frame_wh=frame_wh,
        score=finding.score,
        model_ids=(under.model_id,),
        model_digests=(under.model_digest,),
        config_digest=under.config_digest,
        zones_digest=under.zones_digest,
        permits_digest=under.permits_digest,
        clock={"source": under.clock_source, "quality": under.clock_quality},
        why=finding.why,
        facts=finding.facts,
        media=media,
    )


class Sealer:
    """Seals the recordings of one source. Not thread-safe: the outbox is one chain."""

    def __init__(
        self, outbox: Outbox, key: DeviceKey, under: Provenance, around: Surroundings
    ) -> None:
        self._outbox = outbox
        self._key = key
        self._under = under
        self._around = around

    def seal(self, recording: Recording) -> Path | None:
        """Publish one package; None where the very same one was published before.

        1. cut and prove the clip  2. gather stills and context  3. sign  4. publish.
        Raises OutboxError where the disk refuses; nothing half-made is left then.
        """
        name = package_id(self._under.device_id, recording.finding)
        if self._outbox.has(name):
            return None
        work = self._outbox.tmp / f"work-{name}"
        try:
            work.mkdir(parents=True, exist_ok=True)
            return self._outbox.publish(
                name, lambda chain, into: self._build(name, recording, work, chain, into)
            )
        except OSError as error:
            raise OutboxError(self._outbox.folder, error.strerror or str(error)) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _build(self, name: str, recording: Recording, work: Path, chain: Chain, into: Path) -> str:
        clip, fault = _clip(recording, work)
        files: dict[str, Path | bytes] = dict(_stills(recording))
        if clip is not None:
            files[CLIP] = work / "clip.mp4"
        media = tuple(sorted(files))
        files["data/context.json"] = context_json(recording, clip, fault, self._around)
        violation = to_violation(recording.finding, recording.frame_wh, media, self._under)
        request = SealRequest(
            violation=violation,
            files=files,
            device_id=self._under.device_id,
            key=self._key,
            seq=chain.seq,
            prev=chain.prev,
            created_utc=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            package_id=name,
        )
        try:
            return seal(request, into).digest
        except EvidenceError as error:
            if isinstance(error.__cause__, OSError):
                raise OutboxError(self._outbox.folder, str(error)) from error
            raise


def _clip(recording: Recording, work: Path) -> tuple[ClipInfo | None, str | None]:
    if recording.cut is None:
        return None, "the packets around the decisive frame were no longer held"
    try:
        return write_clip(recording.cut, recording.decisive.pts, work / "clip.mp4"), None
    except ClipError as error:
        log.warning("source %s: no clip: %s", recording.finding.source_id, error)
        return None, str(error)


def _stills(recording: Recording) -> dict[str, bytes]:
    opening = recording.opening
    stills = {DECISIVE: recording.decisive.jpeg}
    if opening.onset is not None:
        stills[ONSET] = opening.onset.jpeg
    scene = opening.scene or opening.onset
    if scene is not None:
        stills[SCENE] = scene.jpeg
    return {f"data/stills/{name}.jpg": jpeg for name, jpeg in stills.items()}
