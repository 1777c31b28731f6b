"""What a process that looks for faces is asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.media.allowance import OfVideo
from analysis.media.video import VideoFile
from analysis.sandbox.room import Allowance


@dataclass(frozen=True, slots=True)
class Look(OfVideo):
    """Report second and circles of the faces in single frames of a video, in rising order, then None."""

    video: VideoFile
    pts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Report the circles of the faces in a BGR picture, then None."""

    picture: NDArray[np.uint8]

    @property
    def allowance(self) -> Allowance:
        """What the process may use up for it."""
        return Allowance(cpu_s=60.0, memory_bytes=1_000_000_000)


Command = Look | Search
