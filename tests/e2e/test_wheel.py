"""What is built is what is here: five rooms under one name, with the weights, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from tests.e2e.command import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_only_one_name_reaches_site_packages(names: list[str]) -> None:
    assert {n.split("/")[0] for n in names if ".dist-info" not in n} == {"xunjie"}


@pytest.mark.parametrize(
    "path",
    ["api/app.py", "cli/__init__.py", "detector/types.py", "evidence/verify.py", "zones/zone.py"],
)
def test_every_room_is_in_the_wheel(names: list[str], path: str) -> None:
    assert f"xunjie/{path}" in names


def test_the_default_model_and_the_console_are_in_the_wheel(names: list[str]) -> None:
    assert any(n.startswith("xunjie/models/weights/") and n.endswith(".onnx") for n in names)
    assert any(n.startswith("xunjie/api/web/") and n.endswith(".html") for n in names)


def test_every_tracked_file_of_the_rooms_is_in_the_wheel(names: list[str]) -> None:
    rooms = ["api", "detector", "evidence", "models", "zones"]
    listing = subprocess.run(
        ["git", "ls-files", *rooms], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {f"xunjie/{path}" for path in listing.stdout.split()} <= set(names)
