"""What counts and what does not: no-reps with their reason, and both sides."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from analysis.judging.exercise import Exercise, Posture, Rule, all_exercises, find_exercise
from analysis.judging.half_movements import HALF_MOVEMENT, attempts
from analysis.judging.judge import judge
from analysis.judging.repetitions import count
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_of
from analysis.pictures.selection import picture_names
from analysis.report import report_document
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport, Counts
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, SIDE, Angles, cosine, joined, skeleton_track, track_of

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
SQUAT = find_exercise("squat")
SIZE, SHIFT = (1920, 1080), (960.0, 700.0)
"""Room for a body that lies."""


def on_the_own_angle(*, at_the_turn: bool) -> list[tuple[Exercise, Rule]]:
    """Exercises with a standard on the angle that cycles: one for the turning point, or one for the rest."""
    return [
        (exercise, rule)
        for exercise in all_exercises()
        for rule in exercise.rules
        if exercise.cycle and rule.standard and rule.measure == exercise.cycle.angle
        if ((rule.at_least is not None) == exercise.cycle.rising) == at_the_turn
    ]


def code(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else value.name if isinstance(value, Exercise) else None


def set_of(exercise: Exercise, angles: Angles) -> AnalysisReport:
    turned_deg = SIDE if exercise.views[0] == "side" or exercise.name == "pull_up" else FRONT
    return judge(skeleton_track(exercise.name, angles, turned_deg=turned_deg, size=SIZE, shift_px=SHIFT), exercise)


def _share_that_fails(exercise: Exercise, rule: Rule) -> float:
    """Of the way: less than half, or short of the standard where that is nearer to rest."""
    motion = MOTIONS[exercise.name]
    assert rule.standard is not None
    return min(0.45, (rule.standard.limit - motion.rest_deg) / (motion.turn_deg - motion.rest_deg) - 0.08)


# What fails the standard of a crunch or bridge hardly moves, and is no attempt.
ATTEMPTS = [
    (exercise, rule) for exercise, rule in on_the_own_angle(at_the_turn=True) if _share_that_fails(exercise, rule) > 0.3
]


@pytest.mark.parametrize(("exercise", "rule"), ATTEMPTS, ids=code)
def test_a_repetition_that_turns_far_too_early_is_a_no_rep(exercise: Exercise, rule: Rule) -> None:
    motion = MOTIONS[exercise.name]
    rest, turn = motion.rest_deg, motion.turn_deg
    assert rule.standard is not None
    short = rest + _share_that_fails(exercise, rule) * (turn - rest)
    report = set_of(exercise, joined(cosine(2, rest, turn), cosine(1, rest, short), cosine(2, rest, turn)))
    assert report.counts.total == 4
    assert [(one.reason in (rule.code, HALF_MOVEMENT), one.repetition.index) for one in report.no_repetitions] == [
        (True, 1)
    ]
    assert report.no_repetitions[0].repetition.turn == pytest.approx(150, abs=4)


@pytest.mark.parametrize(("exercise", "rule"), on_the_own_angle(at_the_turn=False), ids=code)
def test_a_set_that_never_comes_back_to_rest_is_one_of_no_reps(exercise: Exercise, rule: Rule) -> None:
    motion = MOTIONS[exercise.name]
    assert rule.standard is not None
    assert exercise.cycle is not None
    never = rule.standard.limit + (8.0 if exercise.cycle.rising else -8.0)
    report = set_of(exercise, cosine(3, never, motion.turn_deg))
    assert report.counts.total == 0
    assert [one.reason for one in report.no_repetitions] == [rule.code] * 3
    for one in report.no_repetitions:
        assert one.limit == rule.standard.limit
        assert abs(one.measured - never) < 10.0


def test_less_than_half_a_squat_is_reported_beside_the_count_with_what_was_measured() -> None:
    squats = joined(cosine(2, 5.0, 100.0), cosine(1, 5.0, 56.0), cosine(1, 5.0, 100.0))
    report = judge(skeleton_track("squat", squats), SQUAT)
    assert [judged.repetition.index for judged in report.repetitions] == [1, 2, 3]
    (failed,) = report.no_repetitions
    assert (failed.reason, failed.limit, failed.unit) == ("squat.depth", 60.0, "deg")
    assert failed.measured == pytest.approx(56.0, abs=3.0)
    assert not any(fault.frame in range(failed.repetition.start, failed.repetition.end) for fault in report.faults)


def test_an_attempt_that_meets_the_standard_counts_though_the_metres_make_it_less_than_half() -> None:
    """Metres understate strong flexion; the standard is measured in pixels, where the camera stands at the side."""
    raises = find_exercise("front_raise")
    seen, understated = (joined(cosine(2, 5.0, 90.0), cosine(1, 5.0, up), cosine(2, 5.0, 90.0)) for up in (65.0, 36.0))
    metres = skeleton_track("front_raise", understated).world
    for shown, counted in ((seen, 5), (understated, 4)):
        report = judge(replace(skeleton_track("front_raise", shown), world=metres), raises)
        assert report.counts.total == counted
        assert [one.reason for one in report.no_repetitions] == [HALF_MOVEMENT] * (5 - counted)
        told = {judged.repetition.index for judged in report.repetitions for fault in judged.faults}
        assert told == ({3} if counted == 5 else set()), "too low, and counted at its place"


@pytest.mark.parametrize("lost", [slice(0, 2), slice(-2, None)])
def test_who_is_lost_for_a_moment_is_still_told_the_half_movement_beside_it(lost: slice) -> None:
    """The pose model often finds nobody in a clip's first picture."""
    halves = joined(cosine(1, 5.0, 45.0), cosine(3, 5.0, 100.0), cosine(1, 5.0, 45.0))
    track = skeleton_track("squat", halves)
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[lost], world[lost] = np.nan, np.nan
    report = judge(replace(track, landmarks=landmarks, world=world), SQUAT)
    assert report.counts.total == 3
    assert [one.reason for one in report.no_repetitions] == [HALF_MOVEMENT] * 2


