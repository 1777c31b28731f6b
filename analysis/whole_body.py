"""What is told of the whole body, whatever the exercise: values only; `analysis.judging` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldPose:
    """A pose that was held.

    Attributes:
        name: Of the pose, such as `T-Pose`.
        start: First frame.
        end: Frame after the last one.
        confidence: 0 to 1, mean over these frames.
    """

    name: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class WholeMovement:
    """How a body moved.

    Attributes:
        intensity: Mean speed of each of 12 joints such as `left_wrist`, torsos per second; NaN where never seen.
        symmetry: 0 to 1, mean over frames: 1 where left and right are mirror images, 0 from one torso apart; NaN where
            nobody was seen.
        high_movement_frames: Frames in which the whole body travels fast, rising.
    """

    intensity: Mapping[str, float]
    symmetry: float
    high_movement_frames: tuple[int, ...]
