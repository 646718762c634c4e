from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from tests.detector.clips import WH, encode, number_in, numbered, steady
from xunjie.detector.counters import Counters
from xunjie.detector.errors import SourceError
from xunjie.detector.sampling import Sampler
from xunjie.detector.sources.file import FileSource
from xunjie.detector.sources.items import StreamStart
from xunjie.detector.types import EncodedPacket, Frame, Gap

if TYPE_CHECKING:
    from pathlib import Path

    from xunjie.detector.sources.items import Item

START = datetime(2026, 5, 16, 2, 0, 0, 250_000, tzinfo=UTC)
START_NS = 1_778_896_800_250_000_000


def read(
    path: Path, sample_hz: float = 1.0, start: datetime | None = START
) -> tuple[list[Item], Counters]:
    counts = Counters()
    source = FileSource("cam", path, start, Sampler(sample_hz), counts)
    return list(source.items(threading.Event())), counts


def frames(items: list[Item]) -> list[Frame]:
    return [item for item in items if isinstance(item, Frame)]


def seconds(items: list[Item]) -> list[float]:
    return [round((frame.t_ns - START_NS) / 1e9, 3) for frame in frames(items)]


@pytest.mark.parametrize(("gop", "b_frames"), [(25, 0), (25, 3), (250, 2), (1, 0), (40, 2)])
def test_each_sample_is_the_frame_of_its_pts(tmp_path: Path, gop: int, b_frames: int) -> None:
    path = encode(tmp_path / "a.mp4", steady(6), gop=gop, b_frames=b_frames)
    items, _ = read(path, 1.0)
    for frame in frames(items):
        assert number_in(frame.image) == round((frame.t_ns - START_NS) / 1e9 * 25)
    assert frame.wh == WH
    assert len(frames(items)) >= 4


