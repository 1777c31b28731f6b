"""Small video files of every awkward kind, made on the spot."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

SIZE = (96, 64)


def picture(number: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """Grey that brightens from frame to frame; upper left quarter red, so that turns and mirrors show."""
    width, height = size
    rgb = np.full((height, width, 3), 40 + number * 2 % 180, np.uint8)
    rgb[: height // 2, : width // 2] = (220, 20, 20)
    return rgb


def write_video(
    path: Path,
    pictures: Iterable[NDArray[np.uint8]] | None = None,
    *,
    frames: int = 30,
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    container: str | None = None,
    fps: int = 30,
    timestamps_ms: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    muxer_options: dict[str, str] | None = None,
    rotation: int = 0,
    mirrored: bool = False,
    pixel_shape: Fraction | None = None,
    pixels: str = "yuv420p",
) -> Path:
    """Encode pictures (RGB), by default `frames` of `picture`."""
    pictures = [picture(number, size) for number in range(frames)] if pictures is None else pictures
    with av.open(str(path), "w", format=container, options=muxer_options or {}) as output:
        stream = output.add_stream(codec, rate=fps, options=options or {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        if pixel_shape is not None:
            stream.sample_aspect_ratio = pixel_shape
        if timestamps_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
            stream.time_base = Fraction(1, 1000)
        if rotation or mirrored:
            stream.set_display_rotation(rotation, hflip=mirrored)
        for number, rgb in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            if timestamps_ms is not None:
                frame.pts, frame.time_base = timestamps_ms[number], Fraction(1, 1000)
            else:
                frame.pts, frame.time_base = number, Fraction(1, fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """A second of silence and no picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.rate = 8000
        frame.pts = 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def cut(path: Path, share: float) -> Path:
    """Leave only the first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path
