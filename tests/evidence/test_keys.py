"""Device keys and the trust file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.evidence.builders import DEVICE, copied, fixed_key, roots
from tests.evidence.test_zoo import SHELL_VERIFIER
from xunjie.evidence import trust
from xunjie.evidence.errors import EvidenceError, FormatError
from xunjie.evidence.keys import DeviceKey, is_signed
from xunjie.evidence.trust import TrustRoots, trust_for


def test_created_key_is_for_its_owner_only_and_loads_again(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    old = os.umask(0)
    try:
        key = DeviceKey.create(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o7777 == 0o600
    again = DeviceKey.load(path)
    assert again.key_id == key.key_id == hashlib.sha256(key.public_raw).hexdigest()
    assert is_signed(key.public_raw, again.sign(b"message"), b"message")
    assert not is_signed(key.public_raw, again.sign(b"message"), b"massage")


def test_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    key = DeviceKey.create(path)
    with pytest.raises(EvidenceError, match="not replaced"):
        DeviceKey.create(path)
    assert DeviceKey.load(path).key_id == key.key_id


def test_key_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"nowhere/device\.key: cannot write"):
        DeviceKey.create(tmp_path / "nowhere/device.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_key_that_others_may_use_is_refused_with_the_mend(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    DeviceKey.create(path)
    path.chmod(mode)
    with pytest.raises(EvidenceError, match=f"chmod 600 {path}"):
        DeviceKey.load(path)


def _elliptic() -> bytes:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"not a key", _elliptic()])
def test_key_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(EvidenceError, match=r"device\.key"):
        DeviceKey.load(path)


def test_key_that_is_a_link_a_folder_or_missing_is_refused(tmp_path: Path) -> None:
    DeviceKey.create(tmp_path / "real.key")
    (tmp_path / "device.key").symlink_to("real.key")
    with pytest.raises(EvidenceError, match="symbolic link"):
        DeviceKey.load(tmp_path / "device.key")
    with pytest.raises(EvidenceError, match="regular file"):
        DeviceKey.load(tmp_path)
    with pytest.raises(EvidenceError, match="No such file"):
        DeviceKey.load(tmp_path / "gone.key")


def test_saved_trust_loads_again(tmp_path: Path) -> None:
    first = trust_for(fixed_key(1), "pole-1", "2026-01-01T00:00:00Z")
    second = replace(trust_for(fixed_key(2), "pole-2"), valid_to="2027-01-01T00:00:00Z")
    third = replace(trust_for(fixed_key(3), "pole-3"), revoked="2026-02-01T00:00:00Z")
    kept = TrustRoots((first, second, third))
    for _ in range(2):
        kept.save(tmp_path / "trust.json")
    assert TrustRoots.load(tmp_path / "trust.json") == kept
    assert [path.name for path in tmp_path.iterdir()] == ["trust.json"]


def test_key_is_valid_from_its_start_until_just_before_its_end() -> None:
    key = replace(
        trust_for(fixed_key(), DEVICE, "2026-01-01T00:00:00Z"), valid_to="2026-02-01T00:00:00Z"
    )
    times = ("2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00Z")
    assert [key.is_valid_at(time) for time in times] == [False, True, False]


def test_trust_of_impossible_values_cannot_be_made() -> None:
    key = roots().keys[0]
    with pytest.raises(FormatError, match="valid_to"):
        replace(key, valid_to=key.valid_from)
    with pytest.raises(FormatError, match="sha256 of public_key"):
        replace(key, key_id="0" * 64)
    with pytest.raises(FormatError, match="stands twice"):
        TrustRoots((key, key))
    with pytest.raises(FormatError, match="expected 1, found 2"):
        TrustRoots((key,), threshold=2)
    with pytest.raises(FormatError, match="threshold"):
        TrustRoots((key,), threshold=0)


def test_trust_with_too_many_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "MAX_KEYS", 0)
    with pytest.raises(FormatError, match="at most 0"):
        roots()


def _entry(**changes: Any) -> bytes:
    value = json.loads(roots().to_json())
    value["keys"][0].update(changes)
    return json.dumps(value).encode()


def _top(**changes: Any) -> bytes:
    return json.dumps(json.loads(roots().to_json()) | changes).encode()


PUBLIC = roots().keys[0].public_key
SPARE = PUBLIC[:42] + chr(ord(PUBLIC[42]) + 1) + "="
BAD_TRUST = {
    "empty": b"",
    "not_json": b"{",
    "other_format": _top(format="xunjie-trust/2"),
    "threshold_0": _top(threshold=0),
    "threshold_2": _top(threshold=2),
    "threshold_true": _top(threshold=True),
    "keys_object": _top(keys={}),
    "key_text": _top(keys=["x"]),
    "unknown_member": _top(note="hello"),
    "unknown_key_member": _entry(note="hello"),
    "escape": roots().to_json().replace(b"pole", b"p\\u006fle"),
    "not_utf8": roots().to_json().replace(b"pole", b"p\xffle"),
    "duplicate": roots().to_json().replace(b'"revoked": null', b'"revoked": null, "revoked": null'),
    "key_twice": _top(keys=json.loads(roots().to_json())["keys"] * 2),
    "wrong_id": _entry(key_id="0" * 64),
    "odd_device": _entry(device_id="pole 17"),
    "null_device": _entry(device_id=None),
    "null_start": _entry(valid_from=None),
    "odd_start": _entry(valid_from="2026-05-16"),
    "no_such_day": _entry(revoked="2026-02-30T00:00:00Z"),
    "ends_at_start": _entry(valid_to="1970-01-01T00:00:00.0Z"),
    "revoked_text_null": _entry(revoked="null"),
    "start_text_null": _entry(valid_from="null"),
    "no_start": roots().to_json().replace(b'"valid_from"', b'"valid_form"'),
    "pattern_as_device": _entry(device_id="*"),
    "revoked_false": _entry(revoked=False),
    "short_key": _entry(public_key="AAAA"),
    "spare_bits": _entry(public_key=SPARE),
}


@pytest.mark.parametrize("name", BAD_TRUST)
def test_bad_trust_file_is_unreadable_to_both_verifiers(name: str, tmp_path: Path) -> None:
    path = tmp_path / "trust.json"
    path.write_bytes(BAD_TRUST[name])
    with pytest.raises(EvidenceError, match=r"trust\.json"):
        TrustRoots.load(path)
    package = copied(tmp_path)
    ran = subprocess.run(
        ["sh", SHELL_VERIFIER, package, path], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 2, ran.stdout + ran.stderr


def test_trust_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"gone\.json: cannot read"):
        TrustRoots.load(tmp_path / "gone.json")
    with pytest.raises(EvidenceError, match=r"cannot write"):
        roots().save(tmp_path / "nowhere/trust.json")
