"""A clip of encoded packets as MP4, byte for byte as the camera encoded them, and its proof."""

from __future__ import annotations

import io
import itertools
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av

from xunjie.detector.errors import ClipError, OutboxError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from xunjie.detector.ring import Cut
    from xunjie.detector.types import EncodedPacket

# Room for an index, the stills and the records beside the clip (which is sealed as a copy).
SPARE_BYTES = 8_000_000
# Rounding between the camera's time base and the file's.
MAX_OFF_TICKS = 2


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a written clip holds. Times as UTC ns; ``decisive_s``: offset of the decisive frame."""

    start_ns: int
    end_ns: int
    decisive_s: float
    n_frames: int
    codec: str


def write_clip(cut: Cut, decisive_pts: int, path: Path) -> ClipInfo:
    """Remux the packets into a faststart MP4 and prove that the decisive frame decodes from it.

    1. write beside ``path``  2. fsync  3. decode it and look for the frame  4. rename.
    Raises ClipError where the packets make no such clip, OutboxError where the disk refuses.
    """
    part = path.with_suffix(".part.mp4")
    _check_room(path.parent, sum(len(p.data) for p in cut.packets))
    head = cut.packets[0]
    offset_s = float((decisive_pts - (head.pts or 0)) * head.time_base)
    try:
        codec = _remux(cut, part)
        _fsync(part)
        n_frames = _probe(part, offset_s)
        part.rename(path)
    except av.error.FFmpegError as error:
        raise ClipError(f"these packets cannot be written as MP4: {error.strerror}") from error
    except OSError as error:
        raise OutboxError(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    end_ns = max(p.t_ns or 0 for p in cut.packets)
    return ClipInfo(head.t_ns or 0, end_ns, offset_s, n_frames, codec)


def _remux(cut: Cut, path: Path) -> str:
    path.touch()  # a read-only disk is told by the system, more clearly than by FFmpeg
    with av.open(io.BytesIO(cut.template), "r", format="nut") as source:
        template = source.streams.video[0]
        options = {"movflags": "+faststart"}
        with av.open(str(path), "w", format="mp4", options=options) as target:
            stream = target.add_stream_from_template(template)
            stream.time_base = cut.packets[0].time_base
            for old, (pts, dts) in zip(cut.packets, _rebased(cut.packets), strict=True):
                packet = av.Packet(old.data)
                packet.pts, packet.dts, packet.duration = pts, dts, old.duration or 0
                packet.time_base = old.time_base
                packet.is_keyframe = old.is_keyframe
                packet.stream = stream
                target.mux(packet)
        return template.codec_context.name


def _rebased(packets: Sequence[EncodedPacket]) -> list[tuple[int, int]]:
    """(pts, dts) counted from the first picture; dts made up where the source's are unusable."""
    shown = [p.pts if p.pts is not None else p.dts or 0 for p in packets]
    zero = shown[0]
    pts = [value - zero for value in shown]
    given = [p.dts for p in packets]
    if None not in given:
        dts = [value - zero for value in given if value is not None]
        if all(a < b for a, b in itertools.pairwise(dts)):
            return list(zip(pts, dts, strict=True))
    ordered = sorted(pts)
    late = max(a - b for a, b in zip(ordered, pts, strict=True))
    return [(shown_at, order - late) for shown_at, order in zip(pts, ordered, strict=True)]


def _probe(path: Path, offset_s: float) -> int:
    """How many frames the clip has. Raises ClipError unless one decodes that is shown at
    ``offset_s``. Only from the keyframe before it on: decoding it all would take seconds of CPU.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        n_frames = sum(1 for packet in container.demux(stream) if packet.size)
        wanted = (stream.start_time or 0) + round(offset_s / float(stream.time_base or 1))
        container.seek(wanted, stream=stream)
        for packet in container.demux(stream):
            if any(abs((frame.pts or 0) - wanted) <= MAX_OFF_TICKS for frame in _decoded(packet)):
                return n_frames
    raise ClipError(f"the decisive frame ({offset_s:.3f} s in) does not decode from the clip")


def _decoded(packet: Packet[VideoStream]) -> list[VideoFrame]:
    try:
        return packet.decode()
    except av.error.FFmpegError:
        return []  # a damaged stretch of the original stays in the clip as it is


def _check_room(folder: Path, size: int) -> None:
    """FFmpeg notices a full disk late or not at all, so look before writing."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise OutboxError(folder, error.strerror or str(error)) from error
    if free < 2 * size + SPARE_BYTES:
        raise OutboxError(folder, f"no space left: {free} bytes free, {2 * size} needed for a clip")


def _fsync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
