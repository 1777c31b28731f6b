import numpy as np
import pytest

from analysis.pose.people import choose_person, count_people, same_person
from tests.unit.analysis.test_turning_points import squatting

SIZE = (1000, 500)
FRAMES = 120
TIMES = np.arange(FRAMES) / 30


def person(knee_deg: float, x: float, scale: float = 1.0) -> np.ndarray:
    """As the landmarker reports it: float32 (33, 7), x and y in widths and heights of the picture."""
    seen = np.zeros((33, 7), np.float32)
    seen[:, :2] = (squatting(knee_deg) * scale + [x, 400]) / SIZE
    seen[:, 3] = 0.9
    return seen


NOBODY = np.full((33, 7), np.nan, np.float32)
KNEE = 45 - 45 * np.cos(np.pi * TIMES)


def followed_x(chosen: np.ndarray) -> np.ndarray:
    return chosen[:, 23, 0] * SIZE[0]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("watcher_scale", [0.5, 1.0, 1.2, 2.0])
def test_the_one_who_exercises_is_followed_whatever_slot_they_are_in(swapped: bool, watcher_scale: float) -> None:
    rng = np.random.default_rng(3)
    people = np.stack([[person(bend, 200), person(rng.normal(5, 1), 700, watcher_scale), NOBODY] for bend in KNEE])
    if swapped:
        people[1::2] = people[1::2][:, [1, 2, 0]]
    chosen, count = choose_person(people, TIMES, SIZE)
    assert count == 2
    np.testing.assert_allclose(followed_x(chosen), 200, atol=1e-3)


def test_of_two_who_do_the_same_the_larger_is_followed() -> None:
    people = np.stack([[person(bend, 200, 0.6), person(bend, 700, 1.0)] for bend in KNEE])
    np.testing.assert_allclose(followed_x(choose_person(people, TIMES, SIZE)[0]), 700, atol=1e-3)


def test_a_passer_by_does_not_take_over_and_gaps_stay_gaps() -> None:
    people = np.stack([[person(bend, 500), NOBODY] for bend in KNEE])
    for frame in range(20, 60):
        people[frame, 1] = person(40 * np.sin(frame), 20 * frame - 300)
    people[80:90, 0] = NOBODY
    chosen, _ = choose_person(people, TIMES, SIZE)
    assert np.isnan(chosen[80:90]).all()
    np.testing.assert_allclose(np.delete(followed_x(chosen), np.s_[80:90]), 500, atol=1e-3)


def test_after_a_cut_the_person_is_found_again_elsewhere() -> None:
    people = np.stack([[person(bend, 200 if frame < 60 else 800)] for frame, bend in enumerate(KNEE)])
    chosen, count = choose_person(people, TIMES, SIZE)
    assert np.isfinite(chosen).all()
    assert count == 1


def test_one_person_found_twice_is_one() -> None:
    twice = np.stack([person(30, 500), person(33, 510), NOBODY])
    assert count_people(twice, SIZE) == 1
    assert count_people(np.stack([person(30, 500), person(30, 800)]), SIZE) == 2
    assert count_people(np.stack([NOBODY, NOBODY]), SIZE) == 0


def test_who_can_be_the_same_person_from_one_frame_to_the_next() -> None:
    assert same_person(person(30, 500), person(35, 512), SIZE)
    assert not same_person(person(30, 200), person(30, 800), SIZE)
    assert same_person(person(30, 200), NOBODY, SIZE)


def test_nobody_at_all() -> None:
    chosen, count = choose_person(np.full((FRAMES, 4, 33, 7), np.nan, np.float32), TIMES, SIZE)
    assert np.isnan(chosen).all()
    assert count == 0
