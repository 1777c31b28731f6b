"""Legs that leap away and come back are taken out, and true movement stays."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.leaps import ASKED, leapt_away, without_leaps
from analysis.motion.measures import body_of, body_with_leaps
from analysis.types import PoseTrack
from analysis.verdicts import Verdict
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track

BELOW_HIPS = ("knee", "ankle", "heel", "foot_index")


def split_squats() -> PoseTrack:
    """Three from the side, of which the second one rises only half the way before it and after it."""
    clip = Clip(
        "split_squat", repetitions=3, faults=("", "split_squat.top", ""), seconds_per_repetition=2.2, rest_s=0.7
    )
    return true_track(clip, truth_of(clip))


def with_both_legs_in_one_place(track: PoseTrack, first: int, end: int) -> PoseTrack:
    """What the pose model shows where it cannot tell the legs apart: each joint in the middle of both sides."""
    landmarks, world = track.landmarks.copy(), track.world.copy()
    for joint in BELOW_HIPS:
        left, right = (landmark(joint, side) for side in SIDES)
        for points in (landmarks, world):
            points[first:end, [left, right], :3] = points[first:end, [left, right], :3].mean(axis=1, keepdims=True)
    return replace(track, landmarks=landmarks, world=world)


@pytest.mark.parametrize("frames", [2, 8, 12])
def test_while_both_legs_are_in_one_place_the_knees_stay_bent(frames: int) -> None:
    track = split_squats()
    at = 110  # between the first one and the second, where the figure stands with bent knees
    torn = with_both_legs_in_one_place(track, at, at + frames)
    assert leapt_away(torn)[at : at + frames].all()
    expected, measured = (
        limb_angle(body_of(one).image, "knee_flexion", "right")[at - 10 : at + 10] for one in (track, torn)
    )
    np.testing.assert_allclose(measured, expected, atol=3.0)


def test_legs_that_leap_do_not_hide_that_somebody_does_not_rise() -> None:
    track = split_squats()
    for at in (100, 178):  # the rests before and after it
        track = with_both_legs_in_one_place(track, at, at + 12)
    report = judge(track, find_exercise("split_squat"))
    (top,) = (verdict for verdict in report.efforts[1].verdicts if verdict.code == "split_squat.top")
    assert top.verdict is Verdict.FAIL


def test_what_counts_sees_the_legs_as_they_were_found() -> None:
    track = split_squats()
    steady = body_of(track)
    assert body_with_leaps(track, steady) is steady
    torn = with_both_legs_in_one_place(track, 110, 118)
    found = body_with_leaps(torn, body_of(torn)).image[114, ASKED]
    np.testing.assert_allclose(found[0], found[1], atol=5.0)
    assert np.linalg.norm(steady.image[114, ASKED[0]] - steady.image[114, ASKED[1]]) > 20.0


@pytest.mark.parametrize("name", sorted(MOTIONS))
@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
def test_nothing_that_is_really_done_is_taken_out(name: str, fps: float) -> None:
    clip = Clip(name, repetitions=3, seconds_per_repetition=1.6, fps=fps)
    track = true_track(clip, truth_of(clip))
    assert without_leaps(track) is track


def test_a_step_that_leads_elsewhere_stays() -> None:
    track = split_squats()
    landmarks, world = track.landmarks.copy(), track.world.copy()
    ankle = landmark("ankle", "left")
    landmarks[110:, ankle, 0] += 80.0
    assert without_leaps(replace(track, landmarks=landmarks, world=world)).landmarks is landmarks


def test_nobody_and_hardly_any_frames() -> None:
    track = split_squats()
    nobody = replace(track, landmarks=np.full_like(track.landmarks, np.nan), world=np.full_like(track.world, np.nan))
    two = PoseTrack(track.landmarks[:2], track.world[:2], track.timestamps_s[:2], track.video)
    assert without_leaps(nobody) is nobody
    assert without_leaps(two) is two
