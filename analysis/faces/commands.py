"""What a process that looks for faces is asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.media.video import VideoFile


@dataclass(frozen=True, slots=True)
class Look:
    """Report second and circles of the faces in single frames of a video, in rising order, then None."""

    video: VideoFile
    pts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Report the circles of the faces in a BGR picture, then None."""

    picture: NDArray[np.uint8]


Command = Look | Search
