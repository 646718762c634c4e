"""Fixtures every room shares, and the rule that nothing is skipped silently where it must run."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# Machines are noisy: a deadline would turn a busy neighbour into a failure.
hypothesis.settings.register_profile("xunjie", deadline=None)
hypothesis.settings.load_profile("xunjie")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with data sets and clips that stands beside the checkout."""
    if not (SHARED / "data" / "classes.txt").is_file():
        pytest.skip("../shared is missing: data sets and clips stand beside the checkout")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
