"""Where the joints of a body are in the picture, about their middle, each by how well it is seen."""

import numpy as np
from numpy.typing import NDArray

from analysis.motion.angles import Points
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import Body
from analysis.motion.signals import Signal

JOINTS = [landmark(joint, side) for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in SIDES]

HARDLY_SEEN = 0.3
"""A joint of this visibility or less tells nothing; its weight is what is above."""

Places = NDArray[np.float64]
"""(frames, values) whose distance is that of two poses."""


def weights_of(body: Body, frames: slice | NDArray[np.int64]) -> Signal:
    """(joints,) how well each of `JOINTS` is seen in the middle of some frames; 0 where it is not seen in all."""
    weights: Signal = np.clip(np.median(body.visibility[frames][:, JOINTS], axis=0) - HARDLY_SEEN, 0.0, 1.0)
    weights[~np.isfinite(body.image[frames][:, JOINTS]).all(axis=(0, 2))] = 0.0
    return weights


def places(positions: Points, weights: Signal) -> Places:
    """(frames, values) of (frames, 33, axes) pixels or metres; without values where nothing is seen."""
    points = positions[:, JOINTS][:, weights > 0.0]
    known = weights[weights > 0.0][:, np.newaxis]
    if not known.size:
        return np.zeros((len(points), 0))
    centre = (points * known).sum(axis=1, keepdims=True) / known.sum()
    about_it: Places = ((points - centre) * np.sqrt(known)).reshape(len(points), -1)
    return about_it
