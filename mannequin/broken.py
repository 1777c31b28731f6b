"""Files that are no good, and unusual ones that are: one function for each way in which a video can be odd."""

import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from mannequin.body import HEIGHT
from mannequin.camera import fit
from mannequin.clip import Clip, Truth, pictures, truth_of
from mannequin.encoding import encode
from mannequin.picture import Picture, room

_TURN_MATRICES = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def zero_bytes(path: Path) -> None:
    """A file without a byte."""
    path.write_bytes(b"")


def text(path: Path) -> None:
    """A text that calls itself a video."""
    path.write_text("This is not a video, whatever its name says.\n" * 200)


def truncated(path: Path) -> None:
    """Cut off half-way, index in front: it opens, and the second half of the pictures is missing."""
    _draw(path, Clip(repetitions=1))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def unclosed(path: Path) -> None:
    """Cut off before the index at its end was written: a recording that was never closed."""
    _draw(path, Clip(repetitions=1), index_first=False)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def sound_only(path: Path) -> None:
    """Two seconds of a tone and no picture."""
    rate = 44_100
    tone = (0.2 * np.sin(2.0 * np.pi * 440.0 * np.arange(2 * rate) / rate)).astype(np.float32)[None, :]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def single_frame(path: Path) -> None:
    """One picture of a standing figure."""
    truth = truth_of(Clip(repetitions=0))
    encode(path, [next(pictures(Clip(repetitions=0), truth))], np.zeros(1), fps=Fraction(30))


def too_long(path: Path, *, minutes: float = 10.1) -> None:
    """Longer than ten minutes, with pictures so small and few that it is made in a moment."""
    _still(path, width=64, height=64, frames=round(minutes * 60.0), fps=1)


def beyond_8k(path: Path) -> None:
    """A few pictures wider than 8K and low."""
    _still(path, width=8192, height=128, frames=5, fps=10)


def empty_room(path: Path) -> None:
    """Two seconds in which nobody is in the picture."""
    _still(path, width=480, height=640, frames=60, fps=30)


BROKEN: Mapping[str, Callable[[Path], None]] = {
    each.__name__: each
    for each in (zero_bytes, text, truncated, unclosed, sound_only, single_frame, too_long, beyond_8k, empty_room)
}
"""Every way of being no good, by name."""


def turned(path: Path, clip: Clip, clockwise_deg: int) -> Truth:
    """A good mp4 whose stored pictures lie on their side; its rotation flag tells the player to turn them upright.

    Args:
        path: Of the mp4 file.
        clip: What an upright player shows.
        clockwise_deg: 90, 180 or 270, by which the stored pictures must be turned.
    """
    truth = truth_of(clip)
    stored = (np.ascontiguousarray(np.rot90(picture, clockwise_deg // 90)) for picture in pictures(clip, truth))
    encode(path, stored, truth.timestamps_s, fps=Fraction(clip.fps).limit_denominator(1001))
    data = bytearray(path.read_bytes())
    # ISO 14496-12, 8.3.2: in a version 0 track header the matrix stands 40 bytes after the start of the payload.
    matrix = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (part * 0x10000 for part in _TURN_MATRICES[clockwise_deg])
    data[matrix : matrix + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)
    return truth


def _draw(path: Path, clip: Clip, *, index_first: bool = True) -> None:
    truth = truth_of(clip)
    encode(path, pictures(clip, truth), truth.timestamps_s, fps=Fraction(30), index_first=index_first)


def _still(path: Path, *, width: int, height: int, frames: int, fps: int) -> None:
    picture: Picture = room(fit(np.array([[0.0, 0.0, 0.0], [0.0, HEIGHT, 0.0]]), width, height))
    encode(path, (picture for _ in range(frames)), np.arange(frames) / fps, fps=Fraction(fps))
