"""``data/context.json``: what a console needs to draw what the machine saw and compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunjie.evidence.instants import from_ns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xunjie.detector.clip import ClipInfo
    from xunjie.detector.recorder import Recording
    from xunjie.detector.types import Sample
    from xunjie.zones.zone import Zone

FORMAT = "xunjie-context/1"
SCENE, ONSET, DECISIVE = "01-scene", "02-onset", "03-decisive"


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What stays the same for all recordings of a source."""

    class_names: tuple[str, ...]
    thresholds: Mapping[str, float]
    zones: Sequence[Zone]
    sample_hz: float


def context_json(
    recording: Recording, clip: ClipInfo | None, clip_fault: str | None, around: Surroundings
) -> bytes:
    """The context of one recording. Instants are UTC text, pixels those of the full frame."""
    finding = recording.finding
    context = {
        "format": FORMAT,
        "frame_wh": list(recording.frame_wh),
        "sample_hz": around.sample_hz,
        "stills": _stills(recording),
        "clip": _clip(recording, clip, clip_fault),
        "zone": _zone(finding.zone_id, recording.frame_wh, around.zones),
        "box_xyxy_px": [round(side, 2) for side in finding.box],
        "facts": dict(finding.facts),
        "thresholds": dict(around.thresholds),
        "samples": [_sample(sample, around.class_names) for sample in recording.samples],
        "gaps": [
            {"from_utc": from_ns(g.start_ns), "to_utc": from_ns(g.end_ns), "cause": g.cause}
            for g in recording.gaps
        ],
    }
    return json.dumps(context, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _stills(recording: Recording) -> dict[str, object]:
    opening = recording.opening
    decisive = {"t_utc": from_ns(recording.decisive.t_ns), "meaning": "when the rule decided"}
    stills: dict[str, object] = {DECISIVE: decisive}
    if opening.scene is not None:
        meaning = "the last sample before the onset"
        stills[SCENE] = {"t_utc": from_ns(opening.scene.t_ns), "meaning": meaning}
    if opening.onset is not None:
        stills[ONSET] = {"t_utc": from_ns(opening.onset.t_ns), "meaning": "first sighting"}
        if opening.scene is None:
            meaning = "the first sample held; there is none from before the onset"
            stills[SCENE] = {"t_utc": from_ns(opening.onset.t_ns), "meaning": meaning}
    return stills


def _clip(recording: Recording, clip: ClipInfo | None, fault: str | None) -> dict[str, object]:
    if clip is None:
        return {"file": None, "reason": fault}
    return {
        "file": "data/clip.mp4",
        "start_utc": from_ns(clip.start_ns),
        "end_utc": from_ns(clip.end_ns),
        "decisive_offset_s": round(clip.decisive_s, 6),
        "frames": clip.n_frames,
        "codec": clip.codec,
        "cut_short": recording.cut_short,
    }


def _zone(
    zone_id: str, frame_wh: tuple[int, int], zones: Sequence[Zone]
) -> dict[str, object] | None:
    zone = next((z for z in zones if z.zone_id == zone_id), None)
    if zone is None or zone.space != "image":
        return None
    drawn_w, drawn_h = zone.frame_wh or frame_wh
    scale = (frame_wh[0] / drawn_w, frame_wh[1] / drawn_h)
    return {
        "zone_id": zone.zone_id,
        "version": zone.version,
        "kind": zone.kind,
        "outline_px": [[round(x * scale[0], 2), round(y * scale[1], 2)] for x, y in zone.vertices],
        "is_closed": zone.kind != "shop_front",
        "side": zone.side,
    }


def _sample(sample: Sample, class_names: Sequence[str]) -> dict[str, object]:
    found = sample.detections
    rows = zip(found.class_id.tolist(), found.score.tolist(), found.xyxy.tolist(), strict=True)
    return {
        "t_utc": from_ns(sample.t_ns),
        "detections": [
            {
                "class": class_names[class_id],
                "score": round(score, 4),
                "xyxy": [round(side, 1) for side in xyxy],
            }
            for class_id, score, xyxy in rows
        ],
    }
