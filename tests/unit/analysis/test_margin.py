"""The margin of a verdict covers what the camera's place does to a measurement, for every rule of every exercise."""

from functools import cache

import numpy as np
import pytest

from analysis.judging.exercise import Exercise, Rule, all_exercises
from analysis.judging.faults import assess
from analysis.judging.margin import Margin, margin_of, safe_pass
from analysis.judging.phases import phases_of
from analysis.motion.measures import MEASURES, Body, body_of
from analysis.types import Repetition
from mannequin.motions import MOTIONS
from tests.skeleton import Widths, cosine, skeleton_track

DRAWN = [exercise for exercise in all_exercises() if exercise.name in MOTIONS and exercise.cycle]
NATURAL = Widths(knees=0.13, ankles=0.13)  # a wide stance, too, is seen as bent hips from an angle: that is no error
FROM_SIDE = [(each, rule) for each in DRAWN for rule in each.rules if rule.measure in MEASURES and "side" in rule.views]


@cache
def seen(exercise_name: str, turned_deg: float) -> Body:
    motion = MOTIONS[exercise_name]
    angles = cosine(1, motion.rest_deg, motion.turn_deg)
    return body_of(skeleton_track(exercise_name, angles, turned_deg=turned_deg, widths=NATURAL))


def measured(exercise_name: str, rule: Rule, phases: tuple[str, ...], turned_deg: float) -> float:
    whole = Repetition(1, 0, 30, 60, complete=True)
    found = assess(seen(exercise_name, turned_deg), rule, whole, phases_of(whole, phases)).verdict.measured
    return float("nan") if found is None else found


@pytest.mark.parametrize(("exercise", "rule"), FROM_SIDE, ids=[rule.code for _, rule in FROM_SIDE])
def test_the_margin_covers_what_turning_away_from_the_side_does(exercise: Exercise, rule: Rule) -> None:
    unit = MEASURES[rule.measure].unit
    true = measured(exercise.name, rule, exercise.phases, 0.0)
    for turned_deg in (-33.0, -20.0, -10.0, 10.0, 20.0, 33.0):
        margin = margin_of(rule, unit, "side", 90.0 - abs(turned_deg))
        assert margin is not None
        slack = 1.1 if unit == "deg" else 0.002
        off = abs(measured(exercise.name, rule, exercise.phases, turned_deg) - true)
        assert np.isnan(off) or off <= margin.above + slack


def test_a_verdict_stands_where_the_whole_margin_says_the_same() -> None:
    squat = next(each for each in DRAWN if each.name == "squat")
    depth = next(rule for rule in squat.rules if rule.code == "squat.depth")
    stance = next(rule for rule in squat.rules if rule.code == "squat.stance")
    assert Margin(11.0, 39.0).is_decisive(depth, 50.0)
    assert not Margin(11.0, 39.0).is_decisive(depth, 60.0)
    assert not Margin(11.0, 39.0).is_decisive(depth, 95.0)
    assert Margin(11.0, 39.0).is_decisive(depth, 102.0)
    assert Margin(0.1, 0.1).is_decisive(stance, 2.0)
    assert not Margin(0.1, 0.1).is_decisive(stance, 1.25)
    assert not Margin(5.0, 5.0).is_decisive(stance, 2.0)


def test_where_the_camera_must_stand() -> None:
    squat = next(each for each in DRAWN if each.name == "squat")
    depth = next(rule for rule in squat.rules if rule.code == "squat.depth")
    lean = next(rule for rule in squat.rules if rule.code == "squat.trunk_lean")
    assert margin_of(depth, "deg", "side", 90.0) == Margin()
    assert margin_of(depth, "deg", "oblique", 45.0) == Margin(11.0, 39.0)
    assert margin_of(depth, "deg", "oblique", 30.0) is None
    assert margin_of(depth, "deg", "front", 5.0) is None
    assert margin_of(lean, "deg", "oblique", 45.0) is None, "no published error"


def test_a_pass_takes_more_than_the_pose_is_usually_off() -> None:
    lunge = next(each for each in DRAWN if each.name == "lunge")
    deep = next(rule for rule in lunge.rules if rule.code == "lunge.too_deep")
    assert not safe_pass(deep, "side", Margin(), 118.5), "135 degrees may look so"
    assert safe_pass(deep, "side", Margin(), 117.0)
    assert not safe_pass(deep, "side", Margin(1.0, 9.0), 117.0), "the camera's place may add to it"
    assert safe_pass(deep, "oblique", Margin(), 118.5), "metres have a margin of their own"
    tempo = next(rule for rule in lunge.rules if rule.code == "lunge.tempo")
    assert safe_pass(tempo, "side", Margin(), 0.41)


def test_the_view_of_who_lies_is_believed_less_away_from_the_side() -> None:
    plank = next(each for each in all_exercises() if each.name == "plank")
    high = next(rule for rule in plank.rules if rule.code == "plank.hips_high")
    assert margin_of(high, "deg", "side", 90.0, is_lying=True) == Margin()
    standing, lies = (margin_of(high, "deg", "side", 58.0, is_lying=one) for one in (False, True))
    assert standing is not None
    assert lies is not None
    assert standing.above == pytest.approx(9.1, abs=0.1)
    assert lies.above == pytest.approx(60.0 * (1.0 - np.cos(np.pi / 4.0))), "as at 45 degrees"
