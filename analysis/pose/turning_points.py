"""Which frames are likely to be wanted as evidence, decided while the video is still running."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark

Picture = TypeVar("Picture")

# A joint has turned when it has moved back by this much: above the jitter of the landmarks, below a repetition.
HYSTERESIS_DEG = 20.0
# One picture stands for all turns so near to it: the joints of a body turn together.
SAME_MOMENT_S = 0.1

_LIMBS = (
    ("SHOULDER", "ELBOW", "WRIST"),
    ("HIP", "SHOULDER", "ELBOW"),
    ("SHOULDER", "HIP", "KNEE"),
    ("HIP", "KNEE", "ANKLE"),
)
_TRIPLES = np.array([[Landmark[f"{side}_{joint}"] for joint in limb] for side in ("LEFT", "RIGHT") for limb in _LIMBS])


def limb_angles(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """Angles in degrees, (8,), at elbows, shoulders, hips and knees, 180 straight; points (33, 2) with square units."""
    first, joint, last = points[_TRIPLES].astype(np.float64).transpose(1, 0, 2)
    one, other = first - joint, last - joint
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    angles: NDArray[np.float64] = np.degrees(np.abs(np.arctan2(cross, (one * other).sum(axis=1))))
    return angles


class TurningPoints(Generic[Picture]):
    """Holds on to the picture at the latest extreme of each limb's angle and gives it out once the limb has turned.

    A zigzag with hysteresis per angle; at most one picture per angle is held at a time.
    """

    def __init__(self) -> None:
        self._extreme = np.full(len(_TRIPLES), np.nan)
        self._rising = np.ones(len(_TRIPLES), bool)
        self._held: list[tuple[float, Picture] | None] = [None] * len(_TRIPLES)
        self._given_s: list[float] = []

    def push(self, time_s: float, points: NDArray[np.float32], picture: Picture) -> list[Picture]:
        """Take the next frame, with the person's landmarks (33, 2); returns the pictures of turns now certain."""
        angles = limb_angles(points)
        if not np.isfinite(angles).all():
            return []
        ahead = np.where(self._rising, angles - self._extreme, self._extreme - angles)
        further = ~(ahead <= 0)
        turned = ahead < -HYSTERESIS_DEG
        wanted: list[Picture] = []
        for limb in np.flatnonzero(turned):
            wanted += self._give(self._held[limb])
        for limb in np.flatnonzero(further | turned):
            self._held[limb] = (time_s, picture)
        self._extreme = np.where(further | turned, angles, self._extreme)
        self._rising = self._rising ^ turned
        return wanted

    def _give(self, held: tuple[float, Picture] | None) -> list[Picture]:
        if held is None or any(abs(held[0] - given) < SAME_MOMENT_S for given in self._given_s[-8:]):
            return []
        self._given_s.append(held[0])
        return [held[1]]
