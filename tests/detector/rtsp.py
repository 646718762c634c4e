"""GStreamer's RTSP server as tests start and kill it."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest

GST = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
)


def has_gstreamer() -> bool:
    python = Path("/usr/bin/python3")
    if not python.exists():
        return False
    return subprocess.run([python, "-c", GST], capture_output=True, check=False).returncode == 0


needs_server = pytest.mark.skipif(not has_gstreamer(), reason="needs gir1.2-gst-rtsp-server-1.0")


class Server:
    """The GStreamer server on one port, started and killed at will."""

    def __init__(self, clip: Path) -> None:
        self._clip = clip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"rtsp://127.0.0.1:{self.port}/live"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        script = Path(__file__).parents[2] / "scripts" / "rtsp_server.py"
        command = ["/usr/bin/python3", str(script), str(self._clip), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