def test_a_keyframe_a_period_means_only_keyframes_are_decoded(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", steady(10), gop=25, b_frames=2)
    items, counts = read(path, 0.5)
    assert seconds(items) == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert counts.get("cam", "frames_decoded") == 5


def test_a_long_group_of_pictures_is_sampled_between_its_keyframes(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", steady(8), gop=250, b_frames=2)
    assert seconds(read(path, 1.0)[0]) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_the_rate_is_kept_in_time_where_the_frame_rate_varies(tmp_path: Path) -> None:
    times = [*range(0, 2000, 40), *range(2000, 8000, 500), *range(8000, 10_000, 40)]
    items, _ = read(encode(tmp_path / "a.mkv", times, gop=300), 1.0)
    assert seconds(items) == [float(s) for s in range(10)]
    assert [times[number_in(f.image)] for f in frames(items)] == [s * 1000 for s in range(10)]


def test_every_packet_reaches_the_ring_with_its_time(tmp_path: Path) -> None:
    items, _ = read(encode(tmp_path / "a.mp4", steady(2), b_frames=2))
    packets = [item for item in items if isinstance(item, EncodedPacket)]
    shown = sorted(round((p.t_ns or 0) - START_NS, -6) // 10**6 for p in packets)
    assert shown == steady(2)
    start = next(item for item in items if isinstance(item, StreamStart))
    assert (start.codec, start.frame_wh) == ("h264", WH)
    assert start.duration_s == pytest.approx(2.0)


def test_the_containers_creation_time_stands_in_for_start_utc(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    encode(tmp_path / "plain.mp4", steady(1))
    with av.open(str(tmp_path / "plain.mp4")) as old, av.open(str(path), "w") as new:
        new.metadata["creation_time"] = "2026-05-16T02:00:00.000000Z"
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    items, _ = read(path, start=None)
    assert frames(items)[0].t_ns == START_NS - 250_000_000


def test_a_file_without_any_start_time_is_refused_with_the_line_to_add(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", steady(1))
    with pytest.raises(SourceError, match=r'a\.mkv: does not say when .* start_utc = "20'):
        read(path, start=None)


def test_missing_empty_folder_and_foreign_files_are_named_for_what_they_are(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("not a video, only a text\n" * 40)
    (tmp_path / "sound.wav").write_bytes(_wav())
    for name, reason in {
        "none.mp4": "no such file",
        "empty.mp4": r"the file is empty \(0 bytes\)",
        "text.mp4": "not a video",
        "sound.wav": "expected a video stream, found none",
        ".": "expected a file, found a folder",
    }.items():
        with pytest.raises(SourceError, match=reason):
            read(tmp_path / name)


def test_a_file_without_its_index_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", steady(2))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(SourceError, match="cut off before its index was written"):
        read(path)


def test_a_file_cut_off_in_the_middle_gives_what_it_has_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    whole = encode(tmp_path / "a.mp4", steady(10), gop=25)
    fast = tmp_path / "fast.mp4"
    with (
        av.open(str(whole)) as old,
        av.open(str(fast), "w", options={"movflags": "faststart"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    fast.write_bytes(fast.read_bytes()[: fast.stat().st_size // 2])
    items, counts = read(fast)
    assert 3 <= len(frames(items)) <= 7
    gap = next(item for item in items if isinstance(item, Gap))
    assert "cut off" in gap.cause
    assert (gap.end_ns - START_NS) / 1e9 == pytest.approx(10.0, abs=0.1)
    assert counts.get("cam", "cut_off") == 1


def test_garbage_in_the_middle_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", steady(10), gop=25)
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third : third + 4000] = np.random.default_rng(7).bytes(4000)
    path.write_bytes(data)
    items, counts = read(path, 5.0)
    assert counts.get("cam", "bad_packets") + counts.get("cam", "bad_frames") > 0
    assert seconds(items)[0] == 0.0
    assert seconds(items)[-1] > 9.0


def test_time_never_runs_backwards_where_pts_jump_back(tmp_path: Path) -> None:
    path = _joined(tmp_path, encode(tmp_path / "a.ts", steady(4)))
    items, counts = read(path, 2.0)
    told = [frame.t_ns for frame in frames(items)]
    assert told == sorted(set(told))
    assert seconds(items)[-1] == pytest.approx(7.5, abs=0.6)
    assert counts.get("cam", "clock_breaks") == 1
    assert any(isinstance(item, Gap) and "jumped back" in item.cause for item in items)
    assert sum(isinstance(item, StreamStart) for item in items) == 2


def test_a_hole_in_a_recording_is_kept_as_time_and_told(tmp_path: Path) -> None:
    times = [*range(0, 2000, 40), *range(62_000, 64_000, 40)]
    items, _ = read(encode(tmp_path / "a.mkv", times, gop=25), 1.0)
    assert seconds(items) == [0.0, 1.0, 62.0, 63.0]
    gap = next(item for item in items if isinstance(item, Gap))
    assert (gap.end_ns - gap.start_ns) / 1e9 == pytest.approx(60.0, abs=0.1)


def test_a_change_of_picture_size_starts_a_new_stream(tmp_path: Path) -> None:
    small = encode(tmp_path / "a.ts", steady(2))
    later = [2000 + time_ms for time_ms in steady(3)]
    big = encode(tmp_path / "b.ts", later, picture=lambda _: np.zeros((240, 320, 3), np.uint8))
    path = tmp_path / "two.ts"
    path.write_bytes(small.read_bytes() + big.read_bytes())
    items, counts = read(path, 5.0)
    assert {frame.wh for frame in frames(items)} == {WH, (320, 240)}
    assert counts.get("cam", "size_changes") == 1
    assert [i.frame_wh for i in items if isinstance(i, StreamStart)] == [WH, (320, 240)]


def test_a_set_stop_ends_reading(tmp_path: Path) -> None:
    stop = threading.Event()
    source = FileSource("cam", encode(tmp_path / "a.mp4", steady(4)), START, Sampler(1), Counters())
    seen = 0
    for _ in source.items(stop):
        seen += 1
        if seen == 10:
            stop.set()
    assert seen == 10


def test_the_number_survives_encoding() -> None:
    assert number_in(numbered(1234)) == 1234


def _joined(folder: Path, part: Path) -> Path:
    path = folder / "joined.ts"
    path.write_bytes(part.read_bytes() * 2)
    return path


def _wav() -> bytes:
    return (
        b"RIFF" + (36 + 1600).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        + b"\x01\0\x01\0" + (8000).to_bytes(4, "little") + (8000).to_bytes(4, "little")
        + b"\x01\0\x08\0data" + (1600).to_bytes(4, "little") + bytes(1600)
    )  # fmt: skip
