"""The verification procedure on good packages."""

from __future__ import annotations

from pathlib import Path

from tests.evidence.builders import DEVICE, roots, sealed, violation_with
from xunjie.evidence.errors import Step
from xunjie.evidence.verify import verify


def test_sealed_package_verifies_and_says_what_was_sealed(tmp_path: Path) -> None:
    package = sealed(tmp_path)
    report = verify(package.path, roots())
    assert report.digest == package.digest
    assert (report.package_id, report.device_id, report.seq, report.prev) == (
        "p-0001",
        DEVICE,
        0,
        None,
    )
    assert report.violation == violation_with()
    assert report.steps == tuple(step.title for step in Step)
