"""Which movements of the whole body make one set."""

from itertools import pairwise

import numpy as np
import pytest

from analysis.judging.periodicity import Repeated, most_likely, readings, repeated_movements
from analysis.motion.movement import Poses, alike, whole_way
from analysis.motion.swings import Swing, beyond_half_way, swings, turned_round


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
    assert alike(poses, swings, poses[:, 0]).kept.tolist() == [belongs, belongs, *(True,) * 6]


@pytest.mark.parametrize("rest", [0, 20, 80])
def test_rest_between_repetitions_is_not_part_of_their_time(rest: int) -> None:
    """Six without a rest, then four of the same with one after each, as somebody does who tires."""
    once = moved(20)[0][:-1]
    rested = np.concatenate([once, np.zeros((rest, 2))])
    poses = np.concatenate([np.tile(once, (6, 1)), np.tile(rested, (4, 1)), np.zeros((1, 2))])
    found = swings(poses[:, 0], smallest=0.5)
    assert beyond_half_way(poses[:, 0], found) == pytest.approx(10.0, abs=1.0)
    assert alike(poses, found, poses[:, 0]).kept.tolist() == [True] * 10


def test_a_last_way_up_that_never_comes_back_is_found_onwards_only() -> None:
    poses, found = moved(*(20,) * 6)
    up_and_away = np.concatenate([poses, poses[1:11]])[:, 0]
    onwards = swings(up_and_away, smallest=0.5)
    against = turned_round(swings(up_and_away[::-1], smallest=0.5), up_and_away.size)
    assert [one.peak for one in onwards] == [*(one.peak for one in found), up_and_away.size - 1]
    assert [(one.before, one.peak, one.after) for one in against] == [
        (one.before, one.peak, one.after) for one in found
    ]


def test_motion_is_read_both_ways() -> None:
    poses, _ = moved(*(20,) * 6)
    assert {one.backwards for one in readings(poses)} == {False, True}
    assert len(repeated_movements(poses).swings) == len(repeated_movements(poses[::-1]).swings)


def test_what_only_one_direction_counts_is_not_believed() -> None:
    found = tuple(moved(*(20,) * 6)[1])
    more = Repeated(found, np.zeros(121), 6.0, 1.0, 1.0)
    fewer = Repeated(found[:5], np.zeros(121), 5.0, 1.0, 1.0, backwards=True)
    assert most_likely([more, fewer]) is fewer


def test_a_reading_that_explains_far_less_does_not_speak_against_the_other() -> None:
    found = tuple(moved(*(20,) * 6)[1])
    whole = Repeated(found, np.zeros(121), 6.0, 1.0, 1.0)
    part = Repeated(found[:3], np.zeros(121), 3.0, 1.0, 1.0, backwards=True)
    assert most_likely([whole, part]) is whole
    assert most_likely([]) is None


@pytest.mark.parametrize("shaken_by", [0.0, 0.05, 0.5])
def test_no_reading_explains_more_than_the_whole_way(shaken_by: float) -> None:
    """By that a part of a clip, or the whole body, is known not to outvote another reading, without being read."""
    poses, _ = moved(*(20,) * 6)
    poses = poses + shaken_by * np.random.default_rng(1).normal(size=poses.shape)
    merits = [one.merit for one in readings(poses)]
    assert 0.0 < max(merits) <= whole_way(poses)