@pytest.mark.parametrize(("turned_deg", "share", "counted"), [(SIDE, 0.4, 4), (FRONT, 0.4, 5), (FRONT, 0.3, 4)])
def test_what_may_have_been_half_counts(turned_deg: float, share: float, counted: int) -> None:
    """The model shows less of a half movement than was done, from elsewhere more so than from the side."""
    push_ups = find_exercise("push_up")
    bent = joined(cosine(2, 10.0, 100.0), cosine(1, 10.0, 10.0 + 90.0 * share), cosine(2, 10.0, 100.0))
    report = judge(skeleton_track("push_up", bent, turned_deg=turned_deg, size=SIZE, shift_px=SHIFT), push_ups)
    assert report.counts.total == counted
    assert [one.reason for one in report.no_repetitions] == [HALF_MOVEMENT] * (5 - counted)


@pytest.mark.parametrize(("shown", "counted"), [(0.62, 5), (0.35, 4)])
def test_what_is_half_in_the_picture_counts_though_the_metres_make_it_a_quarter(shown: float, counted: int) -> None:
    """From 45 degrees the model shows shallow chins as 0.28 of the way, of which the picture shows 0.59."""
    curls = find_exercise("biceps_curl")
    seen, understated = (
        skeleton_track(
            "biceps_curl",
            joined(cosine(2, 10.0, 130.0), cosine(1, 10.0, 10.0 + 120.0 * share), cosine(2, 10.0, 130.0)),
            turned_deg=OBLIQUE,
        )
        for share in (shown, 0.25)
    )
    report = judge(replace(seen, world=understated.world), curls)
    assert report.counts.total == counted
    assert [one.reason for one in report.no_repetitions] == [HALF_MOVEMENT] * (5 - counted)


def test_a_way_along_the_line_of_sight_is_not_measured_in_the_picture() -> None:
    """From the front a knee that is pulled a third of the way forward goes 0.8 of its way across the picture."""
    clip = Clip(
        exercise="mountain_climber",
        view="front",
        repetitions=8,
        faults=("",) * 3 + ("mountain_climber.knee!",) + ("",) * 4,
    )
    report = judge(true_track(clip, truth_of(clip)), find_exercise("mountain_climber"))
    assert report.counts == Counts(total=7, left=3, right=4)
    assert [(one.reason, one.repetition.side) for one in report.no_repetitions] == [(HALF_MOVEMENT, "left")]


def test_what_may_have_been_half_counts_for_its_side_where_limbs_take_turns() -> None:
    motion = MOTIONS["mountain_climber"]
    shallow = motion.rest_deg + 0.46 * (motion.turn_deg - motion.rest_deg)
    turns = (motion.turn_deg,) * 3 + (shallow,) + (motion.turn_deg,) * 4
    clip = Clip(exercise="mountain_climber", repetitions=8, turn_deg=turns)
    report = judge(true_track(clip, truth_of(clip)), find_exercise("mountain_climber"))
    assert report.counts == Counts(total=8, left=4, right=4)
    assert [fault.code for fault in report.repetitions[3].faults] == ["mountain_climber.knee"]


