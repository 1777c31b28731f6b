"""Judging without any error of the pose: each planted fault is found at its repetition and none is invented."""

from dataclasses import replace

import pytest

from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.judge import judge
from benchmarks.grading import Grade, grade, refused
from benchmarks.plainness import USUALLY_OFF, distances
from mannequin import MOTIONS, Clip, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track

KNOWN = [exercise for exercise in all_exercises() if exercise.is_known]

NOT_PLANTED = {
    "mountain_climber.leg": "the mannequin's legs take turns and are straight in between",
}
"""Rules that the mannequin has no fault for, and why."""


def graded(exercise: str, view: str) -> Grade:
    clip = replace(faulty_set(exercise, view), fps=15.0)
    truth = truth_of(clip)
    track = true_track(clip, truth)
    known = find_exercise(exercise)
    return grade(clip, truth, judge(track, known), track, known)


def test_the_mannequin_does_every_exercise_and_breaks_every_rule() -> None:
    assert set(MOTIONS) == {exercise.name for exercise in KNOWN}
    rules = {rule.code for exercise in KNOWN for rule in exercise.rules}
    planted = {plant.code for motion in MOTIONS.values() for plant in motion.plants}
    assert planted | set(NOT_PLANTED) == rules
    assert not planted & set(NOT_PLANTED)


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
@pytest.mark.parametrize("view", ["side", "oblique", "front"])
def test_every_planted_fault_is_found_at_its_repetition_and_none_is_invented(exercise: str, view: str) -> None:
    result = graded(exercise, view)
    assert result.missed + result.cannot_tell + result.as_no_rep == []
    assert result.invented == []
    assert result.passed_unseen == []
    assert result.exact


def test_a_fault_is_the_plainer_the_further_it_is_planted_beyond_its_limit() -> None:
    clip = replace(faulty_set("lunge", only=frozenset({"lunge.too_deep", "lunge.too_deep~"})), fps=15.0)
    truth, known = truth_of(clip), find_exercise("lunge")
    track = true_track(clip, truth)
    far = distances(clip, truth, known, (judge(track, known), track))
    (plain, plain_turn), (slight, slight_turn) = (
        (far[f"{one.fault}@{number}"], one.turn_deg) for number, one in enumerate(truth.repetitions, 1) if one.fault
    )
    usually_off = USUALLY_OFF["side", "knee_flexion"]
    assert plain == pytest.approx((plain_turn - 125.0) / usually_off, abs=0.3)
    assert slight == pytest.approx((slight_turn - 125.0) / usually_off, abs=0.3)
    assert [one.is_slight for one in truth.repetitions if one.fault] == [False, True]


def test_slight_faults_are_planted_only_where_the_camera_stands_at_the_side() -> None:
    assert "crunch.height~" in faulty_set("crunch", "side").faults
    assert "crunch.height~" not in faulty_set("crunch", "front").faults


@pytest.mark.parametrize("view", ["side", "oblique", "front"])
def test_what_a_view_does_not_show_is_said_not_to_be_asked(view: str) -> None:
    planted = [one for one in truth_of(faulty_set("glute_bridge", view)).repetitions if one.fault and one.counts]
    result = graded("glute_bridge", view)
    assert result.planted + result.not_asked == len(planted) > 0
    assert result.not_asked == {"side": 0, "oblique": len(planted) - 1, "front": len(planted)}[view]


def test_where_nobody_is_found_every_planted_fault_is_unanswered_and_nothing_is_counted() -> None:
    clip = faulty_set("squat", "side")
    truth = truth_of(clip)
    result = refused(clip, truth, find_exercise("squat"))
    assert len(result.cannot_tell) == result.planted == len(result.outcomes) > 0
    assert result.planted + result.not_asked == sum(bool(one.fault) and one.counts for one in truth.repetitions)
    assert set(result.outcomes.values()) == {"cannot_tell"}
    assert result.no_reps == 1
    assert result.refused_count
    assert not result.exact


@pytest.mark.parametrize("view", ["side", "oblique", "front"])
def test_a_squat_that_leans_almost_level_is_a_squat_all_the_same(view: str) -> None:
    clip = Clip("squat", extra_lean_deg=40.0, view=view, fps=15.0)
    report = judge(true_track(clip, truth_of(clip)), find_exercise("squat"))
    assert len(report.repetitions) == 3
    assert {fault.code for fault in report.faults} == ({"squat.trunk_lean"} if view == "side" else set())


@pytest.mark.parametrize("exercise", ["push_up", "mountain_climber"])
def test_who_lies_or_leans_on_the_hands_is_not_upright(exercise: str) -> None:
    clip = Clip(exercise, fps=15.0)
    report = judge(true_track(clip, truth_of(clip)), find_exercise("squat"))
    assert report.repetitions == ()
