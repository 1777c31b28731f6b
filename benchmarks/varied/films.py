"""Variants of a clip that only the pose model can answer: another size, light, compression, turn, shape or frame rate.

Films are kept beside the poses, by the checksum of the clip that they are made of.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.media.video import VideoFile, probe
from analysis.types import PoseTrack
from benchmarks.poses import CACHE

Picture = NDArray[np.uint8]

LONG_SIDE = 1280
"""Clips are shrunk to this before anything else is done to them."""

LIGHT_LEFT, SENSOR_NOISE = 0.3, 5.0
"""A dark room: three tenths of every value, and noise of five levels, as a phone's sensor has it there."""

TICKS_PER_S = 90_000
BODY_WITH_ROOM = 1.15


@dataclass(frozen=True, slots=True)
class Film:
    """How a clip is filmed otherwise.

    Attributes:
        short_side: Pixels; None leaves the size.
        dark: Whether little light is left, and noise with it.
        crf: Of H.264; 42 leaves blocks.
        sideways: Whether pictures are stored turned by 90 degrees, with a flag that says so.
        portrait: Whether a wide picture is cut to the upright shape of a phone, around the person.
        fps: Frames a second, left out or shown twice; None leaves them.
    """

    short_side: int | None = None
    dark: bool = False
    crf: int = 20
    sideways: bool = False
    portrait: bool = False
    fps: float | None = None


FILMS = {
    "filmed at 360p": Film(short_side=360),
    "filmed at 240p": Film(short_side=240),
    "filmed in the dark": Film(dark=True),
    "strongly compressed": Film(crf=42),
    "turned, with a flag": Film(sideways=True),
    "cut to portrait": Film(portrait=True),
    "15 frames a second": Film(fps=15.0),
    "60 frames a second": Film(fps=60.0),
}


def filmed(path: Path, kind: str, track: PoseTrack) -> Path | None:
    """The clip so filmed; None where it would be no other clip (already so small, upright, or slow).

    Args:
        path: The clip.
        kind: One of `FILMS`.
        track: Who is followed in it, so that the person stays in a picture that is cut.
    """
    film, video = FILMS[kind], probe(path)
    fps, short_side = video.info.fps, min(_size(video))
    if film.short_side is not None and short_side <= film.short_side:
        return None
    if film.fps is not None and abs(fps - film.fps) < 0.2 * film.fps:
        return None
    columns = _columns(video, track) if film.portrait else slice(None)
    if columns is None:
        return None
    made = CACHE / "films" / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}-{kind.replace(' ', '-')}.mp4"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(f".{os.getpid()}.mp4")
        _write(unfinished, _changed(video, film, columns), film, fps)
        unfinished.replace(made)
    return made


def _size(video: VideoFile) -> tuple[int, int]:
    """As shown, not larger than `LONG_SIDE`."""
    shrink = min(1.0, LONG_SIDE / max(video.info.width, video.info.height))
    return round(video.info.width * shrink), round(video.info.height * shrink)


def _columns(video: VideoFile, track: PoseTrack) -> slice | None:
    """Of a wide picture, those that an upright one would show; None where the person needs nearly all."""
    width, height = _size(video)
    across = track.landmarks[:, :, 0] * (width / track.video.width)
    if width <= height or not np.isfinite(across).any():
        return None
    left, right = (float(np.nanpercentile(across, percent)) for percent in (2.0, 98.0))
    needed = max(9 / 16 * height, BODY_WITH_ROOM * (right - left))
    if needed > 0.8 * width:
        return None
    first = int(np.clip((left + right - needed) / 2.0, 0.0, width - needed))
    return slice(first, first + round(needed))


def _changed(video: VideoFile, film: Film, columns: slice) -> Iterator[tuple[float, Picture]]:
    """(second, BGR picture) of the film."""
    grain = np.random.default_rng(0)
    for second, whole in _at_rate(_pictures(video), film.fps):
        picture = whole[:, columns]
        if film.short_side is not None:
            picture = _shrunk(picture, film.short_side / min(picture.shape[:2]))
        if film.dark:
            noise = grain.normal(scale=SENSOR_NOISE, size=picture.shape).astype(np.float32)
            picture = np.clip(picture * np.float32(LIGHT_LEFT) + noise, 0, 255).astype(np.uint8)
        height, width = (length // 2 * 2 for length in picture.shape[:2])
        picture = picture[:height, :width]
        yield second, np.ascontiguousarray(np.rot90(picture) if film.sideways else picture)


def _pictures(video: VideoFile) -> Iterator[tuple[float, Picture]]:
    upright = UprightPictures(video.orientation, "bgr24", LONG_SIDE)
    first_pts, last_pts = int(video.pts[0]), int(video.pts[-1])
    for pts, frame in decode(video, first_pts, last_pts + 1):
        yield float((pts - first_pts) * video.time_base), upright.convert(frame)


def _at_rate(pictures: Iterator[tuple[float, Picture]], fps: float | None) -> Iterator[tuple[float, Picture]]:
    """Those of an even rate: of a slower one many are left out, of a faster one many are shown twice."""
    if fps is None:
        yield from pictures
        return
    shown, last = 0, None
    for second, picture in pictures:
        while last is not None and shown / fps < second:
            yield shown / fps, last
            shown += 1
        last = picture
    if last is not None:
        yield shown / fps, last


def _shrunk(picture: Picture, factor: float) -> Picture:
    height, width = picture.shape[:2]
    size = (max(2, round(width * factor)), max(2, round(height * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _write(path: Path, pictures: Iterator[tuple[float, Picture]], film: Film, fps: float) -> None:
    with av.open(str(path), "w") as output:
        rate = Fraction(film.fps or fps).limit_denominator(1001)
        # one thread, so that a film is the same wherever it is made
        stream = output.add_stream(
            "libx264", rate=rate, options={"preset": "veryfast", "crf": str(film.crf), "threads": "1"}
        )
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        if film.sideways:
            stream.set_display_rotation(270)
        for number, (second, picture) in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(second * TICKS_PER_S), Fraction(1, TICKS_PER_S)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
