"""Judging without any error of the pose: each planted fault is found at its repetition and none is invented."""

from dataclasses import replace

import pytest

from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.judge import judge
from benchmarks.grading import Grade, grade
from mannequin import MOTIONS, Clip, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track

KNOWN = [exercise for exercise in all_exercises() if exercise.is_known]

NOT_PLANTED = {
    "mountain_climber.leg": "the mannequin's legs take turns and are straight in between",
}
"""Rules that the mannequin has no fault for, and why."""

COUNT_NOT_EXACT = {("crunch", "front"): "what is seen from the feet hardly moves"}


def graded(exercise: str, view: str) -> Grade:
    clip = replace(faulty_set(exercise, view), fps=15.0)
    truth = truth_of(clip)
    track = true_track(clip, truth)
    known = find_exercise(exercise)
    return grade(clip, truth, judge(track, known), track, known)


def slight_ones(exercise: str, view: str) -> set[str]:
    """As in `Grade`: what is planted so close to its limit that "cannot tell" is an answer, too."""
    plants = [MOTIONS[exercise].plant(name) if name else None for name in faulty_set(exercise, view).faults]
    return {f"{plant.code}@{number}" for number, plant in enumerate(plants, start=1) if plant and plant.is_slight}


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
    slight = slight_ones(exercise, view)
    assert [name for name in result.cannot_tell if name not in slight] == []
    assert result.missed + result.as_no_rep == []
    assert result.invented == []
    assert result.passed_unseen == []
    assert result.exact or (exercise, view) in COUNT_NOT_EXACT


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
