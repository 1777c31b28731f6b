"""Small good videos in every container and codec that our PyAV can write, to be spoilt."""

import os
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from io import BytesIO

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

os.environ.setdefault("SVT_LOG", "0")  # its encoder of AV1 would talk on the terminal
SIZE = (96, 64)
FRAMES = 16

# Suffix, container, codec, options of the container.
_KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "mp4-h264": ("mp4", "libx264", {}),
    "mp4-h264-fragmented": ("mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    "mp4-hevc": ("mp4", "libx265", {}),
    "mp4-mpeg4": ("mp4", "mpeg4", {}),
    "mp4-av1": ("mp4", "libsvtav1", {}),
    "mov-h264": ("mov", "libx264", {}),
    "mov-mjpeg": ("mov", "mjpeg", {}),
    "mov-prores": ("mov", "prores_ks", {}),
    "3gp-h264": ("3gp", "libx264", {}),
    "webm-vp8": ("webm", "libvpx", {}),
    "webm-vp9": ("webm", "libvpx-vp9", {}),
    "mkv-h264": ("matroska", "libx264", {}),
    "mkv-mjpeg": ("matroska", "mjpeg", {}),
    "avi-mpeg4": ("avi", "mpeg4", {}),
    "avi-mjpeg": ("avi", "mjpeg", {}),
    "ts-h264": ("mpegts", "libx264", {}),
    "ts-mpeg2": ("mpegts", "mpeg2video", {}),
}
_CODEC_OPTIONS = {"libx265": {"x265-params": "log-level=0"}, "libsvtav1": {"preset": "12"}}
_PIXELS = {
    "mjpeg": "yuvj420p",
    "prores_ks": "yuv422p10le",
    "gif": "rgb8",
    "huffyuv": "yuv422p",
    "png": "rgb24",
}

NAMES = tuple(_KINDS)
MP4S = tuple(name for name in NAMES if name.split("-")[0] in ("mp4", "mov", "3gp"))
PLAIN_MP4S = tuple(name for name in MP4S if "fragmented" not in name)


@cache
def seed(name: str) -> bytes:
    """A good video."""
    container, codec, options = _KINDS[name]
    return encode(container, codec, [picture(number) for number in range(FRAMES)], options=options)


def suffix(name: str) -> str:
    """Of a file of that kind."""
    return {"matroska": ".mkv", "mpegts": ".ts"}.get(_KINDS[name][0], f".{_KINDS[name][0]}")


def picture(number: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """A grey field with a bright square that wanders, RGB."""
    width, height = size
    rgb = np.full((height, width, 3), 70, np.uint8)
    side = max(1, min(width, height) // 3)
    left = number * 3 % max(1, width - side)
    rgb[side : 2 * side, left : left + side] = (230, 200, 90)
    return rgb


def encode(
    container: str,
    codec: str,
    pictures: list[NDArray[np.uint8]],
    *,
    options: dict[str, str] | None = None,
    timestamp: Callable[[int], int] = lambda number: number,
) -> bytes:
    """The pictures, 30 a second, as a file."""
    file = BytesIO()
    with av.open(file, "w", format=container, options=options or {}) as output:
        stream = output.add_stream(codec, rate=30, options=_CODEC_OPTIONS.get(codec, {}))
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = _PIXELS.get(codec, "yuv420p")
        stream.codec_context.gop_size = 8
        for number, rgb in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts, frame.time_base = timestamp(number), Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def sound_only() -> bytes:
    """A second of silence in an MP4 file."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 8000, 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def two_sizes(container: str, codec: str, first: tuple[int, int], second: tuple[int, int]) -> bytes:
    """A stream whose pictures change their size in the middle."""
    packets = []
    for size in (first, second):
        coder = av.CodecContext.create(codec, "w")
        assert isinstance(coder, av.VideoCodecContext)
        coder.width, coder.height = size
        coder.pix_fmt = _PIXELS.get(codec, "yuv420p")
        coder.time_base, coder.framerate = Fraction(1, 30), Fraction(30)
        for number in range(6):
            frame = av.VideoFrame.from_ndarray(picture(number, size), format="rgb24")
            frame.pts = number
            packets += coder.encode(frame)
        packets += coder.encode(None)
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=30)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = first
        stream.pix_fmt = _PIXELS.get(codec, "yuv420p")
        for number, packet in enumerate(packets):
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 30)
            output.mux(packet)
    return file.getvalue()
