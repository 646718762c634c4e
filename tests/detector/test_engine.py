from __future__ import annotations

import io
import json
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.detector.clips import number_in, rgb
from tests.detector.street import (
    ENTRY,
    STALL,
    RedBoxModel,
    RedBoxSession,
    config_file,
    file_source,
    stall_clip,
    zones_file,
)
from xunjie.detector.config import load_config
from xunjie.detector.engine import Engine
from xunjie.detector.errors import ConfigError, OutboxBusy, OutboxError
from xunjie.detector.outbox import Outbox
from xunjie.detector.wiring import prepare
from xunjie.evidence.errors import EvidenceError
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.trust import TrustRoots, trust_for
from xunjie.evidence.verify import verify
from xunjie.zones.zoneset import ZoneSet

if TYPE_CHECKING:
    from xunjie.detector.report import Report
    from xunjie.detector.types import Finding
    from xunjie.evidence.violation import Violation
    from xunjie.models.detections import Detections


@dataclass
class Notes:
    """A watcher that remembers, and may do something at the first progress."""

    at_half: threading.Event | None = None
    shares: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def progress(self, source_id: str, share: float) -> None:
        self.shares.append(share)
        if self.at_half is not None and share >= 0.5:
            self.at_half.set()

    def found(self, finding: Finding, package: Path) -> None:
        self.rules.append(finding.rule_id)

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 s in which a stall stands from 4 s on."""
    return stall_clip(tmp_path_factory.mktemp("clip") / "a.mp4", seconds=24, from_s=4)


@pytest.fixture
def street(tmp_path: Path, clip: Path) -> Path:
    """A folder with that clip and a zone over all of it."""
    zones_file(tmp_path / "zones.geojson")
    shutil.copy(clip, tmp_path / "a.mp4")
    return tmp_path


def once(config: Path, notes: Notes | None = None, model: RedBoxModel | None = None) -> Report:
    plan = prepare(load_config(config), model or RedBoxModel())
    notes = notes or Notes()
    return Engine(plan, notes).run_once(notes.at_half or threading.Event())


def opened(package: Path, outbox: Path) -> tuple[Violation, dict[str, Any]]:
    key = DeviceKey.load(outbox / "device.key")
    report = verify(package, TrustRoots((trust_for(key, "pole-17"),)))
    return report.violation, json.loads((package / "data/context.json").read_bytes())


def clip_numbers(package: Path) -> list[int]:
    with av.open(str(package / "data/clip.mp4")) as container:
        return [number_in(rgb(frame)) for frame in container.decode(video=0)]


def still_number(package: Path, name: str) -> int:
    data = (package / f"data/stills/{name}.jpg").read_bytes()
    return number_in(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def test_a_stall_in_a_zone_becomes_one_verifiable_package(street: Path) -> None:
    notes = Notes()
    report = once(config_file(street, file_source("cam1", "a.mp4")), notes)
    assert (report.exit_code, len(report.packages), notes.rules) == (0, 1, ["street_stall"])
    violation, _ = opened(report.packages[0], street / "outbox")
    assert violation.rule_id == "street_stall"
    assert violation.onset_utc == "2026-05-16T02:00:04.000Z"
    assert violation.zone_id == "pavement"
    assert violation.box_xyxy_px == pytest.approx(STALL, abs=3)
    assert violation.model_digests == (ENTRY.sha256,)
    assert violation.clock["quality"] == "declared"
    assert report.packages[0].parent == street / "outbox" / "ready"
    assert notes.shares[-1] == 1.0
    assert notes.shares == sorted(notes.shares)


def test_stills_and_clip_show_what_the_context_says(street: Path) -> None:
    report = once(config_file(street, file_source("cam1", "a.mp4")))
    package = report.packages[0]
    _, context = opened(package, street / "outbox")
    clip = context["clip"]
    decisive = still_number(package, "03-decisive")
    numbers = clip_numbers(package)
    assert still_number(package, "01-scene") == 3 * 25
    assert still_number(package, "02-onset") == 4 * 25
    assert numbers[round(clip["decisive_offset_s"] * 25)] == decisive
    assert numbers[-1] == pytest.approx(decisive + 4 * 25, abs=2)
    assert numbers[0] <= decisive - 6 * 25 or numbers[0] == 0
    assert clip["cut_short"] is None
    assert context["zone"]["outline_px"][2] == [192.0, 128.0]
    assert any(
        s["detections"][0]["class"] == "stall" for s in context["samples"] if s["detections"]
    )


def test_a_file_that_ends_before_the_post_roll_is_sealed_short_and_says_so(tmp_path: Path) -> None:
    zones_file(tmp_path / "zones.geojson", min_dwell_s=5.0)
    stall_clip(tmp_path / "a.mp4", seconds=10.5, from_s=4)
    report = once(config_file(tmp_path, file_source("cam1", "a.mp4")))
    _, context = opened(report.packages[0], tmp_path / "outbox")
    assert context["clip"]["cut_short"] == "the file ended"
    assert clip_numbers(report.packages[0])[-1] >= 260


def test_stopping_early_seals_what_is_open(street: Path) -> None:
    report = once(
        config_file(street, file_source("cam1", "a.mp4")), Notes(at_half=threading.Event())
    )
    _, context = opened(report.packages[0], street / "outbox")
    assert context["clip"]["cut_short"] == "the engine was stopped"


def test_the_same_file_gives_the_same_ids_and_is_not_sealed_twice(street: Path) -> None:
    config = config_file(street, file_source("cam1", "a.mp4"))
    first = once(config).packages[0]
    again = once(config)
    assert again.packages == ()
    assert again.counts["cam1"]["sealed_before"] == 1
    (street / "outbox").rename(street / "old")
    assert once(config).packages[0].name == first.name


def test_an_unreadable_file_is_named_and_the_others_are_done(street: Path) -> None:
    (street / "text.mp4").write_text("no video")
    sources = [file_source(n, f"{n}.mp4") for n in ("text", "none", "a")]
    report = once(config_file(street, *sources))
    assert (report.exit_code, len(report.packages)) == (1, 1)
    assert [f.split("'")[1] for f in report.failures] == ["text", "none"]


def test_two_sources_share_one_chain_without_a_gap(street: Path) -> None:
    sources = [file_source("cam1", "a.mp4"), file_source("cam2", "a.mp4")]
    report = once(config_file(street, *sources))
    key = DeviceKey.load(street / "outbox" / "device.key")
    roots = TrustRoots((trust_for(key, "pole-17"),))
    reports = sorted((verify(p, roots) for p in report.packages), key=lambda r: r.seq)
    assert [r.seq for r in reports] == [0, 1]
    assert reports[1].prev == reports[0].digest


def test_zones_drawn_on_another_frame_size_stop_their_source_by_name(street: Path) -> None:
    text = (street / "zones.geojson").read_text().replace("[192, 128]", "[384, 256]")
    (street / "zones.geojson").write_text(text)
    report = once(config_file(street, file_source("cam1", "a.mp4")))
    assert "'pavement' was drawn on 384×256 pixels, the frames are 192×128" in report.failures[0]


def test_a_frame_that_upsets_the_model_is_counted_and_the_run_goes_on(street: Path) -> None:
    class Moody(RedBoxSession):
        def infer(self, images: Any, min_score: float | None = None) -> list[Detections]:
            self.calls.append(1)
            if len(self.calls) == 3:
                raise RuntimeError("upset")
            return super().infer(images, min_score)

    report = once(
        config_file(street, file_source("cam1", "a.mp4")), model=RedBoxModel(session=Moody)
    )
    assert report.counts["cam1"]["step_faults"] == 1
    assert len(report.packages) == 1


def test_a_model_that_always_fails_stops_the_source_with_the_reason(street: Path) -> None:
    class Broken(RedBoxSession):
        def infer(self, images: Any, min_score: float | None = None) -> list[Detections]:
            raise RuntimeError("no luck")

    config = config_file(street, file_source("cam1", "a.mp4"))
    report = once(config, model=RedBoxModel(session=Broken))
    assert report.exit_code == 1
    assert "analysis failed 10 times in a row: no luck" in report.failures[0]


def test_only_the_configured_classes_are_judged(street: Path) -> None:
    config = config_file(
        street, file_source("cam1", "a.mp4"), extra='[model]\nclasses = ["garbage"]'
    )
    assert once(config).packages == ()


def test_a_bad_zone_file_and_an_unknown_class_are_refused_before_the_start(street: Path) -> None:
    (street / "zones.geojson").write_text('{"type": "FeatureCollection", "features": [{}]}')
    config = config_file(street, file_source("cam1", "a.mp4"))
    with pytest.raises(ConfigError, match=r"zones\.geojson"):
        prepare(load_config(config), RedBoxModel())
    assert not (street / "outbox").exists()


def test_a_key_that_others_may_read_is_refused(street: Path) -> None:
    config = config_file(street, file_source("cam1", "a.mp4"))
    once(config)
    (street / "outbox" / "device.key").chmod(0o644)
    with pytest.raises(ConfigError, match=r"device\.key"):
        once(config)


def test_a_second_engine_on_one_outbox_is_refused(street: Path) -> None:
    config = config_file(street, file_source("cam1", "a.mp4"))
    with Outbox(street / "outbox"), pytest.raises(OutboxBusy, match="in use by another engine"):
        once(config)


def test_an_outbox_that_is_a_file_is_refused(street: Path) -> None:
    (street / "outbox").write_text("")
    with pytest.raises(OutboxError, match="outbox"):
        once(config_file(street, file_source("cam1", "a.mp4")))


def test_evidence_the_disk_refuses_is_named_and_leaves_nothing_half_made(street: Path) -> None:
    class DiskFills(RedBoxSession):
        def infer(self, images: Any, min_score: float | None = None) -> list[Detections]:
            ready = street / "outbox" / "ready"
            if ready.is_dir():
                ready.rmdir()
                ready.write_text("a file where the folder was")
            return super().infer(images, min_score)

    config = config_file(street, file_source("cam1", "a.mp4"))
    report = once(config, model=RedBoxModel(session=DiskFills))
    assert report.exit_code == 1
    assert "street_stall at source 'cam1' is not sealed" in report.unsealed[0]
    assert list((street / "outbox" / "tmp").iterdir()) == []


def test_a_record_that_evidence_refuses_is_named_and_the_run_goes_on(
    street: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object) -> None:
        raise EvidenceError("violation: too large")

    monkeypatch.setattr("xunjie.detector.sealing.to_violation", refusing)
    report = once(config_file(street, file_source("cam1", "a.mp4")))
    assert report.exit_code == 1
    assert report.unsealed == ("street_stall at source 'cam1' is not sealed: violation: too large",)
    assert report.counts["cam1"]["samples"] == 24


def test_an_api_that_is_away_leaves_the_package_waiting(street: Path) -> None:
    extra = '[api]\nurl = "http://127.0.0.1:9"'
    report = once(config_file(street, file_source("cam1", "a.mp4"), extra=extra))
    assert report.exit_code == 0
    assert report.delivery is not None
    assert report.delivery.waiting == 1
    assert "API not reachable at http://127.0.0.1:9" in report.delivery.faults[0]


def test_every_sample_of_a_file_is_analysed(street: Path) -> None:
    report = once(config_file(street, file_source("cam1", "a.mp4", 2.0)))
    assert report.counts["cam1"]["samples"] == 48
    assert "samples_dropped" not in report.counts["cam1"]


def test_no_zones_mean_no_stalls(street: Path) -> None:
    body = file_source("cam1", "a.mp4").replace('zones = "zones.geojson"\n', "")
    plan = prepare(load_config(config_file(street, body)), RedBoxModel())
    assert plan.places[0].zones.digest == ZoneSet.empty().digest
    assert Engine(plan).run_once(threading.Event()).packages == ()
