"""A real street camera with nothing to report: nothing may be reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import av
import cv2
import pytest

from tests.e2e.command import xunjie

WH = (1920, 1080)
PAVEMENT = [[0, 300], [1919, 300], [1919, 1079], [0, 1079], [0, 300]]
FRONT = [[[1200, 700], [1919, 760]], [[0, 420], [500, 330]]]


def _zones(folder: Path) -> Path:
    def feature(zone_id: str, kind: str, geometry: Mapping[str, object], **more: object) -> object:
        properties = {"id": zone_id, "kind": kind, "space": "image", "frame_wh": list(WH), **more}
        properties["min_dwell_s"] = 3
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    polygon = {"type": "Polygon", "coordinates": [PAVEMENT]}
    features = [
        feature(f"{kind}-1", kind, polygon) for kind in ("no_stall", "no_dumping", "no_billboard")
    ]
    for n, points in enumerate(FRONT):
        line = {"type": "LineString", "coordinates": points}
        features.append(feature(f"front-{n}", "shop_front", line, side="left", shop_id=f"s{n}"))
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.shared
@pytest.mark.parametrize("clip", ["people_plaza.mp4", "dashcam_highway.mp4"])
def test_an_innocent_clip_gives_no_violation(shared: Path, tmp_path: Path, clip: str) -> None:
    video = shared / "videos" / clip
    config = [
        '[device]\nid = "plaza"\n[outbox]\ndir = "outbox"\n[[source]]\nid = "plaza"',
        f'url = "{video}"\nstart_utc = "2026-05-16T02:00:00Z"\nsample_hz = 2.0',
    ]
    if clip == "people_plaza.mp4":
        config.append(f'zones = "{_zones(tmp_path)}"')
    (tmp_path / "xunjie.toml").write_text("\n".join(config) + "\n")
    done = xunjie("run", tmp_path / "xunjie.toml", "--once")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "outbox" / "ready").iterdir()) == []


@pytest.mark.shared
def test_the_crowd_is_seen_at_least_eight_persons_a_frame(shared: Path, tmp_path: Path) -> None:
    with av.open(str(shared / "videos" / "people_plaza.mp4")) as container:
        for n, frame in enumerate(container.decode(video=0)):
            if n % 30 == 0:
                cv2.imwrite(str(tmp_path / f"{n:04}.png"), frame.to_ndarray(format="bgr24"))
    done = xunjie("detect", tmp_path, "--out", tmp_path / "found.jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text().splitlines()]
    persons = [sum(d["class"] == "person" for d in row["detections"]) for row in rows]
    assert sum(persons) / len(persons) >= 8
