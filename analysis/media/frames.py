"""Decoding any part of a video, reached by seeking."""

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from analysis.media.video import VideoFile, open_container

_LOOK_AHEAD = 2


def decode(video: VideoFile, start_pts: int, end_pts: int) -> Iterator[tuple[int, VideoFrame]]:
    """Timestamp and stored picture of every frame with start_pts <= timestamp < end_pts, in rising order.

    What cannot be decoded is left out, as players do.
    """
    seek_to = keyframe_before(video, start_pts)
    if seek_to > video.pts[0]:
        with open_container(video.path) as container:
            container.seek(seek_to, stream=container.streams[video.stream_index])
            frames = _frames(container, video)
            first = next(frames, None)
            if first is not None and first[0] <= start_pts:
                yield from _between(chain([first], frames), start_pts, end_pts)
                return
    # No need to seek, or the seek led too far (an index that lies, or none): from the beginning, then.
    with open_container(video.path) as container:
        yield from _between(_frames(container, video), start_pts, end_pts)


def keyframe_before(video: VideoFile, pts: int) -> int:
    """The timestamp from which decoding must start to see the picture at `pts`."""
    before = video.keyframe_pts[video.keyframe_pts <= pts]
    return int(before[-1]) if len(before) else int(video.pts[0])


def _between(
    frames: Iterable[tuple[int, VideoFrame]], start_pts: int, end_pts: int
) -> Iterator[tuple[int, VideoFrame]]:
    last_pts = start_pts - 1
    for pts, frame in frames:
        if pts >= end_pts:
            return
        if pts > last_pts:
            last_pts = pts
            yield pts, frame


def _frames(container: InputContainer, video: VideoFile) -> Iterator[tuple[int, VideoFrame]]:
    """All frames with their timestamps, both in the order of showing.

    Decoders give frames in that order, but to those of an AVI file with B-frames FFmpeg guesses timestamps that are
    swapped here and there. The oldest frame waiting gets the smallest timestamp waiting.
    """
    frames: deque[VideoFrame] = deque()
    timestamps: list[int] = []
    last_pts = int(video.pts[0]) - 1
    for frame in _decoded(container, video):
        pts = frame.dts if frame.pts is None else frame.pts
        last_pts = last_pts + 1 if pts is None else pts
        frames.append(frame)
        heappush(timestamps, last_pts)
        if len(frames) > _LOOK_AHEAD:
            yield heappop(timestamps), frames.popleft()
    while frames:
        yield heappop(timestamps), frames.popleft()


def _decoded(container: InputContainer, video: VideoFile) -> Iterator[VideoFrame]:
    for packet in container.demux(container.streams[video.stream_index]):
        try:
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    yield frame
        except av.FFmpegError as error:
            if isinstance(error, MemoryError):
                raise
