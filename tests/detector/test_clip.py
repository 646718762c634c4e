from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detector.clips import encode, number_in, rgb, steady
from xunjie.detector.clip import write_clip
from xunjie.detector.counters import Counters
from xunjie.detector.errors import ClipError, OutboxError
from xunjie.detector.ring import Cut, PacketRing, RingLimits
from xunjie.detector.sampling import Sampler
from xunjie.detector.sources.file import FileSource
from xunjie.detector.sources.items import StreamStart
from xunjie.detector.types import EncodedPacket, Frame

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 5, 16, 2, tzinfo=UTC)
START_NS = 1_778_896_800_000_000_000
S = 1_000_000_000


def filled(
    path: Path, until_s: float, limits: RingLimits | None = None
) -> tuple[PacketRing, list[Frame]]:
    """A ring that has read ``path`` up to a time, and the frames sampled at 5 Hz so far."""
    ring = PacketRing(limits)
    frames: list[Frame] = []
    source = FileSource("cam", path, START, Sampler(5.0), Counters())
    for item in source.items(threading.Event()):
        if isinstance(item, StreamStart):
            ring.start(item.template)
        elif isinstance(item, EncodedPacket):
            if (item.t_ns or 0) > START_NS + until_s * S:
                break
            ring.push(item)
        elif isinstance(item, Frame):
            frames.append(item)
    return ring, frames


def numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        return [number_in(rgb(f)) for f in container.decode(video=0)]


@pytest.mark.parametrize(
    ("suffix", "gop", "b_frames"),
    [("mp4", 10, 0), ("mp4", 20, 3), ("mkv", 10, 2), ("ts", 12, 2), ("mp4", 250, 2)],
)
def test_the_clip_is_the_camera_s_own_frames_with_the_decisive_one_where_it_says(
    tmp_path: Path, suffix: str, gop: int, b_frames: int
) -> None:
    path = encode(tmp_path / f"a.{suffix}", steady(20, fps=10), gop=gop, b_frames=b_frames)
    ring, frames = filled(path, 19.0)
    decisive = next(f for f in frames if f.t_ns >= START_NS + 12 * S)
    cut = ring.cut(decisive.t_ns - 6 * S, decisive.t_ns + 4 * S, decisive.t_ns)
    assert cut is not None
    info = write_clip(cut, decisive.pts, tmp_path / "clip.mp4")
    shown = numbers(tmp_path / "clip.mp4")
    first = round((info.start_ns - START_NS) / S * 10)
    assert shown == list(range(first, first + len(shown)))
    assert first <= 6 * 10
    assert first % gop == 0
    assert shown[-1] == pytest.approx(16 * 10, abs=2)
    assert shown[round(info.decisive_s * 10)] == number_in(decisive.image)
    assert info.n_frames == len(shown)


