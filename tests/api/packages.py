"""Sealed packages for tests, and the device's side of the upload."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.package import SealRequest, seal
from xunjie.evidence.paths import ENVELOPE
from xunjie.evidence.violation import Violation

DEVICE_ID = "pole-17"
DIGEST = hashlib.sha256(b"configuration").hexdigest()
# The smallest thing a browser shows as a picture is not needed here; bytes are bytes.
FILES: dict[str, bytes | Path] = {
    "data/stills/01-scene.jpg": b"scene" * 50,
    "data/stills/02-onset.jpg": b"onset" * 50,
    "data/stills/03-decisive.jpg": b"decisive" * 50,
    "data/clip.mp4": bytes(range(256)) * 40,
    "data/context.json": b'{"samples":[]}',
}


class Sender(Protocol):
    """What of an HTTP client the upload needs; httpx and TestClient both have it."""

    def put(self, url: str, *, content: bytes) -> Any: ...


def violation(n: int = 0, **changes: Any) -> Violation:
    """An alleged violation of episode ``n``, one minute after the one before."""
    values: dict[str, Any] = {
        "violation_id": f"v-{n}",
        "rule_id": "street_stall",
        "rule_version": "1",
        "source_id": "street",
        "episode_id": f"e-{n}",
        "class_name": "stall",
        "zone_id": "pavement-east",
        "zone_version": "3",
        "phase": "enforcing",
        "onset_utc": f"2026-05-16T02:{n // 60 % 60:02d}:{n % 60:02d}.250Z",
        "decisive_utc": "2026-05-16T04:01:00Z",
        "end_utc": "2026-05-16T04:02:00Z",
        "dwell_s": 185.0,
        "box_xyxy_px": (380.0, 250.0, 640.0, 520.0),
        "frame_wh": (1280, 720),
        "score": 0.87,
        "model_ids": ("street",),
        "model_digests": (DIGEST,),
        "config_digest": DIGEST,
        "zones_digest": DIGEST,
        "permits_digest": DIGEST,
        "clock": {"source": "start_utc", "quality": "declared"},
        "why": {"zh": "摊位停留 185 秒，该处此时没有许可。", "en": "A stall stood for 185 s."},
        "facts": {"permit_outcome": "none", "permits_checked": 2, "min_dwell_s": 60},
        "media": tuple(sorted(path for path in FILES if not path.endswith(".json"))),
    }
    return Violation(**{**values, **changes})


@dataclass
class Sealed:
    """A sealed package as its bytes."""

    digest: str
    envelope: bytes
    files: dict[str, bytes]
    """path → content, the envelope not among them."""


@dataclass
class Device:
    """Seals one package after the other with its counter and chain."""

    key: DeviceKey
    folder: Path
    device_id: str = DEVICE_ID
    seq: int = 0
    prev: str | None = None
    count: int = field(default=0, init=False)

    def seal(self, alleged: Violation, files: dict[str, bytes | Path] | None = None) -> Sealed:
        """The next package of the device."""
        self.folder.mkdir(exist_ok=True)
        request = SealRequest(
            violation=alleged,
            files=FILES if files is None else files,
            device_id=self.device_id,
            key=self.key,
            seq=self.seq,
            prev=self.prev,
            created_utc="2026-05-16T04:03:00Z",
            package_id=f"package-{self.count:04d}",
        )
        sealed = seal(request, self.folder)
        self.count += 1
        self.seq, self.prev = self.seq + 1, sealed.digest
        return read_sealed(sealed.path, sealed.digest)


def read_sealed(folder: Path, digest: str) -> Sealed:
    """The bytes of a sealed folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return Sealed(digest, files.pop(ENVELOPE), files)


def offer(client: Sender, sealed: Sealed) -> Any:
    """PUT of the envelope."""
    return client.put(f"/packages/{sealed.digest}", content=sealed.envelope)


def send_file(client: Sender, sealed: Sealed, content: bytes, sha256: str | None = None) -> Any:
    """PUT of one file, under its own sha256 unless another is given."""
    name = sha256 or hashlib.sha256(content).hexdigest()
    return client.put(f"/packages/{sealed.digest}/files/{name}", content=content)


def upload(client: Sender, sealed: Sealed) -> dict[str, Any]:
    """The whole upload; the receipt."""
    by_digest = {hashlib.sha256(data).hexdigest(): data for data in sealed.files.values()}
    for missing in offer(client, sealed).json().get("missing", []):
        answer = send_file(client, sealed, by_digest[missing["sha256"]])
        assert answer.status_code == 204, answer.text
    answer = offer(client, sealed)
    assert answer.status_code in (200, 201), answer.text
    receipt: dict[str, Any] = json.loads(answer.content)["receipt"]
    return receipt
