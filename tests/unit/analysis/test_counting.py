"""Counting motion whose answer is known in closed form."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.judging.repetitions import count as repetitions_of
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import body_of
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport, Remark, Verdict
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, REAR, SIDE, cosine, joined, skeleton_track, track_of

SQUAT, UNSELECTED = find_exercise("squat"), find_exercise("unselected")
THREE = cosine(3, 5.0, 95.0)


def count(track: PoseTrack, exercise: str = "squat") -> int:
    return len(judge(track, find_exercise(exercise)).repetitions)


def turns_s(report: AnalysisReport, track: PoseTrack) -> list[float]:
    return [float(track.timestamps_s[judged.repetition.turn]) for judged in report.repetitions]


def idle(seconds: float, angle: float = 5.0, fps: float = 30.0) -> np.ndarray:
    return np.full(round(seconds * fps), angle)


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
@pytest.mark.parametrize("turned_deg", [SIDE, FRONT, REAR, OBLIQUE])
def test_three_are_three_from_every_view(exercise: str, turned_deg: float) -> None:
    assert count(skeleton_track("squat", THREE, turned_deg=turned_deg, noise_px=2.0), exercise) == 3


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
def test_the_turning_points_are_where_they_are(exercise: str) -> None:
    track = skeleton_track("squat", joined(idle(2), THREE, idle(2)))
    turns = turns_s(judge(track, find_exercise(exercise)), track)
    assert sorted(turns) == pytest.approx([3.0, 5.0, 7.0], abs=0.1)


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
def test_neither_mirror_nor_size_nor_orientation_matter(exercise: str) -> None:
    assert count(skeleton_track("squat", THREE, mirrored=True), exercise) == 3
    assert count(skeleton_track("squat", THREE, pixels_per_metre=40.0, noise_px=0.3), exercise) == 3
    assert count(skeleton_track("squat", THREE, size=(1920, 1080), shift_px=(900.0, 700.0)), exercise) == 3


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
def test_noise_and_short_gaps(exercise: str) -> None:
    track = skeleton_track("squat", THREE, noise_px=8.0, hidden=[(20, 28), (65, 75), (130, 141)])
    assert count(track, exercise) == 3


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
@pytest.mark.parametrize("fps", [10.0, 24.0, 60.0])
def test_frame_rates(exercise: str, fps: float) -> None:
    assert count(skeleton_track("squat", cosine(4, 5.0, 95.0, fps=fps), fps=fps), exercise) == 4


def test_a_variable_frame_rate() -> None:
    seconds = np.cumsum(np.random.default_rng(3).uniform(0.015, 0.09, 160))
    seconds -= seconds[0]
    angles = 5.0 + 90.0 * (1.0 - np.cos(np.pi * seconds)) / 2.0
    track = skeleton_track("squat", angles, timestamps_s=seconds)
    turns = turns_s(judge(track, SQUAT), track)
    assert turns == pytest.approx([one for one in (1.0, 3.0, 5.0, 7.0) if one < seconds[-1] - 0.2], abs=0.15)


@pytest.mark.parametrize("seconds_each", [0.5, 1.0, 6.0])
def test_fast_and_slow(seconds_each: float) -> None:
    assert count(skeleton_track("squat", cosine(5, 5.0, 95.0, seconds_each=seconds_each))) == 5


def test_a_shallow_set_is_counted_and_judged() -> None:
    report = judge(skeleton_track("squat", cosine(3, 5.0, 65.0)), SQUAT)
    assert [[fault.code for fault in judged.faults] for judged in report.repetitions] == [["squat.depth"]] * 3


def test_a_half_movement_in_a_full_set_is_not_counted() -> None:
    track = skeleton_track("squat", joined(cosine(2, 5.0, 100.0), cosine(1, 5.0, 40.0), cosine(2, 5.0, 100.0)))
    turns = turns_s(judge(track, SQUAT), track)
    assert turns == pytest.approx([1.0, 3.0, 7.0, 9.0], abs=0.2)


def test_a_drift_through_the_picture_is_no_movement() -> None:
    track = skeleton_track("squat", THREE)
    track.landmarks[:, :, 0] += np.linspace(0.0, 300.0, len(THREE))[:, np.newaxis].astype(np.float32)
    assert count(track) == 3


def test_a_clip_that_ends_at_the_bottom_or_just_after_it() -> None:
    assert count(skeleton_track("squat", THREE[: 2 * 60 + 26])) == 2
    report = judge(skeleton_track("squat", THREE[: 2 * 60 + 42]), SQUAT)
    assert [judged.repetition.complete for judged in report.repetitions] == [True, True, False]


@pytest.mark.parametrize("first_frame", [16, 19, 40])
def test_a_clip_that_starts_on_the_way_to_the_first_turning_point(first_frame: int) -> None:
    """Of 30 frames there; its way back is whole, so that it is like the others, and it is told to be cut off."""
    report = judge(skeleton_track("squat", THREE[first_frame:]), SQUAT)
    counted = 3 if first_frame < 30 else 2
    assert [judged.repetition.complete for judged in report.repetitions] == [counted == 2, *[True] * (counted - 1)]
    assert report.faults == ()


def test_getting_up_from_a_crouch_is_no_repetition() -> None:
    crouched = np.full(45, 95.0)
    track = skeleton_track("squat", joined(crouched, THREE[30:]), noise_px=1.0)
    assert count(track) == 2


def test_a_clip_that_starts_at_the_top_of_a_pull() -> None:
    track = skeleton_track("pull_up", cosine(3, 8.0, 120.0)[30:])
    assert count(track, "pull_up") == 2


@pytest.mark.parametrize("exercise", ["squat", "push_up", "biceps_curl", "unselected"])
@pytest.mark.parametrize("seconds", [1, 10])
def test_nobody_exercises(exercise: str, seconds: int) -> None:
    assert count(skeleton_track("squat", idle(seconds), noise_px=2.0), exercise) == 0


@pytest.mark.parametrize("exercise", ["squat", "unselected"])
def test_nobody_in_the_picture_and_hardly_any_frames(exercise: str) -> None:
    report = judge(skeleton_track("squat", THREE, hidden=[(0, len(THREE))]), find_exercise(exercise))
    assert report.repetitions == ()
    assert report.score is None
    assert report.quality.person_found == 0.0
    for frames in (1, 2, 4):
        assert count(skeleton_track("squat", THREE[:frames]), exercise) == 0


def test_curls_by_turns_are_counted_in_order_with_their_side() -> None:
    both = skeleton_track("biceps_curl", cosine(4, 10.0, 135.0))
    still = skeleton_track("biceps_curl", np.full(len(both.timestamps_s), 10.0))
    world = np.array(still.world, dtype=np.float64)
    right = (np.arange(len(world)) // 60) % 2 == 0
    for arm, turn in ((range(14, 23, 2), right), (range(13, 22, 2), ~right)):
        for joint in arm:
            world[turn, joint] = both.world[turn, joint]
    track = track_of(world)
    report = judge(track, find_exercise("biceps_curl"))
    assert [judged.repetition.side for judged in report.repetitions] == ["right", "left", "right", "left"]


def test_one_arm_alone() -> None:
    both = skeleton_track("biceps_curl", cosine(3, 10.0, 135.0))
    world = np.array(skeleton_track("biceps_curl", np.full(len(both.timestamps_s), 10.0)).world, dtype=np.float64)
    world[:, 14:23:2] = both.world[:, 14:23:2]
    report = judge(track_of(world), find_exercise("biceps_curl"))
    assert [judged.repetition.side for judged in report.repetitions] == ["right"] * 3


def test_walking_is_no_exercise() -> None:
    """Legs and arms swing against each other, a stride in 1.1 s."""
    frames = np.arange(300)
    stride = np.sin(2.0 * np.pi * frames / 33.0)
    standing = skeleton_track("squat", np.full(300, 5.0))
    world = np.array(standing.world, dtype=np.float64)
    for joints, sign, reach in (((25, 16), 1, 0.15), ((26, 15), -1, 0.15), ((27,), 1, 0.35), ((28,), -1, 0.35)):
        for joint in joints:
            world[:, joint, 0] += sign * reach * stride
    assert count(track_of(world), "unselected") == 0


@pytest.mark.parametrize(("stands_s", "counted"), [(1.0, 4), (5.0, 3)])
def test_who_stays_up_after_a_set_has_got_up_and_a_clip_may_end_at_lock_out(stands_s: float, counted: int) -> None:
    """Lifts of three seconds from the floor; the bar is no joint, and getting up without it looks the same."""
    rest, turn = MOTIONS["deadlift"].rest_deg, MOTIONS["deadlift"].turn_deg
    angles = joined(cosine(3.5, rest, turn, seconds_each=3.0), idle(stands_s, turn))
    assert count(skeleton_track("deadlift", angles), "deadlift") == counted


def test_one_lift_that_is_held_for_long_counts() -> None:
    rest, turn = MOTIONS["deadlift"].rest_deg, MOTIONS["deadlift"].turn_deg
    angles = joined(cosine(0.5, rest, turn, seconds_each=3.0), idle(5.0, turn))
    assert count(skeleton_track("deadlift", angles), "deadlift") == 1


def test_nobody_was_inside_a_repetition_before_he_is_seen() -> None:
    """Who comes into the picture upright, a little bent, and bends down to the bar has not lifted it."""
    rest, turn = MOTIONS["deadlift"].rest_deg, MOTIONS["deadlift"].turn_deg
    bends_down = joined(idle(2.0, turn), cosine(0.5, 0.75 * turn + 0.25 * rest, turn, seconds_each=1.0))
    lifts = joined(cosine(0.5, turn, rest), cosine(3, rest, turn, seconds_each=3.0))
    track = skeleton_track("deadlift", joined(bends_down, lifts), hidden=[(0, 60)])
    assert count(track, "deadlift") == 3


def test_the_wrong_posture_is_not_the_exercise() -> None:
    bench = skeleton_track("bench_press", cosine(1, 10.0, 95.0))
    assert count(bench, "push_up") == 0


def test_a_repetition_that_goes_so_far_that_it_leaves_the_posture_is_not_dropped() -> None:
    """A crunch to 45 degrees is a sit-up by its posture; between crunches it is one that goes too high."""
    track = skeleton_track("crunch", joined(cosine(1, 90.0, 67.0), cosine(1, 90.0, 47.0), cosine(1, 90.0, 67.0)))
    assert count(track, "crunch") == 3


def test_a_still_end_card_and_a_far_person_later() -> None:
    report = judge(skeleton_track("squat", joined(THREE, idle(4)), hidden=[(200, 300)]), SQUAT)
    assert len(report.repetitions) == 3
    assert np.isnan(report.signal[210:290]).all()
    assert len(report.signal) == len(THREE) + 120


def test_a_lock_out_that_is_held_to_the_end_of_the_clip_is_one() -> None:
    lift = joined(idle(1, 110.0), cosine(0.5, 110.0, 4.0), idle(1, 4.0))
    report = judge(skeleton_track("deadlift", lift), find_exercise("deadlift"))
    assert [judged.repetition.complete for judged in report.repetitions] == [False]


@pytest.mark.parametrize(("back_to_deg", "counted"), [(62.0, 4), (85.0, 3)])
def test_who_comes_back_less_than_half_before_the_next_one_has_done_two(back_to_deg: float, counted: int) -> None:
    """Of 100 degrees: 43 back and as deep again is a repetition and another one; 20 is a wobble."""
    one = cosine(1, 5.0, 105.0)
    down, up = one[: one.size // 2], one[one.size // 2 :]
    half_up, half_down = (np.maximum(way, back_to_deg) for way in (up, down))
    track = skeleton_track("squat", joined(one, down, half_up[half_up > back_to_deg], half_down, up, one))
    report = judge(track, SQUAT)
    assert [judged.repetition.complete for judged in report.repetitions] == [True] * counted
    assert not any(one.reason == "too_few_frames" for judged in report.repetitions for one in judged.verdicts)


def test_who_comes_back_half_twice_in_a_row_has_done_three() -> None:
    """Of 100 degrees: 50 back is a way, 35 is none by itself, and what begins half-way goes half as far."""
    one = cosine(1, 5.0, 105.0)
    down, up = one[: one.size // 2], one[one.size // 2 :]
    middle = [np.maximum(way, back_to) for back_to in (48.0, 64.0) for way in (up, down)]
    middle = [way[way > way.min()] for way in middle]
    assert count(skeleton_track("squat", joined(one, down, *middle, up, one))) == 5


def test_a_joint_that_is_lost_at_the_turning_point_makes_no_second_repetition() -> None:
    """Elbows hidden beside the head look half straight for a third of a second in the middle of a pull-up."""
    one = cosine(1, 5.0, 105.0, seconds_each=2.4)
    lost = one.copy()
    middle, half = one.size // 2, round(0.17 * 30)
    lost[middle - half : middle + half] = 60.0
    assert count(skeleton_track("squat", joined(one, lost, one))) == 3


@pytest.mark.parametrize("elbows_are_lost", [False, True])
def test_push_ups_from_above_are_counted_on_the_whole_body(elbows_are_lost: bool) -> None:
    """Seen from above the trunk looks upright, as if somebody stood; without elbows nothing tells down from up."""
    track = skeleton_track("push_up", cosine(4, 8.0, 95.0))
    seen = _without_elbows(track.world) if elbows_are_lost else track.world
    x, y, z = (np.array(seen[:, :, axis], dtype=np.float64) for axis in range(3))
    tempo = next(rule for rule in SQUAT.rules if rule.code == "squat.tempo")
    push_up = find_exercise("push_up")
    report = judge(track_of(np.stack([z, -x, -y], axis=-1)), replace(push_up, rules=(*push_up.rules, tempo)))
    assert len(report.repetitions) == 4
    assert report.signal_name == "movement"
    assert report.quality.warnings[0] == Remark("counted_on_whole_body", {"signal": ("elbow_flexion",)})
    assert report.quality.warnings[-1] == Remark("count_uncertain"), "the camera stands behind who lies"
    told = {one.reason for judged in report.repetitions for one in judged.verdicts if one.code == tempo.code}
    assert told == {"not_followed" if elbows_are_lost else None}
    assert {judged.phases[0][0] for judged in report.repetitions} == {"out" if elbows_are_lost else "descent"}
    figures = [judged.kinematics for judged in report.repetitions if judged.kinematics is not None]
    assert {one.tempo.eccentric_s is None for one in figures} == {elbows_are_lost}


@pytest.mark.parametrize(("exercise", "turned_deg"), [("push_up", SIDE), ("squat", FRONT)])
def test_who_lies_across_the_picture_or_stands_is_counted_without_a_doubt(exercise: str, turned_deg: float) -> None:
    report = judge(skeleton_track(exercise, THREE, turned_deg=turned_deg), find_exercise(exercise))
    assert report.repetitions
    assert Remark("count_uncertain") not in report.quality.warnings


def test_a_drop_is_told_of_who_is_counted_on_the_whole_body_if_it_moves_as_the_exercise_does() -> None:
    """Dips from the front, elbows lost: the body goes down and comes up, as in a dip."""
    clip = Clip("dip", repetitions=4, faults=("", "dip.tempo", "", ""), view="front")
    track = true_track(clip, truth_of(clip))
    report = judge(replace(track, world=_without_elbows(track.world)), find_exercise("dip"))
    assert report.signal_name == "movement"
    told = [one.verdict for judged in report.repetitions for one in judged.verdicts if one.code == "dip.tempo"]
    assert told == [Verdict.PASS, Verdict.FAIL, Verdict.PASS, Verdict.PASS]
    assert {judged.phases[0][0] for judged in report.repetitions} == {"descent"}


def _without_elbows(world: NDArray[np.float32]) -> NDArray[np.float32]:
    """As if the arms were straight."""
    lost = world.copy()
    for side in SIDES:
        shoulder, elbow, wrist = (landmark(joint, side) for joint in ("shoulder", "elbow", "wrist"))
        lost[:, elbow] = (lost[:, shoulder] + lost[:, wrist]) / 2.0
    return lost


def test_an_angle_that_shows_no_repetition_does_not_say_either_which_way_they_go() -> None:
    """Squats are told, the knees hardly move; three presses, in which they bend a little the other way, are three."""
    legs = np.array(skeleton_track("squat", 20.0 - THREE / 30.0).world, dtype=np.float64)
    arms = np.array(skeleton_track("military_press", cosine(3, 110.0, 10.0)).world, dtype=np.float64)
    legs[:, :23] += (arms - arms[:, [23]])[:, :23] - (legs - legs[:, [23]])[:, :23]
    counted = repetitions_of(body_of(track_of(legs)), SQUAT)
    assert (counted.signal_name, len(counted.repetitions)) == ("movement", 3)
