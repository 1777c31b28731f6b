"""Which exercise somebody does who did not say.

Every declared exercise is counted by its own angle and posture. Of those that find repetitions, the one is recognised
whose repetitions look like it (`signature.py`) and explain the most of the motion. Nothing is learned from clips; the
few constants hold for all exercises alike.
"""

from dataclasses import dataclass

import numpy as np

from analysis.judging.cycle_signals import Signals
from analysis.judging.exercise import Exercise, Posture, all_exercises, find_exercise
from analysis.judging.holds import held_s, holds
from analysis.judging.repetitions import Attempted, Count, attempted, count
from analysis.judging.resemblance import UNLIKELY_FROM, resemblance, signature_at
from analysis.judging.signature import TOLERANCES, Known, known_signatures
from analysis.motion.angles import limb_angle
from analysis.motion.cycling import CYCLE_JOINTS, TRUNK_INCLINATION
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import Body
from analysis.motion.movement import Motion
from analysis.verdicts import Recognition

RECOGNISED_FROM = 0.35
"""Confidence from which on somebody is taken to do the exercise; below it the exercise is unknown."""

SHARPNESS = 4.0
"""How much a mean squared distance of one tolerance speaks against an exercise, as a logarithm of odds."""

NOTHING = SHARPNESS * UNLIKELY_FROM
"""What speaks, as a logarithm of odds, against any exercise at the distance at which it is as likely none."""

DIRECTION_FROM, OF_DIRECTION = 0.85, 12.0
WAY_FROM, OF_WAY = 0.5, 20.0
APART_UP_TO, OF_APART = 3.0, 0.7
"""What speaks against an exercise beyond the mean distance, and how loudly. A body that changes in another direction
than the exercise does: a leg curl bends the knee of a lunge, and the hips stay where they are. A change that goes less
than half as far: a hand that talks is no curl. And, in squared tolerances, a trunk or working limb held otherwise. In
the given clips all but one of the exercises have 0.82 and more, 0.51 and more, and less than 3.9."""

SHARE_OF_MOTION = 0.5
"""Exponent of the share of the motion that the exercise's repetitions explain."""

MISCOUNTED = 2
"""So many repetitions the two counts may differ by in a short set, where neither is sure of its first and last."""

BENT_AT_REST_DEG = 30.0
BEFORE_SHARE = 0.5
"""A single movement is a gesture where its rest is standing, and part of another movement where the body came from
further away than half of its way: who picks something up was standing before. Who lies, hangs, or is bent over a bar
when the clip starts, and then moves once as an exercise wants it, exercises."""

LONGEST_HOLD_UNSURE_S = 5.0
"""A hold as long as this is recognised with a confidence of one half."""


def recognise(body: Body, counted: Count) -> Recognition | None:
    """The exercise that is done most likely, if that is likely enough; None where it is unknown or nobody exercises.

    Args:
        body: The followed person.
        counted: What moved periodically, whatever it was; the exercise's own count is held against it.
    """
    often = len(counted.repetitions)
    held = _longest_hold(body)
    if often == 0 and held is not None:
        return held if held.confidence >= RECOGNISED_FROM else None
    # who racks the bar after his squats does no curl
    found = [one for one in _candidates(body, counted.motion) if not one.is_gesture]
    if not found:
        return None
    odds = np.exp([*(one.log_odds for one in found), -NOTHING])
    best, share = found[0], float(odds[0] / odds.sum())
    confidence = share * _agreement(often, best.count)
    if often == 0 or confidence < RECOGNISED_FROM <= share:  # a walk before the set may have outweighed it
        within = count(body.part(best.frames), find_exercise("unselected"))
        confidence = share * _agreement(len(within.repetitions), best.count)
    return Recognition(best.exercise, confidence) if confidence >= RECOGNISED_FROM else None


def _agreement(counted: int, own: int) -> float:
    """1 where both counts are the same, less the further they are apart."""
    return (min(counted, own) + MISCOUNTED) / (max(counted, own) + MISCOUNTED)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An exercise that found repetitions, so many, in these frames."""

    exercise: str
    log_odds: float
    count: int
    is_gesture: bool
    frames: slice


def _candidates(body: Body, motion: Motion | None) -> list[_Candidate]:
    """Most likely first."""
    if motion is None:
        return []
    known = known_signatures()
    signals = Signals(body)
    tried = [(one, attempted(signals, one, motion)) for one in all_exercises() if one.name in known]
    tried = [(one, attempts) for one, attempts in tried if attempts.turns]
    most = max((attempts.merit for _, attempts in tried), default=0.0)
    if most <= 0.0:
        return []
    found = [
        _Candidate(
            one.name,
            _log_odds(body, one, known[one.name], attempts, most),
            len(attempts.turns),
            _is_gesture(motion, one, known[one.name], attempts),
            _span(attempts),
        )
        for one, attempts in tried
    ]
    return sorted(found, key=lambda one: -one.log_odds)


def _span(attempts: Attempted) -> slice:
    """From the first repetition's start to the last one's end, which is as far from its turn as its start was."""
    return slice(attempts.starts[0], 2 * attempts.turns[-1] - attempts.starts[-1] + 1)


def _log_odds(body: Body, exercise: Exercise, known: Known, attempts: Attempted, most: float) -> float:
    starts, turns = list(attempts.starts), list(attempts.turns)
    alike = resemblance(signature_at(body, starts, turns), known.signature, exercise)
    against = SHARPNESS * alike.distance
    if exercise.cycle is not None and exercise.cycle.limbs.one_at_a_time:
        against += SHARPNESS * _out_of_turn(body, turns, in_turn=known.in_turn)
    against += OF_DIRECTION * max(DIRECTION_FROM - alike.direction, 0.0)
    against += OF_WAY * max(WAY_FROM - alike.way, 0.0)
    against += OF_APART * max(alike.apart - APART_UP_TO, 0.0)
    explained = max(attempts.merit / most, 1e-6) * max(_seen(body, exercise, [*starts, *turns]), 0.05)
    return SHARE_OF_MOTION * float(np.log(explained)) - against


def _is_gesture(motion: Motion, exercise: Exercise, known: Known, attempts: Attempted) -> bool:
    """Whether it is done once, and may be anything."""
    if len(attempts.turns) > 1:
        return False
    bent = known.signature.rest[list(TOLERANCES).index(TRUNK_INCLINATION)] >= BENT_AT_REST_DEG
    if not bent and exercise.posture is not Posture.HANGING:
        return True
    start, turn = (motion.sample_of(frame) for frame in (attempts.starts[0], attempts.turns[0]))
    before = np.linalg.norm(motion.poses[: start + 1] - motion.poses[start], axis=1).max()
    return bool(before > BEFORE_SHARE * np.linalg.norm(motion.poses[turn] - motion.poses[start]))


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
