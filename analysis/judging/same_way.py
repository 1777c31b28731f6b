"""Whether an attempt goes the way of the other repetitions of its set, there and back, however far it goes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.motion.signals import Signal
from analysis.motion.swings import Swing

SAME_WAY_FROM = 0.7
"""Cosine of its change of pose with the set's median one, as for half movements. Of the given clips' attempts that are
like no neighbour (a hidden arm, getting down to the floor) none exceeds 0.3 both ways; a shallow split squat has 0.8.
"""


def goes_same_way(poses: NDArray[np.float64], attempts: Sequence[Swing], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(attempts,) whether each changes the pose in the direction of the known ones, to its turning point and back.

    Args:
        poses: (samples, values) the pose over time.
        attempts: In samples.
        known: (attempts,) those that are repetitions.
    """
    if not known.any():
        return np.zeros(len(attempts), np.bool_)
    there = np.array([(poses[one.peak] - poses[one.before]).ravel() for one in attempts])
    back = np.array([(poses[one.peak] - poses[one.after]).ravel() for one in attempts])
    return np.asarray(np.minimum(_cosines(there, known), _cosines(back, known)) >= SAME_WAY_FROM)


def _cosines(changes: NDArray[np.float64], known: NDArray[np.bool_]) -> Signal:
    usual = np.median(changes[known], axis=0)
    lengths = np.linalg.norm(changes, axis=1) * np.linalg.norm(usual)
    cosines: Signal = np.divide(changes @ usual, lengths, out=np.zeros(len(changes)), where=lengths > 0.0)
    return cosines
