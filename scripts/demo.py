"""The main job, end to end, on the street clip of this repository (`make demo`).

Starts the API and console, runs the engine over examples/street, compares what it found with the
rendered truth, and leaves the console running. HEADLESS=1 ends once the cases are in the API.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.demo_report import Report, compare, load_violations  # noqa: E402
from xunjie.evidence.keys import DeviceKey  # noqa: E402
from xunjie.evidence.trust import TrustRoots, trust_for  # noqa: E402

STREET = ROOT / "examples" / "street"
STATE = ROOT / "var" / "demo"
DEVICE_ID = "demo-pole"
PORT = int(os.environ.get("PORT", "8000"))
URL = f"http://127.0.0.1:{PORT}"
NAMES = {
    "street_stall": "无序设摊 street stall",
    "cross_door": "跨门营业 cross-door business",
    "illegal_billboard": "违规户外广告 illegal billboard",
    "dumping": "垃圾偷乱倒 dumping",
}
say = Console(soft_wrap=True, highlight=False)


def main() -> int:
    """0: what was found is in the API as cases; 1: it is not; 2: could not start."""
    prepare_state()
    server = start_server()
    try:
        if not wait_until_up(server):
            say.print(f"The console did not start on {URL}. What it said: {STATE / 'serve.log'}")
            return 2
        code = run_engine()
        if code:
            return code
        report = compare_with_truth()
        cases = httpx.get(f"{URL}/api/cases", timeout=10).json()["cases"]
        tell(report, len(cases))
        if os.environ.get("HEADLESS") != "1":
            say.print("Press Ctrl-C to stop the console.")
            server.wait()
        sealed = len(report.matches) + len(report.extra)
        return 0 if len(cases) == sealed else 1
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait(timeout=10)


def prepare_state() -> None:
    """A fresh var/demo with a device key of its own and the trust file that knows it."""
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    key = DeviceKey.create(STATE / "device.key")
    TrustRoots((trust_for(key, DEVICE_ID),), threshold=1).save(STATE / "trust.json")
    shutil.copy(STREET / "truth.json", STATE / "truth.json")


def start_server() -> subprocess.Popen[bytes]:
    """The API and console as a process of its own, its output in var/demo/serve.log."""
    arguments = ["--port", str(PORT), "--database", f"sqlite:///{STATE / 'api.db'}"]
    arguments += ["--data", str(STATE / "api"), "--trust", str(STATE / "trust.json")]
    with (STATE / "serve.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "xunjie.cli", "serve", *arguments, "--officer", "demo"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def wait_until_up(server: subprocess.Popen[bytes], limit_s: float = 60.0) -> bool:
    """True once /healthz answers; False when the process ended or the time is over."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{URL}/healthz", timeout=1).is_success:
                return True
        except httpx.TransportError:
            time.sleep(0.2)
    return False


def run_engine() -> int:
    """The engine over the clip: its exit code. It shows its own progress."""
    say.print("[bold]巡街 xunjie[/bold]: watching 75 seconds of a street …")
    command = [sys.executable, "-m", "xunjie.cli", "run", str(STREET / "xunjie.toml"), "--once"]
    return subprocess.run(command, check=False).returncode


def compare_with_truth() -> Report:
    """Writes var/demo/report.json."""
    truth = json.loads((STATE / "truth.json").read_text(encoding="utf-8"))
    report = compare(truth, load_violations(STATE / "outbox" / "ready"))
    (STATE / "report.json").write_text(report.to_json(), encoding="utf-8")
    return report


def tell(report: Report, cases: int) -> None:
    """What was found, in plain words, and where to look."""
    for match in report.matches:
        late = f"{match.onset_error_s:+.1f} s from the truth"
        say.print(f"  found   {NAMES[match.rule_id]}: onset {late}, package {match.package}")
    for rule_id in report.missed:
        say.print(f"  [red]missed[/red]  {NAMES[rule_id]}")
    for package in report.extra:
        say.print(f"  [red]wrong[/red]   {package}: nothing in the truth justifies it")
    say.print(
        f"{cases} cases wait for an officer at {URL}\n"
        f"Sealed packages: {(STATE / 'outbox' / 'ready').relative_to(ROOT)}; "
        f"found against truth: {(STATE / 'report.json').relative_to(ROOT)}"
    )


if __name__ == "__main__":
    sys.exit(main())
