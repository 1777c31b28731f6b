"""From the picture as it is stored to the picture as it is shown: turned, unmirrored, with square pixels."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Orientation:
    """How stored pictures are turned to stand upright.

    Attributes:
        stored_size: Width and height with square pixels, before turning.
        quarter_turns: Quarter turns counterclockwise, 0 to 3.
        mirrored: Whether left and right are swapped after turning.
    """

    stored_size: tuple[int, int]
    quarter_turns: int = 0
    mirrored: bool = False

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as shown."""
        width, height = self.stored_size
        return (height, width) if self.quarter_turns % 2 else (width, height)

    @property
    def clockwise_degrees(self) -> int:
        """The turn as phones and players state it."""
        return -90 * self.quarter_turns % 360


def orientation_of(frame: VideoFrame, stream: VideoStream) -> Orientation:
    """The orientation that the frame's display matrix and the stream's pixel shape ask for."""
    quarter_turns, mirrored = _turn_of(frame)
    pixel_shape = stream.sample_aspect_ratio or Fraction(1)
    # Wider pixels: stretch the width. Nonsense ratios are as good as none.
    stretch = pixel_shape if Fraction(1, 4) < pixel_shape < 4 else Fraction(1)
    return Orientation((max(1, round(frame.width * stretch)), frame.height), quarter_turns, mirrored)


def _turn_of(frame: VideoFrame) -> tuple[int, bool]:
    """Quarter turns counterclockwise and mirroring, from the display matrix (ISO/IEC 14496-12, 6.2.2), if any."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return 0, False
    (a, b, _), (c, d, _), _ = np.frombuffer(bytes(cast(Buffer, matrix)), np.int32).reshape(3, 3).tolist()
    mirrored = a * d - b * c < 0
    if mirrored:  # undo it, (x, y) -> (-x, y), to be left with a rotation
        a, c = -a, -c
    clockwise = np.degrees(np.arctan2(b, a))
    return round(-clockwise / 90) % 4, mirrored


class UprightPictures:
    """Turns decoded frames into upright pictures of one size and pixel format.

    Keeps one converter for all frames: building one anew costs more than converting.

    Args:
        orientation: How the stored pictures stand.
        pixel_format: `rgb24` or `bgr24`.
        max_long_side: Larger pictures are shrunk to this, in pixels.
        by_whole_number: Shrink further, to a half, a third and so on, which is several times as fast.
    """

    def __init__(
        self, orientation: Orientation, pixel_format: str, max_long_side: int, *, by_whole_number: bool = False
    ) -> None:
        width, height = orientation.stored_size
        shrink = max(1.0, max(width, height) / max_long_side)
        shrink = math.ceil(shrink) if by_whole_number else shrink
        self._size = max(1, round(width / shrink)), max(1, round(height / shrink))
        self._orientation = orientation
        self._pixel_format = pixel_format
        self._converter = VideoReformatter()

    def convert(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The upright picture, (height, width, 3), C-contiguous: MediaPipe reads rubbish from anything else."""
        converted = self._converter.reformat(frame, format=self._pixel_format, threads=1)
        picture = np.asarray(converted.to_ndarray(), np.uint8)
        if picture.shape[1::-1] != self._size:
            # Less work than to let FFmpeg shrink while it converts.
            picture = np.asarray(cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        if self._orientation.quarter_turns:
            picture = np.rot90(picture, self._orientation.quarter_turns)
        if self._orientation.mirrored:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(picture)
