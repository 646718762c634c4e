"""One opened stream, from its first packet to its end: the part files and cameras share."""

from __future__ import annotations

import io
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av

from xunjie.detector.errors import SourceLost
from xunjie.detector.sources.decoding import SampledDecoder
from xunjie.detector.sources.items import StreamStart
from xunjie.detector.sources.opening import time_base_of
from xunjie.detector.types import EncodedPacket, Frame, Gap

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    import numpy as np
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from xunjie.detector.clock import PtsClock
    from xunjie.detector.sources.items import Counting, Item, Sampling

log = logging.getLogger(__name__)

# A file that is mostly garbage yields errors without end.
MAX_DEMUX_ERRORS = 100


@dataclass(frozen=True, slots=True, eq=False)
class OpenStream:
    """What reading one stream needs. ``anchor_ns``: UTC instant of the first picture."""

    source_id: str
    container: InputContainer
    stream: VideoStream
    clock: PtsClock
    sampling: Sampling
    counts: Counting
    duration_s: float | None = None


class StreamReader:
    """Turns the packets of one open stream into items."""

    def __init__(self, opened: OpenStream, anchor_ns: int) -> None:
        self._o = opened
        self._anchor_ns = anchor_ns
        self._decoder = SampledDecoder(
            opened.stream.codec_context, opened.sampling, opened.counts, opened.source_id
        )
        self._index = 0
        self._has_started = False
        self._wh: tuple[int, int] | None = None

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Packets, frames, gaps until the stream ends or ``stop`` is set."""
        for packet in self._packets():
            if stop.is_set():
                return
            yield from self._on_packet(packet, time.monotonic_ns())
        yield from self._frames(self._decoder.drain(), time.monotonic_ns())

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        errors = 0
        while errors <= MAX_DEMUX_ERRORS:
            try:
                yield from (p for p in self._o.container.demux(self._o.stream) if p.size)
            except av.error.InvalidDataError:
                errors += 1
                self._o.counts.add(self._o.source_id, "bad_packets")
            except (av.error.FFmpegError, OSError) as error:
                reason = error.strerror or type(error).__name__
                raise SourceLost(self._o.source_id, f"reading stopped: {reason}") from error
            else:
                return
        raise SourceLost(self._o.source_id, f"more than {MAX_DEMUX_ERRORS} unreadable packets")

    def _on_packet(self, packet: Packet[VideoStream], mono_ns: int) -> Iterator[Item]:
        ticks = packet.pts if packet.pts is not None else packet.dts
        if packet.pts is None:
            self._o.counts.add(self._o.source_id, "packets_without_pts")
        if ticks is None:
            return
        if packet.is_corrupt:
            self._o.counts.add(self._o.source_id, "bad_packets")
        yield from self._keep_time(ticks, mono_ns)
        if packet.is_keyframe and not self._has_started:
            self._has_started = True
            yield self._start(packet, ticks)
        t_ns = self._o.clock.t_ns(ticks)
        if self._has_started:
            yield self._encoded(packet, t_ns)
        yield from self._frames(self._decoder.feed(packet, t_ns), mono_ns)

    def _keep_time(self, ticks: int, mono_ns: int) -> Iterator[Item]:
        clock, source_id = self._o.clock, self._o.source_id
        if not clock.is_anchored:
            clock.anchor(ticks, self._anchor_ns, mono_ns)
        before_ns = clock.last_ns
        cause = clock.broken_by(ticks, mono_ns)
        if cause:
            yield from self._frames(self._decoder.drain(), mono_ns)
            self._o.counts.add(source_id, "clock_breaks")
            log.warning("source %s: %s; clock anchored anew", source_id, cause)
            clock.anchor(ticks, self._now_ns(before_ns), mono_ns)
            self._has_started = False  # the ring must not join packets across the break
            yield Gap(source_id, before_ns, clock.last_ns, cause)
        skipped_ns = clock.advance(ticks)
        if skipped_ns:
            yield Gap(
                source_id, before_ns, clock.last_ns, f"no pictures for {skipped_ns / 1e9:.1f} s"
            )

    def _now_ns(self, last_ns: int) -> int:
        # A file has no other clock than its pts: it goes on where it stood.
        return last_ns if self._o.duration_s is not None else time.time_ns()

    def _start(self, packet: Packet[VideoStream], ticks: int) -> StreamStart:
        context = self._o.stream.codec_context
        return StreamStart(
            source_id=self._o.source_id,
            codec=context.name,
            frame_wh=(context.width, context.height),
            template=_template(self._o.stream, packet),
            t_ns=self._o.clock.t_ns(ticks),
            duration_s=self._o.duration_s,
        )

    def _encoded(self, packet: Packet[VideoStream], t_ns: int) -> EncodedPacket:
        return EncodedPacket(
            source_id=self._o.source_id,
            data=bytes(packet),
            pts=packet.pts,
            dts=packet.dts,
            duration=packet.duration,
            time_base=packet.time_base,
            is_keyframe=packet.is_keyframe,
            t_ns=t_ns,
        )

    def _frames(self, decoded: list[VideoFrame], mono_ns: int) -> Iterator[Item]:
        for picture in decoded:
            pts = picture.pts if picture.pts is not None else picture.dts
            if pts is None or not self._o.clock.is_anchored:
                self._o.counts.add(self._o.source_id, "frames_without_pts")
                continue
            t_ns = self._o.clock.t_ns(pts)
            self._note_size(picture)
            if self._o.sampling.is_due(t_ns):
                self._o.sampling.take(t_ns)
                yield self._frame(picture, pts, t_ns, mono_ns)

    def _note_size(self, picture: VideoFrame) -> None:
        wh = (picture.width, picture.height)
        if self._wh not in (None, wh):
            self._o.counts.add(self._o.source_id, "size_changes")
            log.warning("source %s: picture size %s became %s", self._o.source_id, self._wh, wh)
            self._has_started = False  # one clip cannot hold two sizes
        self._wh = wh

    def _frame(self, picture: VideoFrame, pts: int, t_ns: int, mono_ns: int) -> Frame:
        self._index += 1
        return Frame(
            source_id=self._o.source_id,
            index=self._index - 1,
            pts=pts,
            time_base=time_base_of(self._o.stream),
            t_ns=t_ns,
            mono_ns=mono_ns,
            image=cast("NDArray[np.uint8]", picture.to_ndarray(format="rgb24")),
        )


def _template(stream: VideoStream, keyframe: Packet[VideoStream]) -> bytes:
    """A NUT file of one keyframe: NUT keeps the codec's extradata as it is, MP4 and Matroska
    rewrite it, and then Annex B packets of a camera would not match it any more."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="nut") as container:
        target = container.add_stream_from_template(stream)
        packet = av.Packet(bytes(keyframe))
        packet.pts = packet.dts = 0
        packet.time_base = keyframe.time_base
        packet.is_keyframe = True
        packet.stream = target
        container.mux(packet)
    return buffer.getvalue()
