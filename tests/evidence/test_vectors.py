"""The published vectors: they come out the same here, and both verifiers answer as they say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.make_vectors import write
from tests.evidence.test_zoo import SHELL_VERIFIER
from xunjie.evidence.errors import VerificationError
from xunjie.evidence.trust import TrustRoots
from xunjie.evidence.verify import verify

VECTORS = Path(__file__).parent / "vectors"
VERDICTS: list[dict[str, Any]] = json.loads((VECTORS / "verdicts.json").read_text())


def _contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name[0] != "."]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_vectors_are_what_the_code_makes_today(tmp_path: Path) -> None:
    write(tmp_path)
    assert _contents(tmp_path) == _contents(VECTORS)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: f"{v['package']}-{v['trust']}")
def test_both_verifiers_answer_as_the_vector_says(verdict: dict[str, Any]) -> None:
    package, trust = VECTORS / verdict["package"], VECTORS / verdict["trust"]
    try:
        report = verify(package, TrustRoots.load(trust))
        found: dict[str, Any] = {"digest": verdict.get("digest") and report.digest}
    except VerificationError as e:
        found = {"step": int(e.step), "reason": e.reason.value}
    assert found == {k: verdict.get(k) for k in found}
    assert ("step" in found) == ("step" in verdict)
    ran = subprocess.run(
        ["sh", SHELL_VERIFIER, package, trust], capture_output=True, check=False, text=True
    )
    assert ran.returncode == ("step" in verdict)
    assert f"step {verdict.get('step')}:" in ran.stdout or ran.stdout.startswith("VERIFIED")
