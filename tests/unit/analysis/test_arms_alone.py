"""Who lies on a bench and is filmed from the feet: the body is guessed, and the arms are counted by the picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.judged import evidence_of
from analysis.judging.arms_alone import as_followed
from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import SIDES, Landmark, landmark
from analysis.motion.measures import body_of
from analysis.motion.plausibility import is_followed
from analysis.options import AnalysisOptions
from analysis.types import PoseTrack
from benchmarks.grading import grade
from mannequin import Clip, Truth, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track

BENCH = find_exercise("bench_press")
ARMS = [landmark(joint, side) for joint in ("shoulder", "elbow", "wrist") for side in SIDES]


def from_the_feet(exercise: str = "bench_press") -> tuple[Clip, Truth, PoseTrack]:
    """A set whose metres are guessed, each joint's by itself; the picture is as it is."""
    clip = replace(faulty_set(exercise, "front"), fps=15.0)
    truth = truth_of(clip)
    track = true_track(clip, truth)
    seconds = track.timestamps_s[:, np.newaxis, np.newaxis]
    phases = np.random.default_rng(5).uniform(0.0, 2.0 * np.pi, (1, *track.world.shape[1:]))
    wander = 0.15 * np.sin(2.0 * np.pi * 0.7 * seconds + phases)
    return clip, truth, replace(track, world=(track.world + wander).astype(np.float32))


def one_arm_late(track: PoseTrack) -> PoseTrack:
    """The picture of one arm is guessed, too: it does the same a second later."""
    landmarks, arm = track.landmarks.copy(), [Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST]
    landmarks[:, arm] = np.roll(landmarks[:, arm], 15, axis=0)
    return replace(track, landmarks=landmarks)


def one_forearm_grows(track: PoseTrack) -> PoseTrack:
    """One forearm is not upright, or not seen for what it is: its length in the picture comes and goes."""
    landmarks = track.landmarks.copy()
    elbow, wrist = (landmarks[:, joint, :2] for joint in (Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST))
    length = 1.0 + 0.3 * np.sin(2.0 * track.timestamps_s)[:, np.newaxis]
    landmarks[:, Landmark.LEFT_WRIST, :2] = elbow + length * (wrist - elbow)
    return replace(track, landmarks=landmarks)


def test_a_bench_press_from_the_feet_is_counted_and_judged_by_its_arms() -> None:
    clip, truth, track = from_the_feet()
    assert not is_followed(body_of(track))
    report = judge(track, BENCH)
    result = grade(clip, truth, report, track, BENCH)
    assert result.exact
    assert [outcome.split("@")[0] for outcome in result.found] == ["bench_press.even", "bench_press.tempo"]
    assert result.missed + result.cannot_tell + result.as_no_rep + result.invented + result.passed_unseen == []
    assert report.quality.warnings[0].code == "followed_by_arms"


def test_a_hand_that_leaps_for_a_moment_is_no_uneven_press() -> None:
    """Where arms move fast the pose model loses a hand for a tenth of a second."""
    clip, truth, track = from_the_feet()
    landmarks = track.landmarks.copy()
    turns = [int(one.turn_s * clip.fps) for one in truth.repetitions]
    for frame in turns:
        landmarks[frame + 8 : frame + 10, Landmark.LEFT_WRIST, 1] += 50.0
    report = judge(replace(track, landmarks=landmarks), BENCH)
    told = [(fault.code, fault.repetition) for fault in report.faults if fault.code == "bench_press.even"]
    assert told == [("bench_press.even", 8)]


def test_an_elbow_bends_as_its_bones_tell_though_the_upper_arm_comes_towards_the_camera() -> None:
    clip, truth, track = from_the_feet()
    body = body_of(track)
    arms, true = as_followed(body, BENCH), body_of(true_track(clip, truth))
    for side in SIDES:
        bends = limb_angle(true.world, "elbow_flexion", side) > 45.0
        off = limb_angle(arms.world, "elbow_flexion", side) - limb_angle(true.world, "elbow_flexion", side)
        assert np.percentile(np.abs(off[bends]), 90.0) < 10.0


def test_nothing_but_the_arms_is_seen_of_it() -> None:
    track = from_the_feet()[2]
    arms = as_followed(body_of(track), BENCH)
    assert set(np.flatnonzero(arms.visibility.any(axis=0))) == set(ARMS)
    answered = {one.code for judged in judge(track, BENCH).efforts for one in judged.measurements}
    assert answered <= {"bench_press.even", "bench_press.tempo"}


@pytest.mark.parametrize("spoilt", [one_arm_late, one_forearm_grows])
def test_arms_that_cannot_be_believed_are_not_counted(spoilt: Callable[[PoseTrack], PoseTrack]) -> None:
    report = judge(spoilt(from_the_feet()[2]), BENCH)
    assert report.counts.total == 0
    assert report.quality.warnings[0].code == "nothing_followed"


@pytest.mark.parametrize("exercise", ["crunch", "glute_bridge", "push_up", "military_press", "unselected"])
def test_other_exercises_want_more_than_arms(exercise: str) -> None:
    track, told = from_the_feet()[2], find_exercise(exercise)
    body = body_of(track)
    assert as_followed(body, told) is body
    assert judge(track, told).counts.total == 0


def test_who_is_followed_is_not_reduced_to_arms() -> None:
    clip = replace(faulty_set("bench_press", "front"), fps=15.0)
    body = body_of(true_track(clip, truth_of(clip)))
    assert as_followed(body, BENCH) is body


def test_pictures_and_comparison_show_the_arms_that_were_judged() -> None:
    track = from_the_feet()[2]
    evidence = evidence_of(track, 1, BENCH, AnalysisOptions())
    assert np.array_equal(evidence.body.world, as_followed(body_of(track), BENCH).world, equal_nan=True)
    bent = evidence.angles.degrees[:, evidence.angles.names.index("left_elbow_flexion")]
    expected = limb_angle(evidence.body.world, "elbow_flexion", "left")
    assert np.nanpercentile(np.abs(bent - expected), 90.0) < 5.0
