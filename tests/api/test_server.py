"""The server as a process: what it refuses to start with, and what a kill leaves behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from typer.testing import CliRunner

from tests.api.packages import FILES, Device, offer, send_file, upload, violation
from xunjie.api.errors import StartError
from xunjie.api.server import Server
from xunjie.cli.serve import serve
from xunjie.evidence.trust import TrustRoots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xunjie.api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_host_others_can_reach_is_refused(settings: Settings, host: str) -> None:
    with pytest.raises(StartError, match="no login yet"):
        Server(settings, host, 0)


def test_port_in_use_is_named(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"--port {port}: cannot listen"):
            Server(settings, port=port)


def test_missing_or_empty_trust_file_is_named(settings: Settings) -> None:
    TrustRoots(()).save(settings.trust_path)
    with pytest.raises(StartError, match="names no key"):
        Server(settings, port=0)
    settings.trust_path.unlink()
    with pytest.raises(StartError, match=r"trust\.json"):
        Server(settings, port=0)


def test_folder_that_cannot_be_made_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    changed = settings.model_copy(update={"data_dir": tmp_path / "file" / "data"})
    with pytest.raises(StartError, match="--data"):
        Server(changed, port=0)


def run_command(*arguments: str) -> tuple[int, str]:
    import typer

    app = typer.Typer()
    app.command()(serve)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_command_ends_with_2_and_one_line(tmp_path: Path, settings: Settings) -> None:
    common = ("--database", settings.database_url, "--data", str(tmp_path / "data"))
    for extra in (
        ("--trust", str(tmp_path / "none.json")),
        ("--trust", str(settings.trust_path), "--host", "0.0.0.0"),
        ("--trust", str(settings.trust_path), "--officer", ""),
    ):
        code, output = run_command(*common, *extra)
        assert code == 2
        assert output.startswith("xunjie serve: ")
        assert len(output.strip().splitlines()) == 1


def test_stalled_body_is_given_up(settings: Settings, device: Device) -> None:
    limits = settings.limits.model_copy(update={"stall_s": 0.2})
    sealed = device.seal(violation())
    with Server(settings.model_copy(update={"limits": limits}), port=0) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            head = f"PUT /packages/{sealed.digest} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            slow.sendall(f"{head}Content-Length: 100\r\n\r\nhalf".encode())
            assert b" 408 " in slow.recv(4096).splitlines()[0]


@contextlib.contextmanager
def started(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real `xunjie serve` process and its URL; killed at the end."""
    code = "import typer; from xunjie.cli.serve import serve; typer.run(serve)"
    arguments = ["--port", "0", "--database", settings.database_url]
    arguments += ["--data", str(settings.data_dir), "--trust", str(settings.trust_path)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line
        yield process, found[0]
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_kill_in_mid_upload_loses_nothing_receipted_and_the_upload_goes_on(
    settings: Settings, device: Device
) -> None:
    done, half = (
        device.seal(violation(0)),
        device.seal(violation(1), {**FILES, "data/clip.mp4": os.urandom(1 << 20)}),
    )
    with started(settings) as (process, url), httpx.Client(base_url=url) as client:
        receipt = upload(client, done)
        offer(client, half)
        send_file(client, half, half.files["data/stills/01-scene.jpg"])
        killer = threading.Timer(0.05, process.send_signal, (signal.SIGKILL,))

        def dripping() -> Iterator[bytes]:
            yield half.files["data/clip.mp4"][: 1 << 19]
            killer.start()
            process.wait()
            yield half.files["data/clip.mp4"][1 << 19 :]

        sha256 = hashlib.sha256(half.files["data/clip.mp4"]).hexdigest()
        with pytest.raises(httpx.TransportError):
            client.put(f"/packages/{half.digest}/files/{sha256}", content=dripping())
    with started(settings) as (_, url), httpx.Client(base_url=url) as client:
        again = offer(client, done)
        assert (again.status_code, again.json()["receipt"]) == (200, receipt)
        missing = {item["path"] for item in offer(client, half).json()["missing"]}
        assert "data/stills/01-scene.jpg" not in missing
        assert "data/clip.mp4" in missing
        assert upload(client, half)["case_id"] == 2


def test_package_moved_but_not_entered_before_a_kill_is_entered_later(
    settings: Settings, device: Device
) -> None:
    """The moment between the move and the commit: the folder is there, the row is not."""
    sealed = device.seal(violation())
    place = settings.data_dir / "packages" / sealed.digest
    place.parent.mkdir(parents=True)
    (device.folder / "package-0000").rename(place)
    with Server(settings, port=0) as server, httpx.Client(base_url=server.url) as client:
        answer = offer(client, sealed)
        assert answer.status_code == 201
        assert client.get("/api/cases").json()["cases"][0]["package_digest"] == sealed.digest


def test_settings_refuse_unknown_keys_and_zones() -> None:
    from pydantic import ValidationError

    from xunjie.api.settings import Settings

    good = {"database_url": "sqlite:///x", "data_dir": "d", "trust_path": "t"}
    for wrong in ({"colour": "red"}, {"timezone": "Mars/Olympus"}, {"language": "fr"}):
        with pytest.raises(ValidationError):
            Settings.model_validate({**good, **wrong})
