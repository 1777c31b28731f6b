"""What kind of video a file holds, and whether it may be analysed; no picture but the first is decoded."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from analysis.errors import (
    CodecRefused,
    EmptyFile,
    FileTooLarge,
    NoPictures,
    NotAVideo,
    ResolutionTooHigh,
    SingleFrame,
    TooManyFrames,
    TruncatedVideo,
    VideoTooLong,
)
from analysis.media import containers
from analysis.media.orientation import Orientation, orientation_of
from analysis.types import VideoInfo

# What phones, cameras and browsers record, by FFmpeg's names. Playlists, raw streams, pictures and text are none of our
# business: a playlist named .mp4 could make FFmpeg read other files or the network. And each further demuxer or decoder
# is one more in which a stranger may look for a bug; of sound, none is needed.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
_CODECS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mpeg4", "h263", "mjpeg", "prores"}
    | {"mpeg2video"}
)
_OPENING = {
    "format_whitelist": _CONTAINERS,
    "codec_whitelist": ",".join(sorted(_CODECS)),
    "protocol_whitelist": "file",
    "probesize": "5000000",
    "analyzeduration": "5000000",
    "max_streams": "32",
}
# Whatever the file says of its size: a picture inside of it may say something else.
_MOST_PIXELS = {"max_pixels": str(8192 * 4352)}


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """The largest video that is taken.

    Attributes:
        max_duration_s: Seconds from first to last picture.
        max_bytes: Size of the file.
        max_long_side: Pixels; 8K UHD by default, in either orientation.
        max_short_side: Pixels.
        max_frames: Pictures; ten minutes of slow motion by default, at 240 a second.
    """

    max_duration_s: float = 600.0
    max_bytes: int = 500_000_000
    max_long_side: int = 7680
    max_short_side: int = 4320
    max_frames: int = 144_000


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A checked video file and what is needed to decode any part of it.

    Attributes:
        path: Where it lies.
        info: What a person would say about it.
        pts: int64 (frames,), strictly rising presentation timestamps of its pictures, in `time_base`.
        keyframe_pts: int64 (keyframes,), rising: those from which decoding can start.
        time_base: Seconds per tick.
        orientation: How stored pictures are turned to stand upright.
        frame_duration: Ticks for which the last picture is shown.
        stream_index: Which of the file's streams holds the pictures.
    """

    path: Path
    info: VideoInfo
    pts: NDArray[np.int64] = field(repr=False)
    keyframe_pts: NDArray[np.int64] = field(repr=False)
    time_base: Fraction
    orientation: Orientation
    frame_duration: int
    stream_index: int

    def seconds(self, pts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Seconds from the first frame, of timestamps in `time_base`."""
        seconds: NDArray[np.float64] = (pts - self.pts[0]) * float(self.time_base)
        return seconds

    def ticks(self, seconds: float) -> int:
        """A length of time in units of `time_base`."""
        return round(seconds / self.time_base)


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """Open with nothing allowed but local video containers; FFmpeg's errors pass through."""
    # Titles and names may be in any encoding; nobody reads them.
    with av.open(
        f"file:{path}", mode="r", options=_MOST_PIXELS, container_options=_OPENING, metadata_errors="replace"
    ) as container:
        for stream in container.streams.video:
            if stream.codec_context is not None:
                stream.codec_context.options = _MOST_PIXELS
        yield container


def probe(path: Path, limits: VideoLimits | None = None) -> VideoFile:
    """Check a file and index its pictures, by reading its packets once.

    Args:
        path: A file from a stranger.
        limits: What is taken; the defaults if None.

    Raises:
        EmptyFile, NotAVideo, TruncatedVideo, NoPictures, SingleFrame, VideoTooLong, FileTooLarge, ResolutionTooHigh,
            TooManyFrames, CodecRefused: With a sentence for the owner of the video.
        OSError: The file cannot be read at all.
    """
    path, limits = Path(path), limits or VideoLimits()
    _check_file_size(path.stat().st_size, limits)
    try:
        with open_container(path) as container:
            stream = _picture_stream(container)
            _check_resolution(stream, limits)
            index = _index_packets(container, stream, limits)
            _check_completeness(path, container, stream, index)
            _check_duration(index, limits)
            orientation = _orientation_of_first_picture(container, stream)
            # of the format, such as av1, not of the decoder that reads it here, such as libdav1d
            codec, stream_index = stream.codec_context.codec.canonical_name, stream.index
    except av.FFmpegError as error:
        raise _unreadable(path) from error

    width, height = orientation.upright_size
    seconds_per_frame = float((index.pts[-1] - index.pts[0]) * index.time_base) / (len(index.pts) - 1)
    info = VideoInfo(
        width=width,
        height=height,
        fps=1.0 / seconds_per_frame,
        frame_count=len(index.pts),
        duration_s=index.duration_s,
        rotation=orientation.clockwise_degrees,
        codec=codec,
        sha256=_digest(path),
    )
    return VideoFile(
        path=path,
        info=info,
        pts=index.pts,
        keyframe_pts=index.keyframe_pts,
        time_base=index.time_base,
        orientation=orientation,
        frame_duration=index.last_duration,
        stream_index=stream_index,
    )


@dataclass(frozen=True, slots=True)
class _PacketIndex:
    """What the packets of the picture stream say, without decoding them."""

    pts: NDArray[np.int64]
    keyframe_pts: NDArray[np.int64]
    time_base: Fraction
    last_duration: int
    packet_count: int
    broken: bool

    @property
    def duration_s(self) -> float:
        """Seconds from the first picture's start to the last one's end."""
        return float((int(self.pts[-1] - self.pts[0]) + self.last_duration) * self.time_base)


def _check_file_size(size: int, limits: VideoLimits) -> None:
    if size == 0:
        raise EmptyFile("The file is empty. Please upload the video again.")
    if size > limits.max_bytes:
        raise FileTooLarge(
            f"The file has {size / 1e6:.0f} MB; at most {limits.max_bytes / 1e6:.0f} MB are taken. "
            "Please shorten the video or lower its resolution."
        )


def _picture_stream(container: InputContainer) -> VideoStream:
    pictures = [
        stream for stream in container.streams.video if not stream.disposition & av.stream.Disposition.attached_pic
    ]
    if not pictures and container.streams.audio:
        raise NoPictures("The file holds sound but no moving picture.")
    if not pictures or pictures[0].codec_context is None:
        raise NotAVideo("No picture in this file can be read. Please upload a video, such as an MP4 or MOV file.")
    largest = max(pictures, key=lambda stream: stream.width * stream.height)
    if largest.codec_context.name not in _CODECS:
        raise CodecRefused(
            f"The pictures are stored as {largest.codec_context.codec.canonical_name}, which is not taken. "
            "Please export the video as MP4 with H.264."
        )
    return largest


def _check_resolution(stream: VideoStream, limits: VideoLimits) -> None:
    long_side, short_side = max(stream.width, stream.height), min(stream.width, stream.height)
    if long_side > limits.max_long_side or short_side > limits.max_short_side:
        raise ResolutionTooHigh(
            f"The picture has {stream.width} x {stream.height} pixels; at most "
            f"{limits.max_long_side} x {limits.max_short_side} are taken."
        )


def _index_packets(container: InputContainer, stream: VideoStream, limits: VideoLimits) -> _PacketIndex:
    shown: list[int] = []
    keyframes: list[int] = []
    last, last_duration = -(2**63), 0
    packet_count, broken = 0, False
    try:
        for number, packet in enumerate(container.demux(stream)):
            if number > limits.max_frames:
                raise TooManyFrames(
                    f"The video has more than {limits.max_frames} pictures. "
                    "Please shorten it, or record fewer pictures a second."
                )
            if packet.size == 0:
                continue
            packet_count += 1
            broken = broken or packet.is_corrupt
            # AVI knows no presentation times, only the order of decoding.
            timestamp = packet.dts if packet.pts is None else packet.pts
            if timestamp is None or packet.is_discard:
                continue
            shown.append(timestamp)
            if timestamp > last:
                last, last_duration = timestamp, packet.duration or 0
            if packet.is_keyframe:
                keyframes.append(timestamp)
    except av.FFmpegError:
        broken = True
    pts = np.unique(np.asarray(shown, np.int64))
    typical = int(np.median(np.diff(pts))) if len(pts) > 1 else 0
    time_base = stream.time_base or Fraction(1, 30)
    keyframe_pts = np.unique(np.asarray(keyframes, np.int64))
    return _PacketIndex(pts, keyframe_pts, time_base, last_duration or typical, packet_count, broken)


def _check_completeness(path: Path, container: InputContainer, stream: VideoStream, index: _PacketIndex) -> None:
    # `moov` lists every sample of a plain MP4 (and `avih` of an AVI), which beats counting bytes: the boxes of some
    # recorders end beyond the file though every sample is there. Fragmented MP4 and Matroska have only their sizes.
    promised = stream.frames
    cut = index.packet_count < promised if promised else containers.missing_bytes(path) > 0
    if cut or index.broken:
        raise TruncatedVideo(
            f"The file ends before the video does: {index.packet_count} of "
            f"{promised or 'its'} pictures are there. The upload was probably cut off; please upload it again."
        )
    if index.packet_count == 0:
        raise NotAVideo(f"There is no picture in this {container.format.name.split(',')[0]} file.")
    if len(index.pts) <= 1:
        raise SingleFrame("The video is a single picture; a movement needs more. Please record the whole exercise.")


def _check_duration(index: _PacketIndex, limits: VideoLimits) -> None:
    if index.duration_s > limits.max_duration_s:
        raise VideoTooLong(
            f"The video lasts {_minutes(index.duration_s)}; at most {_minutes(limits.max_duration_s)} are taken. "
            "Please cut it to the exercise."
        )


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} minutes"


def _orientation_of_first_picture(container: InputContainer, stream: VideoStream) -> Orientation:
    """How to turn the pictures, read off the first one that decodes."""
    container.seek(stream.start_time or 0, stream=stream)
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                return orientation_of(frame, stream)
        except av.InvalidDataError:
            continue
    raise NotAVideo("Not one picture of this video can be decoded. Please export it again, as MP4 with H.264.")


def _unreadable(path: Path) -> NotAVideo | TruncatedVideo:
    if containers.lacks_mp4_index(path):
        return TruncatedVideo(
            "The recording was never finished: the index at its end is missing, so that no picture can be read. "
            "The upload was cut off, or the camera stopped without closing the file; please send the video again."
        )
    if containers.looks_like_a_video(path):
        return TruncatedVideo("The file begins like a video but cannot be read. Please upload it again.")
    return NotAVideo("This file is not a video that can be read. Please upload an MP4, MOV, WebM, MKV or AVI file.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
