"""Decoding as few frames as the sampling needs.

Where the group of pictures is no longer than the sampling period, only the keyframes that are
due get decoded, each alone. Otherwise every packet is decoded in order. The packets since the
last keyframe are held back meanwhile, so that changing over in the middle of a (suddenly long)
group of pictures loses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from xunjie.detector.sources.items import Counting, Sampling


class SampledDecoder:
    """Feeds packets to one codec context; gives the decoded frames, due or not."""

    def __init__(
        self, context: VideoCodecContext, sampling: Sampling, counts: Counting, source_id: str
    ) -> None:
        self._context = context
        self._sampling = sampling
        self._counts = counts
        self._source_id = source_id
        self._held: list[Packet[VideoStream]] = []
        self._has_keyframe = False
        self._is_eager = False
        self._keyframe_ns: int | None = None
        self._gop_ns: int | None = None

    def feed(self, packet: Packet[VideoStream], t_ns: int) -> list[VideoFrame]:
        """The frames that come out for a packet presented at ``t_ns``."""
        if packet.is_keyframe:
            self._note_keyframe(t_ns)
        elif not self._has_keyframe:
            self._counts.add(self._source_id, "packets_before_keyframe")
            return []
        if self._is_eager:
            return self._decode(packet)
        if packet.is_keyframe:
            self._held = [packet]
            return self._decode_alone(packet) if self._sampling.is_due(t_ns) else []
        self._held.append(packet)
        return self._catch_up() if self._is_overdue(t_ns) else []

    def drain(self) -> list[VideoFrame]:
        """What the decoder still holds; afterwards it waits for a keyframe."""
        frames = self._decode(None) if self._is_eager else []
        self._context.flush_buffers()
        self._held.clear()
        self._has_keyframe = self._is_eager = False
        self._keyframe_ns = None
        return frames

    def _note_keyframe(self, t_ns: int) -> None:
        self._has_keyframe = True
        if self._keyframe_ns is not None:
            self._gop_ns = t_ns - self._keyframe_ns
            if self._is_eager and self._is_gop_short():
                self._is_eager = False
                self._context.flush_buffers()
        self._keyframe_ns = t_ns

    def _is_gop_short(self) -> bool:
        return self._gop_ns is not None and self._gop_ns <= self._sampling.period_ns

    def _is_overdue(self, t_ns: int) -> bool:
        due_ns = self._sampling.due_ns
        patience_ns = self._gop_ns if self._gop_ns is not None and self._is_gop_short() else 0
        return due_ns is None or t_ns >= due_ns + patience_ns

    def _catch_up(self) -> list[VideoFrame]:
        self._is_eager = True
        held, self._held = self._held, []
        return [frame for packet in held for frame in self._decode(packet)]

    def _decode_alone(self, keyframe: Packet[VideoStream]) -> list[VideoFrame]:
        frames = self._decode(keyframe) + self._decode(None)
        self._context.flush_buffers()
        return frames

    def _decode(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            frames = self._context.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self._counts.add(self._source_id, "bad_packets")
            return []
        bad = sum(frame.is_corrupt for frame in frames)
        if bad:
            self._counts.add(self._source_id, "bad_frames", bad)
        self._counts.add(self._source_id, "frames_decoded", len(frames) - bad)
        return [frame for frame in frames if not frame.is_corrupt]
