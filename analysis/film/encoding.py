"""Writing H.264 that every browser and phone plays, and joining what several processes wrote.

libx264 comes inside PyAV's wheel. It is GPL-2.0-or-later: docs/deploy.md says what that means.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

# Ticks a second: divides the frame rates of film, television and phones, and rounds others by at most 6 us.
TICKS_PER_S = 90_000
# A seek decodes at most so much.
KEYFRAME_EVERY_S = 1.0
# Chosen by measurement: benchmarks/README.md. Without B-frames the parts of several processes join as they are.
_OPTIONS = {"preset": "veryfast", "crf": "24", "bf": "0", "threads": "1"}
_BT709, _LIMITED_RANGE = 1, 1


class FilmWriter:
    """Encodes BGR pictures of one even size; a context manager.

    Args:
        path: The MP4 file to write.
        size: Width and height, both even.
        fps: About; frames keep their own times.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        self._container = av.open(str(path), "w", format="mp4")
        rate = Fraction(max(1.0, fps)).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options=_OPTIONS)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, TICKS_PER_S)
        coder = self._stream.codec_context
        coder.time_base = Fraction(1, TICKS_PER_S)
        coder.gop_size = max(1, round(fps * KEYFRAME_EVERY_S))
        coder.colorspace, coder.color_primaries, coder.color_trc = _BT709, _BT709, _BT709
        coder.color_range = _LIMITED_RANGE
        self._converter = VideoReformatter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def write(self, picture: NDArray[np.uint8], time_s: float, duration_s: float) -> None:
        """Append a frame; times rise."""
        frame = self._converter.reformat(
            VideoFrame.from_ndarray(picture, format="bgr24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
        frame.pts, frame.time_base = round(time_s * TICKS_PER_S), Fraction(1, TICKS_PER_S)
        frame.duration = max(1, round(duration_s * TICKS_PER_S))
        self._container.mux(self._stream.encode(frame))


def join(parts: Sequence[tuple[float, Path]], path: Path) -> None:
    """One MP4 of parts of the same size, playable while it is still being loaded (`moov` comes first).

    Args:
        parts: Second at which each begins, and its file; in order. Those without a frame are left out.
        path: The file to write.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as joined:
        stream: VideoStream | None = None
        for start_s, part in parts:
            with av.open(str(part), "r", format="mp4") as source:
                if not source.streams.video:
                    continue
                theirs = source.streams.video[0]
                stream = stream or joined.add_stream_from_template(theirs)
                for packet in source.demux(theirs):
                    if packet.pts is None or packet.dts is None or packet.time_base is None:
                        continue
                    offset = round(start_s / packet.time_base)
                    packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                    packet.stream = stream
                    joined.mux(packet)
