"""Which exercise somebody does who did not say.

Every declared exercise is counted by its own angle and posture. Of those that find repetitions, the one is recognised
whose repetitions look like it (`signature.py`) and explain the most of the motion. Nothing is learned from clips; the
few constants hold for all exercises alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise, Limbs, all_exercises
from analysis.judging.holds import held_s, holds
from analysis.judging.repetitions import Attempted, attempted
from analysis.judging.signature import (
    ARMS,
    OTHER,
    RISE,
    RISING,
    TOLERANCES,
    WORKING,
    Known,
    Signature,
    known_signatures,
    rises_of,
    signature_of,
)
from analysis.motion.angles import limb_angle
from analysis.motion.cycling import CYCLE_JOINTS
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import MEASURES, Body, body_height_m
from analysis.motion.movement import motion_of
from analysis.verdicts import Recognition

RECOGNISED_FROM = 0.3
"""Confidence from which on somebody is taken to do the exercise; below it the exercise is unknown."""

SHARPNESS = 4.0
"""How much a mean squared distance of one tolerance speaks against an exercise, as a logarithm of odds."""

NOTHING = 5.0
"""Distance, times `SHARPNESS`, at which it is as likely none of the known exercises: 1.25 squared tolerances."""

FARTHEST = 6.0
"""Squared tolerances beyond which a figure speaks no louder: one hidden joint is no other exercise."""

DEPTHS = (0.75, 1.0)
"""Shares of the drawn way to the turning point: who squats less deep squats nevertheless."""

OF_FREE_ARMS = 0.2
OF_THE_OTHER_SIDE = 0.5
OF_RISES = 3.0
"""Weights: of arms in an exercise of the legs, of the limb that works less, of what goes up (four figures that tell
hanging from pressing, against 36 of the body's own)."""

SHARE_OF_MOTION = 0.5
"""Exponent of the share of the motion that the exercise's repetitions explain."""

FEWEST_OF_ITS_OWN = 2
"""Where nothing is seen to repeat itself, one movement that resembles an exercise is a gesture."""

LONGEST_HOLD_UNSURE_S = 5.0
"""A hold as long as this is recognised with a confidence of one half."""


def recognise(body: Body, counted: int) -> Recognition | None:
    """The exercise that is done most likely, if that is likely enough; None where it is unknown or nobody exercises.

    Args:
        body: The followed person.
        counted: How often something moved periodically, whatever it was; the exercise's own count is held against it.
    """
    held = _longest_hold(body)
    if counted == 0 and held is not None:
        return held if held.confidence >= RECOGNISED_FROM else None
    found = _candidates(body)
    if not found:
        return None
    odds = np.exp([*(one.log_odds for one in found), -NOTHING])
    best = found[0]
    if counted == 0 and best.count < FEWEST_OF_ITS_OWN:
        return None
    agreement = (min(counted, best.count) + 1) / (max(counted, best.count) + 1)
    confidence = float(odds[0] / odds.sum()) * agreement
    return Recognition(best.exercise, confidence) if confidence >= RECOGNISED_FROM else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An exercise that found repetitions."""

    exercise: str
    log_odds: float
    count: int


def _candidates(body: Body) -> list[_Candidate]:
    """Most likely first."""
    motion = motion_of(body)
    if motion is None:
        return []
    known = known_signatures()
    tried = [(one, attempted(body, one, motion)) for one in all_exercises() if one.name in known]
    tried = [(one, attempts) for one, attempts in tried if attempts.turns]
    most = max((attempts.merit for _, attempts in tried), default=0.0)
    if most <= 0.0:
        return []
    found = [
        _Candidate(one.name, _log_odds(body, one, known[one.name], attempts, most), len(attempts.turns))
        for one, attempts in tried
    ]
    return sorted(found, key=lambda one: -one.log_odds)


def _log_odds(body: Body, exercise: Exercise, known: Known, attempts: Attempted, most: float) -> float:
    starts, turns = list(attempts.starts), list(attempts.turns)
    rest, turn = body.world[starts], body.world[turns]
    rises = rises_of(body.image[starts, :, 1], body.image[turns, :, 1], float(np.nanmedian(body.height_px)))
    signature = signature_of(rest, turn, body_height_m(body.world), rises)
    weights = _weights(exercise)
    distance = min(_distance(signature, known.signature, depth, weights) for depth in DEPTHS)
    if exercise.cycle is not None and exercise.cycle.limbs.one_at_a_time:
        distance += _out_of_turn(body, turns, in_turn=known.in_turn)
    explained = max(attempts.merit / most, 1e-6) * max(_seen(body, exercise, [*starts, *turns]), 0.05)
    return SHARE_OF_MOTION * float(np.log(explained)) - SHARPNESS * distance


def _distance(found: Signature, known: Signature, depth: float, weights: NDArray[np.float64]) -> float:
    """To the exercise done to this depth: weighted mean of squared tolerances.

    Of the middle of each figure, of its change, and of what rises.
    """
    tolerances = np.array(list(TOLERANCES.values()))
    turn = known.rest + depth * (known.turn - known.rest)
    apart = [
        ((found.rest + found.turn) - (known.rest + turn)) / 2.0 / tolerances,
        ((found.turn - found.rest) - (turn - known.rest)) / tolerances,
        (found.rises - depth * known.rises) / RISE,
    ]
    squared = np.minimum(np.concatenate(apart) ** 2, FARTHEST)
    seen = np.isfinite(squared) & (weights > 0.0)
    return float((squared[seen] * weights[seen]).sum() / weights[seen].sum())


def _weights(exercise: Exercise) -> NDArray[np.float64]:
    """(figures of the middle, of the change, and rises,) what each figure counts for the exercise."""
    arms_matter = _arms_matter(exercise)
    one_arm_may_rest = exercise.cycle is not None and exercise.cycle.limbs is Limbs.ONE_OR_BOTH
    weights = []
    for name in TOLERANCES:
        of_arm = name.removeprefix(f"{WORKING}_").removeprefix(f"{OTHER}_") in ARMS or name.startswith("wrist")
        weight = OF_THE_OTHER_SIDE if name.startswith(OTHER) else 1.0
        if of_arm and not arms_matter:
            weight *= OF_FREE_ARMS
        if of_arm and name.startswith(OTHER) and one_arm_may_rest:
            weight = 0.0
        weights.append(weight)
    rises = [OF_RISES * (OF_FREE_ARMS if joint == "wrist" and not arms_matter else 1.0) for joint in RISING]
    return np.array([*weights, *weights, *rises])


def _arms_matter(exercise: Exercise) -> bool:
    """Whether the angle that cycles or any rule looks at elbows or wrists; if not, the arms may be anywhere."""
    joints = {joint for angle in exercise.angles for joint in CYCLE_JOINTS[angle]}
    joints |= {joint for rule in exercise.rules if rule.measure in MEASURES for joint in MEASURES[rule.measure].joints}
    return bool(joints & {"elbow", "wrist"})


def _out_of_turn(body: Body, turns: list[int], *, in_turn: bool) -> float:
    """Up to 0.75 squared tolerances where the working leg changes and should not, or the other way round."""
    if len(turns) < 3:
        return 0.0
    left, right = (limb_angle(body.world[turns], "hip_flexion", side) for side in SIDES)
    changes = float(np.mean(np.diff(np.sign(left - right)) != 0))
    return 0.75 * (changes - in_turn) ** 2


def _seen(body: Body, exercise: Exercise, frames: list[int]) -> float:
    """Mean visibility, 0 to 1, of the joints that cycle, on the better seen side."""
    joints = CYCLE_JOINTS[exercise.angles[0]]
    return max(float(body.visibility[frames][:, [landmark(joint, side) for joint in joints]].mean()) for side in SIDES)


def _longest_hold(body: Body) -> Recognition | None:
    """The position that is held the longest; the longer, the surer."""
    lengths = {
        one.name: sum(held_s(held, body.timestamps_s) for held in holds(body, one))
        for one in all_exercises()
        if one.hold is not None
    }
    name = max(lengths, key=lambda one: lengths[one], default="")
    if not name or lengths[name] <= 0.0:
        return None
    return Recognition(name, lengths[name] / (lengths[name] + LONGEST_HOLD_UNSURE_S))