@pytest.mark.parametrize(("turned_deg", "told"), [(SIDE, 0), (FRONT, 1)])
def test_a_small_attempt_is_told_from_where_less_of_it_is_seen(turned_deg: float, told: int) -> None:
    """Attempts at 0.4 of the way were shown as 0.13 to 0.2 from elsewhere, and as 0.22 from the side."""
    squats = joined(cosine(2, 5.0, 105.0), cosine(1, 5.0, 23.0), cosine(2, 5.0, 105.0))
    report = judge(skeleton_track("squat", squats, turned_deg=turned_deg), SQUAT)
    assert report.counts.total == 4
    assert [one.reason for one in report.no_repetitions] == [HALF_MOVEMENT] * told


def test_a_half_movement_is_told_where_the_whole_body_is_counted() -> None:
    track = skeleton_track("squat", joined(cosine(2, 5.0, 105.0), cosine(1, 5.0, 35.0), cosine(2, 5.0, 105.0)))
    body = body_of(track)
    presses = find_exercise("military_press")
    counted = count(body, presses)
    assert counted.signal_name == "movement"
    assert [round(one.share, 1) for one in attempts(body, replace(presses, posture=Posture.ANY), counted)] == [0.3]


def test_nothing_is_lost_between_what_counts_and_what_is_less_than_half() -> None:
    """Less than half of the deep ones, which count for most, and more than half of most: it was neither, and silent."""
    deep, usual = [cosine(1, 5.0, 125.0)] * 4, [cosine(1, 5.0, 87.0)] * 5
    report = set_of(SQUAT, joined(*deep, cosine(1, 5.0, 60.0), *usual))
    told = [one.repetition.turn for one in report.repetitions]
    told += [one.repetition.turn for one in report.no_repetitions]
    assert len(told) == 10
    assert any(240 < turn < 300 for turn in told)


def test_what_cannot_be_measured_counts() -> None:
    """From the front nobody can tell how far a knee is bent: the benefit of the doubt."""
    shallow = cosine(3, 5.0, 56.0)
    assert judge(skeleton_track("squat", shallow), SQUAT).counts.total == 0
    from_the_front = judge(skeleton_track("squat", shallow, turned_deg=FRONT), SQUAT)
    assert from_the_front.counts.total == 3
    assert from_the_front.no_repetitions == ()


@pytest.mark.parametrize("times", [2, 4])
def test_a_set_too_shallow_to_be_one_is_said_to_be_so(times: int) -> None:
    shallow = cosine(times, 5.0, 40.0)
    report = judge(skeleton_track("squat", shallow), SQUAT)
    assert report.repetitions == ()
    assert [one.reason for one in report.no_repetitions] == ["squat.depth"] * times
    assert judge(skeleton_track("squat", shallow, turned_deg=FRONT), SQUAT).no_repetitions == ()


@pytest.mark.parametrize("times", [2, 3, 6])
def test_half_lunges_are_no_reps_each_of_its_front_leg(times: int) -> None:
    clip = Clip(exercise="lunge", repetitions=times, faults=("lunge.depth!",) * times)
    report = judge(true_track(clip, truth_of(clip)), find_exercise("lunge"))
    assert report.repetitions == ()
    assert [one.reason for one in report.no_repetitions] == ["lunge.depth"] * times
    assert [one.repetition.side for one in report.no_repetitions] == [("right", "left")[n % 2] for n in range(times)]


@pytest.mark.parametrize("view", ["side", "oblique", "front"])
def test_a_half_lunge_among_full_ones_is_held_against_those_of_its_own_leg(view: str) -> None:
    clip = Clip(exercise="lunge", view=view, repetitions=8, faults=("",) * 5 + ("lunge.depth!", "", ""))
    truth = truth_of(clip)
    report = judge(true_track(clip, truth), find_exercise("lunge"))
    assert report.counts == Counts(total=7, left=3, right=4)
    (half,) = report.no_repetitions
    assert half.reason == HALF_MOVEMENT
    assert half.repetition.turn / clip.fps == pytest.approx(truth.repetitions[5].turn_s, abs=0.2)


