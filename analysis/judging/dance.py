"""How a body moves as a whole: how much each joint, how alike both sides, and when a lot.

Lengths are in torsos, from the body's height, so that size, distance and the picture's shape do not matter.
"""

import numpy as np

from analysis.motion.angles import Points, middle
from analysis.motion.landmarks import SIDES, Landmark, landmark
from analysis.motion.measures import Body
from analysis.motion.pose_measures import torso_px
from analysis.motion.signals import Signal
from analysis.whole_body import WholeMovement

JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_LIMBS = ("elbow", "wrist", "knee", "ankle")
HIGH_MOVEMENT_TORSOS_PER_S = 1.5
"""The dance server's limit, 0.015 of the picture a frame at 30 frames a second, for a person whose torso is 0.3
of the picture."""


def whole_movement(body: Body) -> WholeMovement:
    """How the body moved from the first frame to the last."""
    intensity = {
        f"{side}_{joint}": _mean(_speed(body.image[:, landmark(joint, side)], body))
        for joint in JOINTS
        for side in SIDES
    }
    travel = _speed(body.image.mean(axis=1), body)
    fast = np.flatnonzero(np.nan_to_num(travel) > HIGH_MOVEMENT_TORSOS_PER_S)
    return WholeMovement(intensity, _mean(_symmetry(body)), tuple(int(frame) for frame in fast))


def _speed(point: Points, body: Body) -> Signal:
    """(frames,) torsos per second of a (frames, 2) point."""
    if len(point) < 2:
        return np.full(len(point), np.nan)
    velocity = np.gradient(point, body.timestamps_s, axis=0)
    return np.asarray(np.linalg.norm(velocity, axis=1)) / torso_px(body)


def _symmetry(body: Body) -> Signal:
    """(frames,) how alike the limbs of both sides lie, mirrored at the middle of the shoulders."""
    centre_x = middle(body.image, "shoulder")[:, 0]
    apart = []
    for joint in _LIMBS:
        left, right = (body.image[:, Landmark[f"{side.upper()}_{joint.upper()}"]] for side in SIDES)
        mirrored = np.column_stack((2.0 * centre_x - right[:, 0], right[:, 1]))
        apart.append(np.linalg.norm(left - mirrored, axis=1) / torso_px(body))
    return np.asarray(np.clip(1.0 - np.mean(apart, axis=0), 0.0, 1.0))


def _mean(values: Signal) -> float:
    seen = values[np.isfinite(values)]
    return float(seen.mean()) if len(seen) else float("nan")
