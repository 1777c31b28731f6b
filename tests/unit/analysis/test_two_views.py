"""Sets that are seen from two sides, as motion in closed form."""

import numpy as np
import pytest

from analysis.judging.periodicity import repeated_movements
from analysis.judging.two_views import across_views
from analysis.motion.movement import GRID_HZ, Poses


def moving(repetitions: int, along: int, *, seconds_each: float = 2.0, size: float = 1.0, at: float = 0.0) -> Poses:
    """(samples, 4) that leave rest and come back along one axis; all axes lie at `at`."""
    seconds = np.arange(round(repetitions * seconds_each * GRID_HZ)) / GRID_HZ
    poses = np.full((seconds.size, 4), at)
    poses[:, along] += size * (1.0 - np.cos(2.0 * np.pi * seconds / seconds_each)) / 2.0
    return poses


@pytest.mark.parametrize(("first", "second"), [(6, 6), (8, 5), (4, 9)])
def test_both_parts_of_a_set_count_where_the_view_changes(first: int, second: int) -> None:
    poses = np.concatenate([moving(first, along=0), moving(second, along=1, at=2.0)])
    found = across_views(poses, repeated_movements(poses))
    assert len(found.swings) == pytest.approx(first + second, abs=1)
    assert found.component.shape == (len(poses),)
    peaks = [swing.peak for swing in found.swings]
    assert peaks == sorted(set(peaks))
    assert peaks[-1] < len(poses)


def test_one_view_is_read_as_a_whole() -> None:
    poses = moving(10, along=0)
    whole = repeated_movements(poses)
    assert across_views(poses, whole) is whole
    assert len(whole.swings) == pytest.approx(10, abs=1)


def test_another_movement_after_the_set_is_not_joined_to_it() -> None:
    """Ten repetitions of two seconds, then three of eight: nobody changes the tempo so."""
    poses = np.concatenate([moving(10, along=0), moving(3, along=1, seconds_each=8.0, at=2.0)])
    assert len(across_views(poses, repeated_movements(poses)).swings) <= 11


@pytest.mark.parametrize("samples", [1, 5, 60, 121])
def test_short_motion_has_no_parts(samples: int) -> None:
    poses = moving(5, along=0)[:samples]
    whole = repeated_movements(poses)
    assert across_views(poses, whole) is whole
