"""What a track is cleaned of before anything is measured: leaps, gaps, and what is too fast to be movement."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.motion.angles import SMOOTHING_HZ, clean_positions
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_of
from analysis.motion.signals import LONGEST_FILLED_GAP_S
from tests.skeleton import cosine, skeleton_track, times

THREE = cosine(3, 5.0, 105.0)


def test_gaps_are_filled_up_to_the_limit_and_longer_ones_stay() -> None:
    most = round(LONGEST_FILLED_GAP_S * 30) - 1  # hidden frames between two that are seen half a second apart
    true = body_of(skeleton_track("squat", THREE))
    gaps = [(0, 5), (40, 40 + most), (100, 100 + most + 1)]
    body = body_of(skeleton_track("squat", THREE, hidden=gaps))
    for name in ("image", "world"):
        values = getattr(body, name)
        assert np.isnan(values[0:5]).all(), "nothing is known before the first frame that is seen"
        assert np.isfinite(values[5:100]).all()
        assert np.isnan(values[100 : 100 + most + 1]).all()
        assert np.isfinite(values[100 + most + 1 :]).all()
    middle = slice(40, 40 + most)
    assert np.abs(body.image[middle] - true.image[middle]).max() < 30.0  # of 300 pixels to a metre
    for first, end in gaps:
        assert (body.visibility[first:end] == 0.0).all(), "filled, but never said to be seen"
        assert body.found[first:end].all() == (first == 40)


@pytest.mark.parametrize("frame", [30, 75, 90])
def test_a_leap_of_one_frame_goes(frame: int) -> None:
    track = skeleton_track("squat", THREE, noise_px=1.0)
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[frame, Landmark.RIGHT_KNEE, :2] += (150.0, -120.0)
    world[frame, Landmark.RIGHT_KNEE] += (0.5, -0.4, 0.3)
    leapt, true = body_of(replace(track, landmarks=landmarks, world=world)), body_of(track)
    knee = np.s_[5:-5, Landmark.RIGHT_KNEE]  # at the ends noise may take a frame
    assert np.abs(leapt.image[knee] - true.image[knee]).max() < 4.0
    assert np.abs(leapt.world[knee] - true.world[knee]).max() < 4.0 / 300.0


@pytest.mark.parametrize("hz", [1.0, 3.0, SMOOTHING_HZ, 10.0, 15.0])
def test_the_cut_off_is_the_declared_one(hz: float) -> None:
    """The gain of a second-order Butterworth filter, designed by the bilinear transform and run both ways."""
    fps = 60.0
    seconds = times(600, fps)
    positions = np.zeros((600, 33, 2))
    positions[:, :, 0] = 100.0 + 10.0 * np.sin(2.0 * np.pi * hz * seconds + 0.3)[:, np.newaxis]
    warped = np.tan(np.pi * hz / fps) / np.tan(np.pi * SMOOTHING_HZ / fps)
    passed = clean_positions(positions, seconds)[60:-60, 0, 0] - 100.0
    gain = 1.0 / (1.0 + warped**4)
    assert passed == pytest.approx(gain * (positions[60:-60, 0, 0] - 100.0), abs=0.1)
    if hz <= 1.0:
        assert gain > 0.99
    if hz >= 15.0:
        assert gain < 0.02