def test_bending_the_knees_a_little_between_repetitions_is_no_attempt() -> None:
    squats = joined(cosine(2, 5.0, 100.0), cosine(2, 5.0, 20.0), cosine(2, 5.0, 100.0))
    assert judge(skeleton_track("squat", squats), SQUAT).no_repetitions == ()


@pytest.mark.parametrize("name", ["squat", "plank"])
def test_what_does_not_count_and_what_is_held_stand_in_the_report(name: str) -> None:
    squats = skeleton_track("squat", joined(cosine(2, 5.0, 100.0), cosine(1, 5.0, 45.0), cosine(1, 5.0, 100.0)))
    held = skeleton_track("plank", np.full(240, 1.0), size=SIZE, shift_px=SHIFT)
    track = squats if name == "squat" else held
    track = replace(track, video=replace(track.video, sha256="0" * 64))
    report = judge(track, find_exercise(name))
    told = report_document(report, track.timestamps_s, pictures=picture_names(report), model="0" * 64)
    Draft202012Validator(SCHEMA).validate(told)
    assert told["counts"]["total"] == len(told["repetitions"]) == (3 if name == "squat" else 0)
    if name == "squat":
        assert [one["reason"] for one in told["no_repetitions"]] == [HALF_MOVEMENT]
        (half,) = told["no_repetitions"]
        assert half["turn_s"] == pytest.approx(5.0, abs=0.1)
        assert (half["measured"], half["limit"], half["unit"]) == (pytest.approx(40 / 95, abs=0.05), 0.5, "ratio")
    else:
        assert [one["picture"] for one in told["holds"]] == ["rep_01.jpg"]
        assert told["holds"][0]["held_s"] == pytest.approx(8.0, abs=0.5)


# --- sides ----------------------------------------------------------------------------------------------------------


def other_side(world: Angles) -> Angles:
    """The same with left and right exchanged."""
    order = [Landmark[_opposite(one.name)] for one in Landmark]
    return np.asarray(world[:, order] * (1.0, 1.0, -1.0))


def _opposite(name: str) -> str:
    if "LEFT" in name:
        return name.replace("LEFT", "RIGHT")
    return name.replace("RIGHT", "LEFT")


def taking_turns(exercise: str, times: int, *, seconds_each: float = 2.0) -> PoseTrack:
    """Right, left, right, … as often as told."""
    motion = MOTIONS[exercise]
    one = cosine(1, motion.rest_deg, motion.turn_deg, seconds_each=seconds_each)[:-1]
    right = np.array(skeleton_track(exercise, one, size=SIZE, shift_px=SHIFT).world, dtype=np.float64)
    sides = [right if number % 2 == 0 else other_side(right) for number in range(times)]
    return track_of(np.concatenate(sides), size=SIZE, shift_px=SHIFT)


@pytest.mark.parametrize(
    ("exercise", "seconds_each"), [("lunge", 2.0), ("split_squat", 2.0), ("mountain_climber", 0.8)]
)
def test_limbs_that_take_turns_are_counted_for_each_side_and_together(exercise: str, seconds_each: float) -> None:
    report = judge(taking_turns(exercise, 5, seconds_each=seconds_each), find_exercise(exercise))
    assert [judged.repetition.side for judged in report.repetitions] == ["right", "left", "right", "left", "right"]
    assert report.counts == Counts(total=5, left=2, right=3)


def test_limbs_that_work_together_have_no_sides() -> None:
    assert judge(skeleton_track("squat", cosine(2, 5.0, 100.0)), SQUAT).counts == Counts(2, None, None)


def test_jumping_jacks_are_counted_on_the_legs_where_the_arms_stay_still() -> None:
    jack = find_exercise("jumping_jack")
    motion = MOTIONS["jumping_jack"]
    track = skeleton_track("jumping_jack", cosine(4, motion.rest_deg, motion.turn_deg), turned_deg=FRONT)
    world = np.array(track.world, dtype=np.float64)
    arms = [one for one in Landmark if Landmark.LEFT_ELBOW <= one <= Landmark.RIGHT_THUMB]
    world[:, arms] = world[0, arms] + (world[:, [Landmark.NOSE]] - world[0, Landmark.NOSE])
    counted = count(body_of(track_of(world)), jack)
    assert (counted.signal_name, len(counted.repetitions)) == ("legs_apart", 4)
    assert count(body_of(track), jack).signal_name == "shoulder_elevation"
