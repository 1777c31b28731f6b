"""Counts whatever moves periodically, without knowing the exercise."""

import numpy as np

from analysis.measures import Body
from analysis.repetitions import COUNTING_HZ, SHARE_OF_TYPICAL_SWING, Count
from analysis.signals import low_pass
from analysis.swings import swings, typical_swing
from analysis.types import Repetition


def count_periodic(body: Body) -> Count:
    """The repetitions of whatever moves periodically in a cleaned track."""
    frames = np.flatnonzero(np.isfinite(body.world[:, 0, 0]))
    signal = np.full(body.timestamps_s.size, np.nan)
    if frames.size < 10:
        return Count((), "movement", signal, "body_height")
    features = body.world[frames].reshape(frames.size, -1)
    features = low_pass(features - features.mean(axis=0), body.timestamps_s[frames], cutoff_hz=COUNTING_HZ)
    _, _, axes = np.linalg.svd(features, full_matrices=False)
    component = features @ axes[0] / 1.75
    signal[frames] = component
    smallest = max(SHARE_OF_TYPICAL_SWING * typical_swing(swings(component, smallest=0.1)), 0.1)
    found = tuple(
        Repetition(number, int(frames[swing.before]), int(frames[swing.peak]), int(frames[swing.after]) + 1, True)
        for number, swing in enumerate(swings(component, smallest=smallest), start=1)
    )
    return Count(found, "movement", signal, "body_height")
