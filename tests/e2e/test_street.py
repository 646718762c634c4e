"""The bundled street clip through every room: what `make demo` does, checked piece by piece."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.demo_report import compare, load_violations
from tests.e2e.command import ROOT, serving, xunjie
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.trust import TrustRoots, trust_for

STREET = ROOT / "examples" / "street"
RULES = {"street_stall", "cross_door", "illegal_billboard", "dumping"}


# The shipped model misses the second banner of the clip (docs/model-card-street.md).
too_weak = pytest.mark.xfail(strict=True, reason="the model's recall on banners is low")


@dataclass(frozen=True)
class Street:
    """One run of the engine over the clip against a live API."""

    ready: Path
    trust: Path
    truth: dict[str, Any]
    cases: list[dict[str, Any]]
    output: str


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Street:
    state = tmp_path_factory.mktemp("street")
    key = DeviceKey.create(state / "device.key")
    TrustRoots((trust_for(key, "demo-pole"),), threshold=1).save(state / "trust.json")
    with serving(state, state / "trust.json") as url:
        text = (STREET / "xunjie.toml").read_text(encoding="utf-8")
        text = text.replace("../../var/demo", str(state)).replace("http://127.0.0.1:8000", url)
        for name in ("street.mp4", "zones.geojson", "permits.geojson"):
            text = text.replace(f'"{name}"', f'"{STREET / name}"')
        (state / "xunjie.toml").write_text(text, encoding="utf-8")
        done = xunjie("run", state / "xunjie.toml", "--once")
        assert done.returncode == 0, done.stderr
        cases = httpx.get(f"{url}/api/cases", timeout=10).json()["cases"]
    truth = json.loads((STREET / "truth.json").read_text(encoding="utf-8"))
    output = done.stdout + done.stderr
    return Street(state / "outbox" / "ready", state / "trust.json", truth, cases, output)


@too_weak
def test_every_true_violation_is_found_once_and_nothing_else(street: Street) -> None:
    report = compare(street.truth, load_violations(street.ready))
    assert report.is_perfect, report.to_json()
    assert {match.rule_id for match in report.matches} == RULES


def test_each_onset_is_within_three_seconds_of_the_truth(street: Street) -> None:
    report = compare(street.truth, load_violations(street.ready))
    assert {m.rule_id: m.onset_error_s for m in report.matches if abs(m.onset_error_s) > 3} == {}


def test_each_package_became_one_case(street: Street) -> None:
    assert len(street.cases) == len(list(street.ready.iterdir())) > 0


def test_the_packages_verify_with_the_command(street: Street) -> None:
    for package in street.ready.iterdir():
        done = xunjie("verify", package, "--trust", street.trust)
        assert done.returncode == 0, done.stderr


def test_the_packages_verify_with_openssl_and_coreutils_alone(street: Street) -> None:
    script = ROOT / "scripts" / "verify_package.sh"
    for package in street.ready.iterdir():
        done = subprocess.run([script, package, street.trust], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_package_with_one_changed_byte_is_refused_by_both(street: Street) -> None:
    package = next(iter(sorted(street.ready.iterdir())))
    clip = package / "data" / "clip.mp4"
    whole = clip.read_bytes()
    clip.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        assert xunjie("verify", package, "--trust", street.trust).returncode == 1
        script = ROOT / "scripts" / "verify_package.sh"
        assert subprocess.run([script, package, street.trust], check=False).returncode == 1
    finally:
        clip.write_bytes(whole)


def test_nothing_is_reported_that_the_truth_does_not_hold(street: Street) -> None:
    assert compare(street.truth, load_violations(street.ready)).extra == ()


def test_no_violation_stands_on_the_permitted_stall_or_banner(street: Street) -> None:
    permits = json.loads((STREET / "permits.geojson").read_text(encoding="utf-8"))
    places = [feature["geometry"]["coordinates"][0] for feature in permits["features"]]
    assert len(places) >= 2
    for violation in load_violations(street.ready).values():
        x1, y1, x2, y2 = violation["box_xyxy_px"]
        middle = ((x1 + x2) / 2, (y1 + y2) / 2)
        for ring in places:
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            assert not (min(xs) < middle[0] < max(xs) and min(ys) < middle[1] < max(ys))
