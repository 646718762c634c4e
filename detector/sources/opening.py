"""Opening a stream with PyAV, and telling faults that pass from faults that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
from av.container import InputContainer

from xunjie.detector.errors import SourceError, SourceLost

if TYPE_CHECKING:
    from fractions import Fraction

    from av.video.stream import VideoStream

# Nobody cures these by trying again soon: wrong password, wrong path, no such decoder.
PERMANENT = (
    av.error.HTTPUnauthorizedError,
    av.error.HTTPForbiddenError,
    av.error.HTTPNotFoundError,
    av.error.HTTPBadRequestError,
    av.error.DecoderNotFoundError,
    av.error.DemuxerNotFoundError,
    av.error.ProtocolNotFoundError,
    av.error.OptionNotFoundError,
)


def open_container(
    source_id: str,
    url: str,
    shown: str,
    options: dict[str, str] | None = None,
    timeout: tuple[float, float] | None = None,
) -> tuple[InputContainer, VideoStream]:
    """The opened container and its video stream. ``shown`` names it in errors (no password).

    timeout: seconds to open, seconds to read. Raises SourceError (permanent) or SourceLost.
    """
    try:
        container = av.open(url, options=options or {}, timeout=timeout)
    except PERMANENT as error:
        raise SourceError(source_id, f"{shown}: {error.strerror}") from error
    except (av.error.FFmpegError, OSError) as error:
        raise SourceLost(source_id, f"{shown}: {error.strerror or type(error).__name__}") from error
    except UnicodeError as error:
        raise SourceError(source_id, f"{shown}: unreadable header") from error
    stream = next(iter(container.streams.video), None)
    fault = _fault_of(stream)
    if stream is None or fault:
        container.close()
        raise SourceError(source_id, f"{shown}: {fault}")
    # Frame threads would delay pictures by one per thread and blur where CPU time goes; several
    # sources share the cores anyhow.
    stream.codec_context.thread_count = 1
    return container, stream


def time_base_of(stream: VideoStream) -> Fraction:
    """Seconds per tick of the stream's time stamps (every demuxer sets it)."""
    assert stream.time_base is not None
    return stream.time_base


def _fault_of(stream: VideoStream | None) -> str | None:
    if stream is None:
        return "expected a video stream, found none"
    try:
        context = stream.codec_context
    except ValueError:
        context = None
    if context is None:
        return "the video's codec is not known here"
    if not (context.width and context.height):
        return f"the {context.name} video has no picture size: header broken or nothing recorded"
    return None
