"""Which movements of the whole body make one set."""

from itertools import pairwise

import numpy as np
import pytest

from analysis.motion.movement import Poses, alike
from analysis.motion.swings import Swing


def moved(*lasting: int) -> tuple[Poses, list[Swing]]:
    """(samples, 2) poses that go out and back, each time in so many samples, and where."""
    ways = [(1.0 - np.cos(np.linspace(0.0, 2.0 * np.pi, samples, endpoint=False))) / 2.0 for samples in lasting]
    starts = np.cumsum([0, *lasting])
    swings = [Swing(int(a), int(a + b) // 2, int(b), 1.0, 1.0) for a, b in pairwise(starts)]
    course = np.concatenate([*ways, [0.0]])
    return np.stack([course, 0.5 * course], axis=1), swings


@pytest.mark.parametrize(("odd", "belongs"), [(38, True), (46, False)])
def test_what_takes_more_than_twice_the_time_is_not_of_the_set(odd: int, belongs: bool) -> None:
    """Two that are like each other and go the same way, before six of the set."""
    poses, swings = moved(odd, odd, *(20,) * 6)
    assert alike(poses, swings).kept.tolist() == [belongs, belongs, *(True,) * 6]
