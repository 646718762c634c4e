from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.detector.sightings import CLASSES, START_NS, at
from xunjie.detector.mailbox import Mailbox
from xunjie.detector.pipeline import run
from xunjie.detector.recorder import Recorder, RecorderSettings
from xunjie.detector.ring import PacketRing
from xunjie.detector.stills import Album
from xunjie.detector.types import Finding, Frame, Gap, Observation, Sample
from xunjie.models.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Callable

STALL = CLASSES.index("stall")


def frame(t_s: float, source_id: str = "cam") -> Frame:
    image = np.full((16, 24, 3), int(t_s) % 250, np.uint8)
    t_ns = at(t_s)
    return Frame(source_id, 0, round(t_s * 1000), Fraction(1, 1000), t_ns, t_ns, image)


def sample(t_s: float, *, is_seen: bool = True) -> Sample:
    n = int(is_seen)
    box = np.array([[1, 1, 9, 9]] * n, np.float32).reshape(n, 4)
    ids = np.full(n, STALL, np.int32)
    found = Detections(box, np.full(n, 0.9, np.float32), ids, "m")
    return Sample("cam", at(t_s), round(t_s * 1000), (24, 16), found)


def observation(t_s: float, onset_s: float, *, is_ended: bool = False) -> Observation:
    return Observation(
        episode_id="e1", source_id="cam", class_name="stall", t_ns=at(t_s), pts=0,
        box=(1, 1, 9, 9), ground_px=(5, 9), frame_wh=(24, 16), onset_ns=at(onset_s),
        last_seen_ns=at(t_s), dwell_s=t_s - onset_s, hits=3, score=0.9, is_seen=True,
        is_ended=is_ended, watched_since_ns=START_NS,
    )  # fmt: skip


def finding(t_s: float, onset_s: float, episode_id: str = "e1") -> Finding:
    return Finding(
        rule_id="street_stall", rule_version="1", episode_id=episode_id, source_id="cam",
        class_name="stall", zone_id="z", zone_version="1", phase="enforcing",
        onset_ns=at(onset_s), decisive_ns=at(t_s), last_seen_ns=at(t_s), dwell_s=t_s - onset_s,
        score=0.9, box=(1, 1, 9, 9), why={"zh": "摊", "en": "stall"}, facts={},
    )  # fmt: skip


def recorder(max_waiting: int = 16) -> Recorder:
    return Recorder(PacketRing(), RecorderSettings(frozenset({STALL}), max_waiting=max_waiting))


def watched(kept: Recorder, from_s: int, to_s: int, onset_s: int) -> None:
    """Samples every second; the stall is seen from its onset and confirmed 2 s later."""
    for t_s in range(from_s, to_s + 1):
        confirmed = (observation(t_s, onset_s),) if t_s >= onset_s + 2 else ()
        kept.see(frame(t_s), sample(t_s, is_seen=t_s >= onset_s), confirmed)


def test_scene_and_onset_are_found_though_the_episode_is_confirmed_later() -> None:
    kept = recorder()
    watched(kept, 0, 10, onset_s=5)
    kept.record(finding(10, 5), frame(10))
    (recording,) = kept.close("end")
    assert recording.opening.scene is not None
    assert recording.opening.onset is not None
    assert recording.opening.scene.t_ns == at(4)
    assert recording.opening.onset.t_ns == at(5)
    assert recording.decisive.t_ns == at(10)


def test_an_onset_at_the_very_first_sample_has_no_scene_before_it() -> None:
    kept = recorder()
    watched(kept, 0, 4, onset_s=0)
    kept.record(finding(4, 0), frame(4))
    (recording,) = kept.close("end")
    assert recording.opening.scene is None
    assert recording.opening.onset is not None


def test_the_opening_stills_outlive_the_recent_ones_until_the_episode_ends() -> None:
    kept = recorder()
    watched(kept, 0, 300, onset_s=5)
    kept.record(finding(300, 5), frame(300))
    kept.forget([observation(300, 5, is_ended=True)])
    kept.record(finding(301, 5), frame(301))
    before, after = kept.close("end")
    assert before.opening.onset is not None
    assert after.opening.onset is None


