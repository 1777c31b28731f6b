"""A shallow repetition that is like no neighbour is one where it goes the way of the others, there and back."""

import numpy as np

from analysis.judging.same_way import goes_same_way
from analysis.motion.swings import Swing

KNOWN = np.array([True, True, False])


def poses(third: list[list[float]]) -> np.ndarray:
    """Two repetitions of two values, and a third attempt: its pose before, at its turning point and after."""
    usual = [[0.0, 0.0], [1.0, 0.5], [0.0, 0.0]]
    return np.array([*usual, *usual, *third])


def third_goes_same_way(third: list[list[float]]) -> bool:
    attempts = [Swing(at, at + 1, at + 2, 1.0, 1.0) for at in (0, 3, 6)]
    return bool(goes_same_way(poses(third), attempts, KNOWN)[2])


def test_half_as_far_is_the_same_way_and_elsewhere_is_not() -> None:
    assert third_goes_same_way([[0.0, 0.0], [0.5, 0.25], [0.0, 0.0]])
    assert not third_goes_same_way([[0.0, 0.0], [-0.5, 1.0], [0.0, 0.0]])
    assert not third_goes_same_way([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), "who keeps still goes nowhere"


def test_it_has_to_come_back_the_same_way() -> None:
    assert not third_goes_same_way([[0.0, 0.0], [0.5, 0.25], [2.0, -3.0]])


def test_where_nothing_is_a_repetition_nothing_goes_its_way() -> None:
    attempts = [Swing(0, 1, 2, 1.0, 1.0)]
    assert not goes_same_way(poses([[0.0, 0.0]] * 3), attempts, np.array([False])).any()
