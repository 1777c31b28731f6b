"""Who was followed, and where the repetitions lie: frozen, with shapes and units; what was not seen is NaN."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """A video as it is shown, after rotation.

    Attributes:
        width: Pixels of the upright picture.
        height: Pixels of the upright picture.
        fps: Average frames per second over the whole clip, from its timestamps.
        frame_count: Frames that the file holds.
        duration_s: Seconds from the first frame's start to the last frame's end.
        rotation: Clockwise degrees by which the stored picture was turned to stand upright (0, 90, 180, 270).
        codec: Name of the video codec, such as `h264`.
        sha256: Hex digest of the file's bytes.
    """

    width: int
    height: int
    fps: float
    frame_count: int
    duration_s: float
    rotation: int
    codec: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """One person, followed through every frame of a video.

    Attributes:
        landmarks: float32 (frames, 33, 4): x and y in pixels of the upright picture, z in the same unit relative
            to the hips, visibility 0 to 1. NaN in x, y, z where the person was not found in the frame.
        world: float32 (frames, 33, 3): metres, origin between the hips, y downwards. NaN likewise.
        timestamps_s: float64 (frames,), strictly rising, seconds from the first frame.
        video: The video that was followed.
    """

    landmarks: NDArray[np.float32]
    world: NDArray[np.float32]
    timestamps_s: NDArray[np.float64]
    video: VideoInfo


@dataclass(frozen=True, slots=True)
class JointAngles:
    """Joint angles over time, flexion convention: 0 is straight.

    Attributes:
        degrees: float64 (frames, joints); NaN where a joint of the angle was not seen.
        names: Names of the columns, such as `left_knee_flexion`.
        timestamps_s: float64 (frames,), as in the track.
    """

    degrees: NDArray[np.float64]
    names: tuple[str, ...]
    timestamps_s: NDArray[np.float64]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """The column of that name, (frames,) degrees."""
        column: NDArray[np.float64] = self.degrees[:, self.names.index(name)]
        return column


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition, as half-open frame range [start, end) with its turning point inside.

    Attributes:
        index: 1 for the first.
        start: Frame at which the movement leaves rest.
        turn: Frame of the turning point (the bottom of a squat, the top of a curl).
        end: Frame after the last one of the way back.
        complete: False where the clip cuts the repetition off.
        side: `left` or `right` where one limb works at a time, else None.
        moves: Half-open frame range without what it stands still in near rest, at its start or end; None where that is
            all of it.
    """

    index: int
    start: int
    turn: int
    end: int
    complete: bool
    side: str | None = None
    moves: tuple[int, int] | None = None

    @property
    def moving(self) -> "Repetition":
        """The repetition without the rest that was counted with it: what its times are read from."""
        start, end = self.moves or (self.start, self.end)
        return replace(self, start=start, end=end, moves=None)
