"""A server's parts over a temporary folder, and packages sealed by a real device key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.api.packages import DEVICE_ID, Device
from xunjie.api.app import create_app
from xunjie.api.settings import Limits, Settings
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.trust import TrustRoots, trust_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """A device whose key the trust file of ``settings`` knows."""
    key = DeviceKey.create(tmp_path / "device.key")
    TrustRoots((trust_for(key, DEVICE_ID),)).save(tmp_path / "trust.json")
    return Device(key, tmp_path / "sealed")


@pytest.fixture
def settings(tmp_path: Path, device: Device) -> Settings:
    """Settings that reach nothing but the temporary folder."""
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'api.db'}",
        data_dir=tmp_path / "data",
        trust_path=tmp_path / "trust.json",
        officer="王警官",
        limits=Limits(file_bytes=1 << 20, package_bytes=2 << 20, pending=4, pending_per_device=3),
    )


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=BASE_URL) as client:
        yield client
