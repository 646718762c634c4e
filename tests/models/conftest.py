"""The shipped model, opened once, and pictures made on the spot."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xunjie.models.registry import ModelEntry, Registry
from xunjie.models.session import Session, open_session

# The losses need torch, which only the `train` extra brings (`make test-train`).
collect_ignore = [] if find_spec("torch") else ["test_losses.py"]

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def entry() -> ModelEntry:
    registry = Registry.load()
    return registry.get(registry.default_id)


@pytest.fixture(scope="session")
def session(entry: ModelEntry) -> Session:
    return open_session(entry)


@pytest.fixture
def shared() -> Path:
    """../shared beside the project; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("../shared is missing")
    return SHARED


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with three small pictures of different shapes."""
    folder = tmp_path / "pictures"
    (folder / "deeper").mkdir(parents=True)
    random = np.random.default_rng(3)
    for name, shape in (("b.jpg", (90, 160)), ("a.png", (64, 64)), ("deeper/c.JPG", (160, 60))):
        pixels = random.integers(0, 255, (*shape, 3), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    (folder / "notes.txt").write_text("not a picture")
    return folder
