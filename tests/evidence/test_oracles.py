"""Other people's readers agree with what we write: BagIt, DSSE and in-toto."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence.builders import copied, fixed_key
from tests.evidence.forgery import statement_in
from xunjie.evidence.paths import ENVELOPE


def test_bagit_library_finds_the_package_valid(tmp_path: Path) -> None:
    pytest.importorskip("bagit")
    # In a process of its own: the library changes the working directory of whoever calls it.
    code = "import bagit, sys; bagit.Bag(sys.argv[1]).validate()"
    command = [sys.executable, "-W", "ignore", "-c", code, str(copied(tmp_path))]
    ran = subprocess.run(command, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr


def test_securesystemslib_accepts_the_envelope_and_refuses_a_changed_one(tmp_path: Path) -> None:
    dsse = pytest.importorskip("securesystemslib.dsse")
    signer = pytest.importorskip("securesystemslib.signer")
    exceptions = pytest.importorskip("securesystemslib.exceptions")
    key = signer.SSlibKey(
        fixed_key().key_id, "ed25519", "ed25519", {"public": fixed_key().public_raw.hex()}
    )
    text = (copied(tmp_path) / ENVELOPE).read_bytes()
    envelope = dsse.Envelope.from_dict(json.loads(text))
    assert list(envelope.verify([key], 1)) == [fixed_key().key_id]
    envelope.payload += b" "
    with pytest.raises(exceptions.VerificationError):
        envelope.verify([key], 1)


def test_in_toto_library_finds_the_statement_valid(tmp_path: Path) -> None:
    statements = pytest.importorskip("in_toto_attestation.v1.statement")
    json_format = pytest.importorskip("google.protobuf.json_format")
    package = copied(tmp_path)
    message = statements.spb.Statement()
    json_format.ParseDict(statement_in(package), message)
    statements.Statement.copy_from_pb(message).validate()
    names = {item.name for item in message.subject}
    files = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()}
    assert names == files - {ENVELOPE}