def test_the_index_stands_before_the_pictures(tmp_path: Path) -> None:
    ring, frames = filled(encode(tmp_path / "a.mp4", steady(4)), 3.9)
    cut = ring.cut(START_NS, START_NS + 3 * S, frames[0].t_ns)
    assert cut is not None
    write_clip(cut, frames[0].pts, tmp_path / "clip.mp4")
    data = (tmp_path / "clip.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


def test_packets_without_dts_get_one(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", steady(6), gop=50, b_frames=3)
    ring, frames = filled(path, 5.9)
    cut = ring.cut(START_NS, START_NS + 5 * S, frames[5].t_ns)
    assert cut is not None
    bare = Cut(cut.template, tuple(replace(p, dts=None) for p in cut.packets))
    write_clip(bare, frames[5].pts, tmp_path / "clip.mp4")
    assert numbers(tmp_path / "clip.mp4")[:126] == list(range(126))


def test_a_clip_without_the_decisive_frame_is_refused(tmp_path: Path) -> None:
    ring, frames = filled(encode(tmp_path / "a.mp4", steady(6)), 5.9)
    cut = ring.cut(START_NS, START_NS + 2 * S, START_NS)
    assert cut is not None
    with pytest.raises(ClipError, match="does not decode from the clip"):
        write_clip(cut, frames[-1].pts, tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()


def test_a_folder_that_cannot_be_written_is_the_outboxs_fault(tmp_path: Path) -> None:
    ring, frames = filled(encode(tmp_path / "a.mp4", steady(2)), 1.9)
    cut = ring.cut(START_NS, START_NS + S, START_NS)
    assert cut is not None
    with pytest.raises(OutboxError, match="No such file"):
        write_clip(cut, frames[0].pts, tmp_path / "none" / "clip.mp4")


def test_a_disk_without_room_for_the_clip_is_said_before_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, frames = filled(encode(tmp_path / "a.mp4", steady(2)), 1.9)
    cut = ring.cut(START_NS, START_NS + S, START_NS)
    assert cut is not None
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("xunjie.detector.clip.shutil.disk_usage", lambda _: full)
    with pytest.raises(OutboxError, match="no space left: 1000 bytes free"):
        write_clip(cut, frames[0].pts, tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()


def packet(t_s: float, *, key: bool, size: int = 100) -> EncodedPacket:
    pts = round(t_s * 1000)
    t_ns = START_NS + pts * 1_000_000
    return EncodedPacket("cam", bytes(size), pts, pts, 40, Fraction(1, 1000), key, t_ns)


def pushed(limits: RingLimits, packets: list[EncodedPacket]) -> PacketRing:
    ring = PacketRing(limits)
    ring.start(b"t")
    for one in packets:
        ring.push(one)
    return ring


@given(st.integers(1, 60), st.floats(1.0, 10.0), st.integers(2_000, 20_000), st.integers(10, 300))
def test_the_ring_keeps_its_bounds_and_begins_with_a_keyframe(
    gop: int, seconds: float, max_bytes: int, n: int
) -> None:
    packets = [packet(i * 0.04, key=i % gop == 0) for i in range(n)]
    ring = pushed(RingLimits(seconds, max_bytes), packets)
    assert ring.n_bytes <= max_bytes
    newest_ns = packets[-1].t_ns or 0
    cut = ring.cut(0, newest_ns, newest_ns)
    if cut is None:
        assert ring.overflows
    else:
        assert cut.packets[0].is_keyframe
        assert cut.packets[-1] is packets[-1]
        oldest_ns = cut.packets[0].t_ns or 0
        assert newest_ns - oldest_ns <= seconds * S + gop * 0.04 * S


def test_the_ring_reaches_back_as_far_as_it_promises() -> None:
    ring = pushed(RingLimits(20.0), [packet(i * 0.04, key=i % 50 == 0) for i in range(2000)])
    now_ns = START_NS + round(1999 * 0.04 * S)
    cut = ring.cut(now_ns - 20 * S, now_ns, now_ns)
    assert cut is not None
    assert (cut.packets[0].t_ns or 0) <= now_ns - 20 * S


def test_packets_of_two_connections_never_join() -> None:
    ring = pushed(RingLimits(), [packet(i * 0.04, key=i % 25 == 0) for i in range(100)])
    ring.start(b"u")
    for i in range(100):
        ring.push(packet(10 + i * 0.04, key=i % 25 == 0))
    before = ring.cut(START_NS + S, START_NS + 11 * S, START_NS + 3 * S)
    after = ring.cut(START_NS + 9 * S, START_NS + 12 * S, START_NS + 11 * S)
    assert before is not None
    assert after is not None
    assert (before.template, (before.packets[-1].t_ns or 0) - START_NS) == (b"t", 99 * S // 25)
    assert (after.template, (after.packets[0].t_ns or 0) - START_NS) == (b"u", 10 * S)


def test_what_the_ring_no_longer_holds_cannot_be_cut() -> None:
    ring = pushed(RingLimits(5.0), [packet(i * 0.04, key=i % 25 == 0) for i in range(1000)])
    assert ring.cut(START_NS, START_NS + S, START_NS) is None


def test_an_endless_group_of_pictures_is_dropped_whole_at_the_byte_limit() -> None:
    packets = [packet(i * 0.04, key=i == 0) for i in range(100)]
    ring = pushed(RingLimits(20.0, 5_000), packets)
    assert (ring.n_bytes, ring.overflows) == (0, 1)
    ring.push(packet(8.0, key=True))
    assert ring.cut(START_NS, START_NS + 9 * S, START_NS + 8 * S) is not None
