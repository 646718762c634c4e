from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from tests.detector.street import RedBoxModel, config_file, file_source, stall_clip, zones_file
from xunjie.cli import run as command
from xunjie.detector.config import load_config
from xunjie.detector.delivery import Delivery
from xunjie.detector.report import Report
from xunjie.detector.wiring import Plan, prepare

if TYPE_CHECKING:
    from xunjie.detector.config import Config


def exit_code(config: Path, *, once: bool = True) -> int:
    """What the shell would see."""
    with pytest.raises(typer.Exit) as ended:
        command.run(config, once)
    return ended.value.exit_code


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 s in which a stall stands from 2 s on."""
    return stall_clip(tmp_path_factory.mktemp("clip") / "a.mp4", seconds=20, from_s=2)


@pytest.fixture
def street(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a clip, zones, and a model that knows red boxes."""

    def with_red_boxes(config: Config) -> Plan:
        return prepare(config, RedBoxModel())

    monkeypatch.setattr(command, "prepare", with_red_boxes)
    zones_file(tmp_path / "zones.geojson")
    shutil.copy(clip, tmp_path / "a.mp4")
    return tmp_path


def test_a_run_says_in_plain_words_what_it_found_and_where(
    street: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_file(street, file_source("cam1", "a.mp4"))
    assert exit_code(config) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "1 alleged violation sealed:" in told.err
    assert "1 x street stall (无序设摊)" in told.err
    assert f"packages: {street / 'outbox' / 'ready'}" in told.err


def test_an_unreadable_source_is_named_with_exit_code_1(
    street: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_file(street, file_source("cam1", "none.mp4"))
    assert exit_code(config) == 1
    assert f"'cam1': {street / 'none.mp4'}: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", '[device]\nid = "a"\n[outbox]\nx = 1\n'])
def test_a_wrong_configuration_ends_with_exit_code_2(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    assert exit_code(path) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert all(line.startswith(f"{path}: ") for line in lines)


def test_once_with_cameras_only_is_wrong_usage(
    street: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_file(street, 'id = "cam1"\nurl = "rtsp://127.0.0.1:9/x"')
    assert exit_code(config) == 2
    assert "--once processes files" in capsys.readouterr().err


def test_an_outbox_that_cannot_be_used_ends_with_exit_code_1(
    street: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (street / "outbox").write_text("")
    assert exit_code(config_file(street, file_source("cam1", "a.mp4"))) == 1
    assert f"outbox {street / 'outbox'}: " in capsys.readouterr().err


def test_sigint_ends_a_run_of_cameras_cleanly(street: Path) -> None:
    config = config_file(street, 'id = "cam1"\nurl = "rtsp://127.0.0.1:9/x"')
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.getsignal(signal.SIGINT)
    timer.start()
    assert exit_code(config, once=False) == 0
    timer.join()
    assert signal.getsignal(signal.SIGINT) is before


def test_waiting_packages_and_the_api_that_is_away_are_told(street: Path) -> None:
    extra = '[api]\nurl = "http://127.0.0.1:9"'
    config = load_config(config_file(street, file_source("cam1", "a.mp4"), extra=extra))
    fault = "API not reachable at http://127.0.0.1:9: Connection refused"
    words = command.closing_words(Report(delivery=Delivery(0, 3, (fault,))), config)
    assert f"3 packages wait in outbox/ready: {fault}" in words