def test_a_recording_is_due_when_its_post_roll_has_passed_and_not_before() -> None:
    kept = recorder()
    watched(kept, 0, 10, onset_s=5)
    kept.record(finding(10, 5), frame(10))
    assert kept.due(at(14.0)) == []
    (recording,) = kept.due(at(14.6))
    assert recording.cut_short is None
    assert kept.due(at(99)) == []


def test_a_recording_has_the_samples_and_gaps_around_it() -> None:
    kept = recorder()
    watched(kept, 0, 20, onset_s=5)
    kept.note_gap(Gap("cam", at(1), at(2), "before the onset"))
    kept.note_gap(Gap("cam", at(6), at(8), "while it stood"))
    kept.record(finding(20, 5), frame(20))
    (recording,) = kept.close("end")
    assert [s.t_ns for s in recording.samples] == [at(t) for t in range(14, 21)]
    assert [g.cause for g in recording.gaps] == ["while it stood"]


def test_of_too_many_recordings_the_oldest_is_handed_out_short() -> None:
    kept = recorder(max_waiting=2)
    handed = [kept.record(finding(10 + n, 5, f"e{n}"), frame(10 + n)) for n in range(3)]
    assert [len(one) for one in handed] == [0, 0, 1]
    assert handed[2][0].finding.episode_id == "e0"
    assert handed[2][0].cut_short == "too many recordings at once"


def test_pictures_without_anything_of_interest_are_not_even_encoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[int] = []

    def counting(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
        encoded.append(1)
        return b""

    monkeypatch.setattr("xunjie.detector.stills.encode_jpeg", counting)
    kept = recorder()
    for t_s in range(50):
        kept.see(frame(t_s), sample(t_s, is_seen=t_s == 30), ())
    assert len(encoded) == 2


def test_the_album_is_bounded_and_counts_what_it_lets_go() -> None:
    album = Album(max_episodes=3)
    for n in range(5):
        album.open(f"e{n}", at(n))
    assert album.dropped == 2


def test_a_still_is_the_picture_it_was_made_of() -> None:
    kept = recorder()
    watched(kept, 0, 3, onset_s=0)
    kept.record(finding(3, 0), frame(3))
    (recording,) = kept.close("end")
    assert recording.decisive.jpeg.startswith(b"\xff\xd8\xff")
    assert recording.frame_wh == (24, 16)


def test_a_full_mailbox_loses_the_oldest_frame_of_that_source_only() -> None:
    mailbox = Mailbox(per_source=2)
    kept = [mailbox.put(frame(t, "fast")) for t in (1, 2, 3)]
    kept.append(mailbox.put(frame(0, "slow")))
    assert kept == [True, True, False, True]
    taken = [mailbox.take(0.0) for _ in range(4)]
    times = [(f.source_id, f.t_ns) for f in taken if f is not None]
    assert times == [("slow", at(0)), ("fast", at(2)), ("fast", at(3))]


class OneEpisode:
    """Stands in for dwell: one observation a sample, and a last one at the end."""

    def update(self, sample: Sample) -> tuple[Observation, ...]:
        return (observation((sample.t_ns - START_NS) / 1e9, 0.0),)

    def flush(self, t_ns: int) -> tuple[Observation, ...]:
        return (observation((t_ns - START_NS) / 1e9, 0.0, is_ended=True),)


class At:
    """A rule that decides where told."""

    def __init__(self, decides: Callable[[Observation], bool]) -> None:
        self._decides = decides

    def update(self, seen: Observation) -> Finding | None:
        return finding((seen.t_ns - START_NS) / 1e9, 0.0) if self._decides(seen) else None


def test_the_pipeline_gives_findings_in_order_to_the_end_of_a_list() -> None:
    rules = [At(lambda o: o.t_ns == at(3)), At(lambda o: o.is_ended)]
    found = list(run([sample(t) for t in range(6)], OneEpisode(), rules))
    assert [f.decisive_ns for f in found] == [at(3), at(5)]


def test_no_samples_make_no_findings() -> None:
    assert list(run([], OneEpisode(), [At(lambda _: True)])) == []
