"""Whether a body is held as an exercise wants it: upright, lying, hanging, bent over."""

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Posture
from analysis.motion.angles import Points, middle
from analysis.motion.measures import trunk_inclination_deg
from analysis.motion.view import forward

UPRIGHT_UP_TO_DEG = 70.0
BENT_FROM_DEG = 15.0
LYING_FROM_DEG = 45.0


def in_posture(world: Points, posture: Posture, at_rest: Points) -> NDArray[np.bool_]:
    """(frames,) whether the body is held so; what cannot be seen is not held against it.

    Args:
        world: (frames, 33, 3) metres, at the moments that are asked for.
        posture: How it should be held.
        at_rest: (frames, 33, 3) metres, the same bodies at rest before: hands are over the shoulders of who hangs.
    """
    inclination = trunk_inclination_deg(world)
    chest_down = forward(world)[:, 1]
    hands_over_shoulders = middle(at_rest, "shoulder")[:, 1] - middle(at_rest, "wrist")[:, 1]
    match posture:
        case Posture.UPRIGHT:
            against = inclination > UPRIGHT_UP_TO_DEG
        case Posture.PRONE:
            against = (inclination < LYING_FROM_DEG) | (chest_down < 0.0)
        case Posture.SUPINE:
            against = (inclination < LYING_FROM_DEG) | (chest_down > 0.0)
        case Posture.BENT_OVER:
            against = (inclination < BENT_FROM_DEG) | (chest_down < 0.0)
        case Posture.HANGING:
            against = (inclination > UPRIGHT_UP_TO_DEG) | (hands_over_shoulders < 0.0)
        case _:
            against = np.zeros(len(world), dtype=np.bool_)
    return np.asarray(~against, np.bool_)
