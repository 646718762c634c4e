"""Writes the test vectors for other verifiers: ``python -m tests.evidence.make_vectors FOLDER``.

Everything in them is fixed, the TEST key too, so the same bytes come out on every machine.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tests.evidence.builders import roots, sealed, violation_with
from tests.evidence.zoo import ZOO
from xunjie.evidence.trust import TrustRoots

FILES: dict[str, Path | bytes] = {
    "data/clip.mp4": bytes(range(64)),
    "data/context.json": b'{"samples":[]}',
    "data/stills/01-scene.jpg": b"\xff\xd8 scene \xff\xd9",
    "data/stills/02-onset.jpg": b"\xff\xd8 onset \xff\xd9",
}
RECORD = violation_with(media=("data/clip.mp4", "data/stills/01-scene.jpg"))
BAD = (
    "envelope_with_a_duplicate_key",
    "envelope_with_a_final_line_break",
    "signature_with_spare_base64_bits",
    "signed_by_a_rogue_key",
    "rogue_signature_under_a_trusted_key_id",
    "statement_with_a_duplicate_key",
    "statement_path_parent",
    "statement_of_a_later_version",
    "extra_file_beside_data",
    "clip_cut_short",
    "stills_swapped",
    "signed_manifest_that_leaves_a_file_out",
    "signed_record_of_another_violation",
    "signed_record_that_names_a_still_not_there",
)


def write(folder: Path) -> None:
    """Good and bad packages, trust files, and ``verdicts.json``: what a verifier must answer."""
    first = sealed(folder, package_id="good-first", files=FILES, violation=RECORD)
    sealed(
        folder,
        package_id="good-second",
        files=FILES,
        violation=RECORD,
        seq=1,
        prev=first.digest,
    )
    key = roots().keys[0]
    trusts = {
        "trust.json": roots(),
        "trust-none.json": TrustRoots(()),
        "trust-revoked.json": TrustRoots((replace(key, revoked="2026-06-01T00:00:00Z"),)),
        "trust-other-device.json": TrustRoots((replace(key, device_id="pole-18"),)),
        "trust-ended.json": TrustRoots((replace(key, valid_to="2026-05-16T02:10:00.25Z"),)),
    }
    for name, trust in trusts.items():
        (folder / name).write_bytes(trust.to_json())
    verdicts: list[dict[str, object]] = [
        {"package": "good-first", "trust": "trust.json", "digest": first.digest},
        {"package": "good-second", "trust": "trust.json"},
        {"package": "good-first", "trust": "trust-none.json", "step": 4, "reason": "no_trust"},
        {
            "package": "good-first",
            "trust": "trust-revoked.json",
            "step": 4,
            "reason": "revoked_key",
        },
        {
            "package": "good-first",
            "trust": "trust-other-device.json",
            "step": 7,
            "reason": "wrong_device",
        },
        {
            "package": "good-first",
            "trust": "trust-ended.json",
            "step": 7,
            "reason": "key_not_valid_then",
        },
    ]
    for name in BAD:
        spoil, step, reason = ZOO[name]
        spoil(sealed(folder, package_id=f"bad-{name}", files=FILES, violation=RECORD).path)
        verdicts.append(
            {
                "package": f"bad-{name}",
                "trust": "trust.json",
                "step": int(step),
                "reason": reason.value,
            }
        )
    (folder / "verdicts.json").write_text(json.dumps(verdicts, indent=1) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
