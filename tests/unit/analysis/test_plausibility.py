"""What cannot be one person is neither counted nor judged, and is told as such."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.faults import NOT_FOLLOWED
from analysis.judging.judge import judge
from analysis.judging.repetitions import count
from analysis.judging.standards import hold_to_standard
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_of
from analysis.motion.plausibility import BONES, bone_changes, bones_hold, is_followed, picture_errors
from analysis.types import PoseTrack, Repetition
from analysis.verdicts import Verdict
from benchmarks.grading import grade
from mannequin import Clip, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, SIDE, cosine, joined, skeleton_track, track_of

SQUAT = find_exercise("squat")
SET = cosine(4, 5.0, 105.0)


def guessed(track: PoseTrack, frames: slice = slice(None), *, amount: float = 0.35) -> PoseTrack:
    """Every joint's metres wander by themselves, slowly enough for no smoothing to take it away; the picture stays."""
    world = track.world.copy()
    seconds = track.timestamps_s[frames, np.newaxis, np.newaxis]
    phases = np.random.default_rng(3).uniform(0.0, 2.0 * np.pi, (1, *world.shape[1:]))
    world[frames] += (amount * np.sin(2.0 * np.pi * 0.7 * seconds + phases)).astype(np.float32)
    return replace(track, world=world)


def grown(track: PoseTrack) -> PoseTrack:
    """The model takes the person for a giant and a dwarf by turns, and the picture agrees with the metres."""
    size = 1.0 + 0.4 * np.sin(2.0 * np.pi * 0.2 * track.timestamps_s)
    return replace(track, world=(track.world * size[:, np.newaxis, np.newaxis]).astype(np.float32))


@pytest.mark.parametrize("turned_deg", [SIDE, OBLIQUE, FRONT])
@pytest.mark.parametrize("exercise", ["squat", "push_up", "lateral_raise"])
def test_true_bones_keep_their_length_and_the_picture_is_what_the_metres_look_like(
    exercise: str, turned_deg: float
) -> None:
    body = body_of(skeleton_track(exercise, cosine(2, 10.0, 80.0), turned_deg=turned_deg, noise_px=2.0))
    assert np.nanmax(bone_changes(body)) < 0.05
    assert np.nanmax(picture_errors(body)) < 0.01
    assert is_followed(body)


def test_the_whole_body_is_counted_only_where_bones_keep_their_length() -> None:
    """Push-ups from above are counted on the whole body, for the elbow does not show them."""
    track = skeleton_track("push_up", cosine(4, 8.0, 95.0))
    x, y, z = (np.array(track.world[:, :, axis], dtype=np.float64) for axis in range(3))
    from_above = track_of(np.stack([z, -x, -y], axis=-1))
    assert bones_hold(body_of(from_above))
    assert judge(from_above, find_exercise("push_up")).counts.total == 4
    assert not bones_hold(body_of(grown(from_above)))
    assert is_followed(body_of(grown(from_above))), "the picture agrees with the metres"
    refused = judge(grown(from_above), find_exercise("push_up"))
    assert refused.counts.total == 0
    assert refused.quality.warnings[0].code == "nothing_followed"
    on_own_angle = judge(grown(skeleton_track("squat", SET)), SQUAT)
    assert on_own_angle.counts.total == 4


def test_arms_whose_bones_do_not_hold_outvote_no_set_of_the_knees() -> None:
    track = skeleton_track("squat", SET)
    world = track.world.copy()
    world[:, 13:23] = guessed(track).world[:, 13:23]
    body = body_of(replace(track, world=world))
    assert not bones_hold(body)
    counted = count(body, SQUAT)
    assert (counted.signal_name, len(counted.repetitions)) == ("knee_flexion", 4)


def test_who_cannot_be_followed_is_not_counted_and_not_judged_and_it_is_said() -> None:
    track = guessed(skeleton_track("squat", SET))
    assert not is_followed(body_of(track))
    report = judge(track, SQUAT)
    assert not report.repetitions
    assert not report.no_repetitions
    assert not report.faults
    assert report.score is None
    assert next(warning.code for warning in report.quality.warnings) == "nothing_followed"
    assert not np.isfinite(report.signal).any(), "a guess is no curve, and no number in the film"
    told = {one.code: (one.reason, one.repetition) for one in report.not_assessed}
    assert told == {rule.code: (NOT_FOLLOWED, None) for rule in SQUAT.rules}


