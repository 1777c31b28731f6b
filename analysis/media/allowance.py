"""What reading a video may use up, by its size and length: a few times what it needs (benchmarks/README.md)."""

from typing import Protocol

from analysis.media.video import VideoFile, VideoLimits
from analysis.sandbox.room import Allowance

# Interpreter, libraries, networks and pictures of 720p take 0.24 GB, and the film's encoder as much again.
_MEMORY_BYTES = 800_000_000
# A decoder keeps 17 pictures for reference at most, of up to 3 bytes a pixel (4:2:0 with 10 bits); we keep a few, too.
_BYTES_PER_PIXEL = 64
_START_S = 60.0
# Several people take 0.033 s a frame, and one megapixel 0.0016 s: this is for much slower machines.
_FRAME_S, _MEGAPIXEL_S = 0.2, 0.03


class Command(Protocol):
    """What a process can be asked."""

    @property
    def allowance(self) -> Allowance:
        """What it may use up for it."""
        ...


class OfVideo:
    """A command that goes through a video once, at most."""

    __slots__ = ()
    video: VideoFile

    @property
    def allowance(self) -> Allowance:
        """What the process may use up for it."""
        return allowance_for(self.video)


def allowance_for(video: VideoFile) -> Allowance:
    """For whatever is done with all of a video's frames once."""
    pixels = video.info.width * video.info.height
    return Allowance(
        cpu_s=_START_S + len(video.pts) * (_FRAME_S + _MEGAPIXEL_S * pixels / 1e6),
        memory_bytes=_memory_bytes(pixels),
    )


def allowance_for_checking(limits: VideoLimits) -> Allowance:
    """For finding out what a video is: reading its packets once, and decoding one picture of any size that is taken."""
    return Allowance(
        cpu_s=_START_S + limits.max_bytes / 10e6,
        memory_bytes=_memory_bytes(limits.max_long_side * limits.max_short_side),
    )


def _memory_bytes(pixels: int) -> int:
    return _MEMORY_BYTES + _BYTES_PER_PIXEL * pixels
