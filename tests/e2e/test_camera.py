"""A real camera stream through the whole engine, the camera dying in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.detector.rtsp import Server, needs_server
from tests.e2e.command import ROOT, xunjie
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.trust import TrustRoots, trust_for

CLIP = ROOT / "examples" / "street" / "street.mp4"
LIMIT_S = 90.0


def config(folder: Path, url: str) -> Path:
    """No permit and no hours: the stall that stands there from the start is a violation."""
    ring = [[900, 300], [1279, 300], [1279, 620], [900, 620], [900, 300]]
    properties = {"id": "pavement", "kind": "no_stall", "frame_wh": [1280, 720], "min_dwell_s": 8}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    zones = {"type": "FeatureCollection", "features": [feature]}
    (folder / "zones.geojson").write_text(json.dumps(zones))
    (folder / "xunjie.toml").write_text(
        '[device]\nid = "pole"\nkey = "device.key"\n[outbox]\ndir = "outbox"\n'
        f'[[source]]\nid = "cam"\nurl = "{url}"\nzones = "zones.geojson"\nsample_hz = 1.0\n'
    )
    return folder / "xunjie.toml"


def sealed(folder: Path) -> list[Path]:
    ready = folder / "outbox" / "ready"
    return [path for path in ready.glob("*") if not path.name.startswith(".")]


@pytest.mark.rtsp
@needs_server
def test_a_stall_is_sealed_although_the_camera_died_in_the_middle(tmp_path: Path) -> None:
    key = DeviceKey.create(tmp_path / "device.key")
    TrustRoots((trust_for(key, "pole"),)).save(tmp_path / "trust.json")
    server = Server(CLIP)
    server.start()
    command = [sys.executable, "-m", "xunjie.cli", "run", str(config(tmp_path, server.url))]
    with (tmp_path / "engine.log").open("wb") as log:
        engine = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        time.sleep(8)
        server.kill()
        time.sleep(3)
        assert engine.poll() is None, (tmp_path / "engine.log").read_text()
        server.start()
        deadline = time.monotonic() + LIMIT_S
        while not sealed(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.2)
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(30) == 0, (tmp_path / "engine.log").read_text()
    finally:
        engine.kill()
        server.kill()
    packages = sealed(tmp_path)
    assert len(packages) == 1, (tmp_path / "engine.log").read_text()
    context = json.loads((packages[0] / "data" / "context.json").read_text())
    assert context["gaps"], "the seconds without a camera are told"
    assert xunjie("verify", packages[0], "--trust", tmp_path / "trust.json").returncode == 0