def test_what_is_held_is_not_timed_either() -> None:
    plank = find_exercise("plank")
    clip = Clip("plank", repetitions=1, seconds_per_repetition=5.0, fps=15.0)
    track = true_track(clip, truth_of(clip))
    assert judge(track, plank).holds
    assert judge(guessed(track), plank).holds == ()


def test_the_benchmark_takes_a_refusal_for_what_it_is() -> None:
    clip = replace(faulty_set("squat"), fps=15.0)
    truth = truth_of(clip)
    track = guessed(true_track(clip, truth))
    result = grade(clip, truth, judge(track, SQUAT), track, SQUAT)
    assert result.refused_count
    assert len(result.cannot_tell) == result.planted > 0
    assert result.found + result.missed + result.as_no_rep + result.invented == []


def test_no_exercise_is_recognised_in_it() -> None:
    report = judge(guessed(skeleton_track("squat", SET)), find_exercise("unselected"))
    assert report.recognised is None
    assert report.counts.total == 0


def test_bones_alone_are_not_enough_as_long_as_picture_and_metres_agree() -> None:
    track = grown(skeleton_track("squat", SET))
    body = body_of(track)
    assert np.percentile(bone_changes(body), 90.0) > 0.2
    assert is_followed(body)
    assert judge(track, SQUAT).counts.total == 4


def test_hidden_bones_are_held_against_nobody() -> None:
    track = skeleton_track("squat", SET, unseen=("elbow", "wrist"))
    arms = [Landmark[f"{side}_{joint}"] for side in ("LEFT", "RIGHT") for joint in ("ELBOW", "WRIST")]
    world = track.world.copy()
    world[:, arms] = guessed(track).world[:, arms]
    assert np.nanmax(bone_changes(body_of(replace(track, world=world)))) < 0.02


def test_a_repetition_whose_landmarks_cannot_be_a_body_is_counted_and_not_judged() -> None:
    track = skeleton_track("squat", joined(cosine(12, 5.0, 75.0), np.full(30, 5.0)))
    arms = [Landmark[f"{side}_{joint}"] for side in ("LEFT", "RIGHT") for joint in ("ELBOW", "WRIST")]
    world = track.world.copy()
    world[60:120, arms] = guessed(track, slice(60, 120), amount=0.2).world[60:120, arms]
    report = judge(replace(track, world=world), SQUAT)
    assert report.counts.total == 12
    verdicts = [{one.verdict for one in judged.verdicts} for judged in report.repetitions]
    assert verdicts[1] == {Verdict.CANNOT_TELL}
    assert {one.reason for one in report.repetitions[1].verdicts} == {NOT_FOLLOWED}
    assert report.repetitions[1].score is None
    assert all(Verdict.FAIL in others for others in (verdicts[0], *verdicts[2:]))


def test_nobody_fails_the_standard_by_landmarks_that_cannot_be_a_body() -> None:
    track = skeleton_track("squat", cosine(2, 5.0, 50.0))
    repetitions = (Repetition(1, 5, 30, 56, complete=True), Repetition(2, 65, 90, 116, complete=True))
    assert len(hold_to_standard(body_of(track), SQUAT, repetitions)[1]) == 2
    wrong = body_of(guessed(track, slice(0, 60), amount=0.6))
    counted, failed = hold_to_standard(wrong, SQUAT, repetitions)
    assert [one.repetition.start for one in counted] == [5]
    assert [one.repetition.start for one in failed] == [65]


def test_a_clip_without_a_person_has_no_bones() -> None:
    track = skeleton_track("squat", SET, hidden=[(0, SET.size)])
    assert is_followed(body_of(track))
    assert np.isnan(bone_changes(body_of(track))).all()
    assert len(BONES) == 10


def test_a_face_is_no_body_whatever_the_model_imagines_below_it() -> None:
    track = skeleton_track("squat", SET)
    landmarks = track.landmarks.copy()
    landmarks[:, Landmark.LEFT_SHOULDER :, 3] = 0.1
    face = replace(track, landmarks=landmarks)
    assert not is_followed(body_of(face))
    report = judge(face, SQUAT)
    assert report.repetitions == ()
    assert {one.reason for one in report.not_assessed if one.code != "squat"} >= {NOT_FOLLOWED}
    assert judge(track, SQUAT).counts.total == 4
