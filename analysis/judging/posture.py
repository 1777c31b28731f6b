"""Whether a body is held as an exercise wants it: upright, lying, hanging, bent over."""

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Posture
from analysis.motion.angles import Points, middle
from analysis.motion.measures import trunk_inclination_deg
from analysis.motion.view import forward

UPRIGHT_UP_TO_DEG = 70.0
"""Further down only who stands on the feet is upright: a squat that leans too far is to be blamed, not left out."""

FEET_BELOW_SHARE, FEET_BESIDE_SHARE = 0.2, 0.5
"""Of the legs' length: who stands has the ankles at least so far below the hips, and at most so far beside them. Squats
and deadlifts at their lowest have them 0.2 to 0.35 beside; push-ups 0.9, who lies on a bench or the floor 0.55."""

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
            against = (inclination > UPRIGHT_UP_TO_DEG) & ~_on_the_feet(world)
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


def _on_the_feet(world: Points) -> NDArray[np.bool_]:
    """(frames,) whether the feet are below the hips."""
    hips, knees, ankles = (middle(world, joint) for joint in ("hip", "knee", "ankle"))
    legs = np.linalg.norm(knees - hips, axis=1) + np.linalg.norm(ankles - knees, axis=1)
    way = ankles - hips
    below, beside = way[:, 1], np.linalg.norm(way[:, [0, 2]], axis=1)
    return np.asarray((below >= FEET_BELOW_SHARE * legs) & (beside <= FEET_BESIDE_SHARE * legs))
