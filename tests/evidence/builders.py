"""Records, keys and packages as the tests of the evidence room need them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.package import SealedPackage, SealRequest, seal
from xunjie.evidence.trust import TrustRoots, trust_for
from xunjie.evidence.violation import Violation

DEVICE = "pole-17"
CREATED = "2026-05-16T02:10:00.250Z"
DIGEST = "0123456789abcdef" * 4
FILES: dict[str, Path | bytes] = {
    "data/clip.mp4": bytes(range(256)) * 12,
    "data/context.json": b'{"samples":[]}',
    "data/stills/01-scene.jpg": b"\xff\xd8 scene \xff\xd9",
    "data/stills/02-onset.jpg": b"\xff\xd8 onset \xff\xd9",
    "data/stills/03-decisive.jpg": b"\xff\xd8 decisive \xff\xd9",
}
MEDIA = tuple(path for path in FILES if path != "data/context.json")


def fixed_key(byte: int = 7) -> DeviceKey:
    """A TEST key that anybody can compute; never a device's."""
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32))


def violation_with(**changes: Any) -> Violation:
    """A stall's record, with changes."""
    members: dict[str, Any] = {
        "violation_id": "v-0001",
        "rule_id": "street_stall",
        "rule_version": "1",
        "source_id": "cam1",
        "episode_id": "cam1-e12",
        "class_name": "stall",
        "zone_id": "east-gate",
        "zone_version": "3",
        "phase": "enforcing",
        "onset_utc": "2026-05-16T02:00:00.000Z",
        "decisive_utc": "2026-05-16T02:05:00.000Z",
        "end_utc": "2026-05-16T02:09:00.500Z",
        "dwell_s": 300.5,
        "box_xyxy_px": (10.0, 20.5, 110.0, 220.0),
        "frame_wh": (1280, 720),
        "score": 0.83,
        "model_ids": ("street",),
        "model_digests": (DIGEST,),
        "config_digest": DIGEST,
        "zones_digest": DIGEST,
        "permits_digest": DIGEST,
        "clock": {"source": "ntp", "quality": "±20 ms"},
        "why": {"zh": "摊位停留 300 秒", "en": "The stall stood for 300 seconds"},
        "facts": {"min_dwell_s": 300.0, "hours": ["09:00", "22:00"], "permit": None},
        "media": MEDIA,
    }
    return Violation(**(members | changes))


def request_with(**changes: Any) -> SealRequest:
    """A request for the stall's package, with changes."""
    members: dict[str, Any] = {
        "violation": violation_with(),
        "files": FILES,
        "device_id": DEVICE,
        "key": fixed_key(),
        "seq": 0,
        "prev": None,
        "created_utc": CREATED,
        "package_id": "p-0001",
    }
    return SealRequest(**(members | changes))


def sealed(into: Path, **changes: Any) -> SealedPackage:
    """The stall's package on disk, with changes."""
    return seal(request_with(**changes), into)


@cache
def _good() -> Path:
    # Kept for the test run: a copy costs a tenth of sealing, which waits for the disk.
    folder = tempfile.TemporaryDirectory(prefix="xunjie-good-")
    atexit.register(folder.cleanup)
    return sealed(Path(folder.name)).path


def copied(into: Path) -> Path:
    """The stall's package as ``sealed`` makes it, without waiting for the disk."""
    return shutil.copytree(_good(), into / _good().name)


def roots(key: DeviceKey | None = None, device_id: str = DEVICE) -> TrustRoots:
    """Trust roots with one key."""
    return TrustRoots((trust_for(key or fixed_key(), device_id),))
