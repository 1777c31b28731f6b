"""Writes pictures as an H.264 file."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mannequin.picture import Picture

CLOCK = Fraction(1, 90_000)
"""Seconds of one tick of the timestamps: the usual clock of video, fine enough for any frame rate."""


def encode(
    path: Path,
    pictures: Iterable[Picture],
    timestamps_s: NDArray[np.float64],
    *,
    fps: Fraction,
    index_first: bool = True,
) -> None:
    """Write `pictures` (BGR, all of one even size) at `timestamps_s` to `path`.

    Args:
        path: Its ending names the container.
        pictures: As many as timestamps.
        timestamps_s: Rising, seconds.
        fps: Nominal frame rate, for the header.
        index_first: Put the index (moov) in front of the pictures, as for streaming.
    """
    options = {"movflags": "+faststart"} if index_first and path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=options) as container:
        stream: VideoStream | None = None
        for picture, timestamp in zip(pictures, timestamps_s, strict=True):
            if stream is None:
                stream = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "21"})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.time_base = CLOCK
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(timestamp / CLOCK), CLOCK
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())
