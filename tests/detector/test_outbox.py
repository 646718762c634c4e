from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xunjie.detector.errors import OutboxBusy, OutboxError
from xunjie.detector.outbox import Chain, Outbox
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.package import SealRequest, seal
from xunjie.evidence.trust import TrustRoots, trust_for
from xunjie.evidence.verify import verify
from xunjie.evidence.violation import Violation

ROOT = Path(__file__).parents[2]
SHA = "ab" * 32


def violation(name: str) -> Violation:
    when = "2026-05-16T02:00:00Z"
    return Violation(
        violation_id=name, rule_id="dumping", rule_version="1", source_id="cam", episode_id="e",
        class_name="garbage", zone_id="z", zone_version="1", phase="enforcing", onset_utc=when,
        decisive_utc=when, end_utc=when, dwell_s=1.0, box_xyxy_px=(0, 0, 9, 9), frame_wh=(99, 99),
        score=0.5, model_ids=("m",), model_digests=(SHA,), config_digest=SHA, zones_digest=SHA,
        permits_digest=SHA, clock={"source": "pts", "quality": "declared"},
        why={"zh": "垃圾", "en": "garbage"},
    )  # fmt: skip


def publish(outbox: Outbox, key: DeviceKey, name: str) -> Path:
    def build(chain: Chain, into: Path) -> str:
        files: dict[str, Path | bytes] = {"data/stills/03-decisive.jpg": bytes(20_000)}
        when = "2026-05-16T02:00:00Z"
        request = SealRequest(
            violation(name), files, "pole-17", key, chain.seq, chain.prev, when, name
        )
        return seal(request, into).digest

    return outbox.publish(name, build)


def key_in(folder: Path) -> DeviceKey:
    path = folder / "k"
    return DeviceKey.load(path) if path.exists() else DeviceKey.create(path)


def chain_of(outbox: Path, key: DeviceKey) -> list[tuple[int, str | None, str]]:
    """(seq, prev, digest) of every package in ready/, each verified."""
    roots = TrustRoots((trust_for(key, "pole-17"),))
    reports = [verify(p, roots) for p in (outbox / "ready").iterdir()]
    return sorted((r.seq, r.prev, r.digest) for r in reports)


def assert_unbroken(outbox: Path, key: DeviceKey) -> int:
    links = chain_of(outbox, key)
    assert [seq for seq, _, _ in links] == list(range(len(links)))
    assert [prev for _, prev, _ in links] == [None, *[d for _, _, d in links]][: len(links)]
    return len(links)


def test_packages_continue_one_chain_over_restarts(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    for name in ("a", "b", "c"):
        with Outbox(tmp_path / "o") as outbox:
            publish(outbox, key, name)
    assert assert_unbroken(tmp_path / "o", key) == 3


def test_a_lost_chain_file_is_rebuilt_from_the_packages(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    with Outbox(tmp_path / "o") as outbox:
        publish(outbox, key, "a")
        publish(outbox, key, "b")
        end = outbox.chain
    (tmp_path / "o" / "chain.json").unlink()
    with Outbox(tmp_path / "o") as outbox:
        assert outbox.chain == end


def test_a_chain_file_behind_the_packages_is_overruled_by_them(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    with Outbox(tmp_path / "o") as outbox:
        publish(outbox, key, "a")
        old = (tmp_path / "o" / "chain.json").read_bytes()
        publish(outbox, key, "b")
    (tmp_path / "o" / "chain.json").write_bytes(old)
    with Outbox(tmp_path / "o") as outbox:
        publish(outbox, key, "c")
    assert assert_unbroken(tmp_path / "o", key) == 3


def test_a_garbled_chain_file_is_refused_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "chain.json").write_text("{")
    with pytest.raises(OutboxError, match=r"chain\.json: expected"), Outbox(tmp_path / "o"):
        pass


def test_kill_9_at_any_point_loses_nothing_acknowledged_and_breaks_no_chain(
    tmp_path: Path,
) -> None:
    key = key_in(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.detector.crash_outbox", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with Outbox(tmp_path / "o") as outbox:
        publish(outbox, key, "last")
        assert list(outbox.tmp.iterdir()) == []
    assert assert_unbroken(tmp_path / "o", key) > int(done.stdout) >= 2


def test_a_second_engine_is_told_who_holds_the_outbox(tmp_path: Path) -> None:
    with (
        Outbox(tmp_path / "o"),
        pytest.raises(OutboxBusy, match=f"process {os.getpid()}"),
        Outbox(tmp_path / "o"),
    ):
        pass


def test_the_lock_is_free_again_after_the_engine_has_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with Outbox(tmp_path / "o") as outbox:
            assert outbox.chain == Chain()


def test_a_build_that_fails_leaves_nothing_and_the_chain_where_it_was(tmp_path: Path) -> None:
    def build(chain: Chain, into: Path) -> str:
        (into / "a").mkdir()
        raise OSError(28, "No space left on device")

    with Outbox(tmp_path / "o") as outbox:
        with pytest.raises(OutboxError, match="No space left on device"):
            outbox.publish("a", build)
        assert outbox.chain == Chain()
        assert [*outbox.tmp.iterdir(), *outbox.ready.iterdir()] == []


def test_the_quota_refuses_before_anything_is_written(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    with Outbox(tmp_path / "o", quota_bytes=10_000) as outbox:
        publish(outbox, key, "a")
        with pytest.raises(OutboxError, match="quota of 10000 bytes reached"):
            publish(outbox, key, "b")
        assert not outbox.has("b")


def test_a_receipt_marks_a_package_as_sent_and_keeps_it(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    with Outbox(tmp_path / "o") as outbox:
        first, second = publish(outbox, key, "b"), publish(outbox, key, "a")
        assert outbox.unsent() == [first, second]
        digest = hashlib.sha256((first / "envelope.dsse.json").read_bytes()).hexdigest()
        outbox.keep_receipt(digest, json.dumps({"digest": digest}).encode())
        assert outbox.unsent() == [second]
        assert first.is_dir()
