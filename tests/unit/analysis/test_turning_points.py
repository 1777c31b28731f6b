import numpy as np
import pytest

from analysis.motion.landmarks import Landmark
from analysis.pose.turning_points import TurningPoints, limb_angles

FPS = 30


def squatting(knee_deg: float) -> np.ndarray:
    """Landmarks (33, 2) seen from the side: a straight body whose knees are bent by so much."""
    points = np.zeros((33, 2), np.float32)
    heights = {"ANKLE": 0, "KNEE": 100, "HIP": 200, "SHOULDER": 300, "ELBOW": 240, "WRIST": 180}
    for side in ("LEFT", "RIGHT"):
        for joint, height in heights.items():
            points[Landmark[f"{side}_{joint}"]] = (0, -height)
        points[Landmark[f"{side}_ANKLE"]] = (
            100 * np.sin(np.radians(knee_deg)),
            -100 + 100 * np.cos(np.radians(knee_deg)),
        )
    return points


def test_limb_angles() -> None:
    angles = limb_angles(squatting(70))
    np.testing.assert_allclose(angles[[3, 7]], 110, atol=1e-3)
    np.testing.assert_allclose(angles[[2, 6]], 180, atol=1e-3)


@pytest.mark.parametrize("jitter_deg", [0, 3])
def test_the_pictures_of_all_turns_are_given_out(jitter_deg: float) -> None:
    """Three repetitions of two seconds: bottoms at 1, 3 and 5 s, tops at 2 and 4 s."""
    times = np.arange(6 * FPS) / FPS
    noise = np.random.default_rng(1).uniform(-jitter_deg, jitter_deg, len(times))
    knee = 45 - 45 * np.cos(np.pi * times) + noise
    turning_points: TurningPoints[float] = TurningPoints()
    given = [
        found
        for time, bend in zip(times, knee, strict=True)
        for found in turning_points.push(time, squatting(bend), time)
    ]
    assert len(given) <= 8
    for turn_s in (1, 2, 3, 4, 5):
        assert min(abs(turn_s - each) for each in given) < 0.15


def test_standing_still_gives_nothing_and_nobody_does_no_harm() -> None:
    turning_points: TurningPoints[int] = TurningPoints()
    for number in range(100):
        points = squatting(number % 5)
        if number % 10 == 0:
            points[:] = np.nan
        assert turning_points.push(number / FPS, points, number) == []
