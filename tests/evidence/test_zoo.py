"""Every animal of the zoo is refused, at the right step, by both verifiers; nothing is written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.evidence.builders import copied, roots, sealed
from tests.evidence.zoo import ZOO
from xunjie.evidence.errors import VerificationError
from xunjie.evidence.trust import TrustRoots
from xunjie.evidence.verify import verify

SHELL_VERIFIER = Path(__file__).parents[2] / "scripts/verify_package.sh"


def judged_by_shell(package: Path, trust: TrustRoots) -> tuple[int, str]:
    """Exit code and last words of the second verifier."""
    file = package.parent / "trust.json"
    file.write_bytes(trust.to_json())
    ran = subprocess.run(
        ["sh", SHELL_VERIFIER, package, file], capture_output=True, check=False, text=True
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ZOO)
def test_bad_package_is_refused_by_both_verifiers_at_the_same_step(
    name: str, tmp_path: Path
) -> None:
    spoil, step, reason = ZOO[name]
    package = copied(tmp_path)
    trust = spoil(package) or roots()
    with pytest.raises(VerificationError) as refused:
        verify(package, trust)
    assert (refused.value.step, refused.value.reason) == (step, reason), str(refused.value)
    code, words = judged_by_shell(package, trust)
    assert code == 1
    assert f": step {int(step)}: " in words


def test_good_package_is_verified_by_the_shell_with_the_same_digest(tmp_path: Path) -> None:
    package = sealed(tmp_path, seq=9, prev="ab" * 32)
    digest = verify(package.path, roots()).digest
    assert judged_by_shell(package.path, roots()) == (0, f"VERIFIED {digest} {package.path}\n")
