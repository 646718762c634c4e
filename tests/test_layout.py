"""The customer's top-level folders and the one import name stay what ADR 0001 says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("api", "detector", "evidence", "models", "zones")


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_linked_to_itself_under_src(room: str) -> None:
    link = ROOT / "src" / "xunjie" / room
    assert link.is_symlink(), f"{link} must be a link; on Windows: git config core.symlinks true"
    assert link.resolve() == ROOT / room


def test_src_holds_only_the_entrance() -> None:
    real = {p.name for p in (ROOT / "src" / "xunjie").iterdir() if not p.is_symlink()}
    assert real - {"__pycache__"} == {"__init__.py", "py.typed", "cli"}


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_build_mapping_names_every_room(target: str) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    assert set(ROOMS) <= set(build["targets"][target]["only-include"])
    mapping = build["targets"]["wheel"]["sources"]
    assert {mapping[room] for room in ROOMS} == {f"xunjie/{room}" for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_no_generic_name_reaches_site_packages(room: str, tmp_path: Path) -> None:
    code = f"from importlib.util import find_spec; assert find_spec({room!r}) is None"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
