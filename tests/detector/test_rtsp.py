from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.detector.rtsp import Server, needs_server
from tests.detector.street import RedBoxModel, config_file, stall_clip, zones_file
from xunjie.detector.config import load_config
from xunjie.detector.counters import Counters
from xunjie.detector.engine import Engine
from xunjie.detector.errors import SourceError, SourceLost
from xunjie.detector.sampling import Sampler
from xunjie.detector.sources.items import SourceDown, StreamStart
from xunjie.detector.sources.rtsp import Backoff, RtspSource
from xunjie.detector.types import Frame, Gap
from xunjie.detector.wiring import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xunjie.detector.report import Report
    from xunjie.detector.sources.items import Item

QUICK = Backoff(
    first_s=0.1, longest_s=0.3, permanent_s=60.0, open_timeout_s=5.0, read_timeout_s=2.0
)


class Reading:
    """A source read by its own thread into a list."""

    def __init__(self, url: str, backoff: Backoff = QUICK) -> None:
        self.counts = Counters()
        self.source = RtspSource(
            "cam", url, url, Sampler(5.0), self.counts, backoff=backoff, rng=Random(1)
        )
        self.items: list[Item] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        for item in self.source.items(self.stop):
            self.items.append(item)

    def of(self, kind: type) -> list[Item]:
        return [item for item in list(self.items) if isinstance(item, kind)]

    def __enter__(self) -> Reading:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def until(condition: Callable[[], bool], timeout_s: float = 15.0) -> float:
    """Seconds until the condition held."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < timeout_s, "it never came about"
        time.sleep(0.02)
    return time.monotonic() - start


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute in which a stall stands from 2 s on."""
    return stall_clip(tmp_path_factory.mktemp("rtsp") / "a.mp4", seconds=60, from_s=2)


@pytest.fixture
def server(clip: Path) -> Iterator[Server]:
    """A running server."""
    server = Server(clip)
    server.start()
    yield server
    server.kill()


@needs_server
@pytest.mark.rtsp
def test_a_killed_and_restarted_camera_gives_pictures_again_and_the_gap_is_told(
    server: Server,
) -> None:
    with Reading(server.url) as reading:
        until(lambda: len(reading.of(Frame)) >= 3)
        server.kill()
        until(lambda: len(reading.of(SourceDown)) >= 2)
        before = len(reading.of(Frame))
        server.start()
        until(lambda: len(reading.of(Frame)) >= before + 3)
    (gap,) = reading.of(Gap)
    assert isinstance(gap, Gap)
    assert gap.start_ns < gap.end_ns
    assert "failed attempts" in gap.cause
    assert len(reading.of(StreamStart)) == 2
    told = [item.t_ns for item in reading.items if isinstance(item, Frame)]
    assert told == sorted(set(told))
    assert abs(told[-1] - time.time_ns()) < 10e9


@needs_server
@pytest.mark.rtsp
def test_a_frozen_camera_is_noticed(server: Server) -> None:
    with Reading(server.url) as reading:
        until(lambda: len(reading.of(Frame)) >= 2)
        server.freeze()
        assert until(lambda: bool(reading.of(SourceDown))) < 8.0


@needs_server
@pytest.mark.rtsp
def test_a_wrong_path_is_permanent_and_not_hammered(server: Server) -> None:
    with Reading(server.url.replace("/live", "/none")) as reading:
        until(lambda: bool(reading.of(SourceDown)))
        (down,) = reading.of(SourceDown)
    assert isinstance(down, SourceDown)
    assert down.is_permanent
    assert down.retry_s >= 45.0
    assert "404" in down.reason or "Not Found" in down.reason


@needs_server
@pytest.mark.rtsp
@pytest.mark.slow
def test_the_engine_seals_what_a_live_camera_shows_while_another_is_dead(
    server: Server, tmp_path: Path
) -> None:
    zones_file(tmp_path / "zones.geojson", min_dwell_s=3.0)
    live = f'id = "live"\nurl = "{server.url}"\nzones = "zones.geojson"\nsample_hz = 2.0'
    dead = 'id = "dead"\nurl = "rtsp://127.0.0.1:9/live"'
    plan = prepare(load_config(config_file(tmp_path, dead, live)), RedBoxModel())
    stop = threading.Event()
    reports: list[Report] = []
    engine = Engine(plan)
    thread = threading.Thread(target=lambda: reports.append(engine.run(stop)))
    thread.start()
    until(lambda: engine.counts.get("live", "sealed") == 1, 30.0)
    stop.set()
    thread.join(15)
    (report,) = reports
    assert report.exit_code == 0
    assert report.counts["dead"]["connection_failures"] >= 1
    package = report.packages[0]
    decisive = (package / "data/clip.mp4").stat().st_size
    assert decisive > 1000
    assert b'"quality":"host clock"' in (package / "data/violation.json").read_bytes()


def test_a_camera_that_never_answers_is_retried_with_growing_spread_waits() -> None:
    waits = [Backoff().delay_s(n, SourceLost("cam", "x"), Random(n)) for n in range(1, 12)]
    nominal = [0.5 * 2**n for n in range(6)] + [30.0] * 5
    assert all(0.75 * n <= w <= 1.25 * n for w, n in zip(waits, nominal, strict=True))
    assert len(set(waits)) == len(waits)


def test_a_permanent_fault_waits_for_minutes() -> None:
    assert Backoff().delay_s(1, SourceError("cam", "401"), Random(1)) >= 225.0


def test_wrong_credentials_are_permanent_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_refuse, args=(listening,))
        thread.start()
        url = f"rtsp://127.0.0.1:{listening.getsockname()[1]}/live"
        source = RtspSource("cam", url, url, Sampler(1.0), Counters(), QUICK)
        down = next(iter(source.items(threading.Event())))
        thread.join()
    assert isinstance(down, SourceDown)
    assert down.is_permanent
    assert "401" in down.reason


def _refuse(listening: socket.socket) -> None:
    """Answer every request of one connection with 401."""
    connection, _ = listening.accept()
    with connection:
        while request := connection.recv(4096):
            number = re.search(rb"CSeq: (\d+)", request)
            assert number is not None
            head = b"RTSP/1.0 401 Unauthorized\r\nCSeq: " + number[1]
            connection.sendall(head + b'\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')


def test_a_refused_connection_passes_and_names_no_password() -> None:
    counts = Counters()
    shown = "rtsp://127.0.0.1:9/live"
    source = RtspSource(
        "cam", "rtsp://root:secret@127.0.0.1:9/live", shown, Sampler(1.0), counts, QUICK
    )
    stop = threading.Event()
    down = next(iter(source.items(stop)))
    assert isinstance(down, SourceDown)
    assert not down.is_permanent
    assert down.reason == f"{shown}: Connection refused"
