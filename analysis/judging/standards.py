"""No-reps: attempts that fail the exercise's own standard, and half movements within a set.

Only what is measured, and fails by more than the measurement may be off, is a no-rep: the benefit of the doubt is the
exerciser's.
"""

from dataclasses import replace

import numpy as np

from analysis.judging.exercise import Exercise, Limbs, Rule, Standard
from analysis.judging.faults import assess
from analysis.judging.phases import phases_of
from analysis.judging.posture import in_posture
from analysis.judging.repetitions import REST_SHARE, Count, count
from analysis.motion.measures import DEGREES, Body
from analysis.motion.movement import Motion, motion_of
from analysis.motion.plausibility import bone_changes, is_plausible
from analysis.motion.signals import Signal
from analysis.motion.swings import SHARE_OF_TYPICAL_SWING, Swing, swings
from analysis.types import Repetition
from analysis.verdicts import NoRepetition, RuleVerdict

HALF_MOVEMENT = "half_movement"
"""The reason of a no-rep that went less than half as far as the set's repetitions."""

SMALLEST_SHARE = 0.25
"""Of the set's typical way: what goes less far is no attempt but getting ready, breathing, talking."""

NEAR_REST_SHARE = 0.35
"""An attempt leaves from where the repetitions leave and comes back there, within this share of their way."""

SAME_DIRECTION_FROM = 0.7
"""Cosine of the change of pose with that of the repetitions as far: 1 the same movement, 0 another one."""

SHORTEST_SHARE = 1 / 3
"""Of the set's typical duration; a twitch is no attempt."""

FEWEST_OF_A_SET = 2

SMALL_SHARE = 0.6
"""Of the way at which an attempt is counted; less is the sway of somebody who stands."""


def hold_to_standard(
    body: Body, exercise: Exercise, repetitions: tuple[Repetition, ...]
) -> tuple[tuple[Repetition, ...], tuple[NoRepetition, ...]]:
    """(repetitions that count, numbered anew; those that fail the exercise's standard, with the reason)."""
    counted: list[Repetition] = []
    failed: list[NoRepetition] = []
    changes = bone_changes(body)
    for repetition in repetitions:
        measurable = is_plausible(changes, slice(repetition.start, repetition.end))
        reason = _first_failure(body, exercise, repetition) if measurable else None
        if reason is None:
            counted.append(replace(repetition, index=len(counted) + 1))
        else:
            failed.append(reason)
    return tuple(counted), tuple(failed)


def no_repetitions(
    body: Body, exercise: Exercise, counted: Count, failed: tuple[NoRepetition, ...]
) -> tuple[NoRepetition, ...]:
    """All that does not count, in order of time, numbered from 1.

    What fails the standard, and half movements among the repetitions. Where nothing counts on the exercise's own angle,
    attempts that stay below what is counted at all and plainly fail the standard.

    Args:
        body: The person.
        exercise: What was counted.
        counted: All that was taken for a repetition, whether or not it met the standard.
        failed: What of it did not.
    """
    on_whole_body = counted.signal_unit != DEGREES
    if len(failed) == len(counted.repetitions) and (on_whole_body or not failed):
        failed = _small_attempts(body, exercise) or failed
    return _in_order(failed, _half_movements(body, exercise, counted))


def _half_movements(body: Body, exercise: Exercise, counted: Count) -> tuple[NoRepetition, ...]:
    """Attempts among the counted repetitions that turned back before half of their way."""
    cycle, motion = exercise.cycle, motion_of(body)
    if (
        cycle is None
        or motion is None
        or counted.signal_name != cycle.angle
        or len(counted.repetitions) < FEWEST_OF_A_SET
    ):
        return ()
    upwards = counted.signal if cycle.rising else -counted.signal
    ways = [_way(upwards, one) for one in counted.repetitions]
    typical = float(np.median(ways))
    rest = float(np.median([upwards[one.turn] - way for one, way in zip(counted.repetitions, ways, strict=True)]))
    found = []
    for swing in _swings_between(upwards, counted.repetitions, SMALLEST_SHARE * typical):
        if (
            _is_attempt(swing, upwards, typical, rest)
            and _lasts(body, swing, counted.repetitions)
            and _goes_their_way(motion, swing, upwards, counted.repetitions)
            and in_posture(body.world[[swing.peak]], exercise.posture, body.world[[swing.before]])[0]
        ):
            place = Repetition(0, swing.before, swing.peak, swing.after + 1, complete=True)
            limit = SHARE_OF_TYPICAL_SWING * typical
            found.append(NoRepetition(place, HALF_MOVEMENT, swing.peak, swing.rise, limit, DEGREES))
    return tuple(found)


# --- the exercise's own standard ------------------------------------------------------------------------------------


def _first_failure(body: Body, exercise: Exercise, repetition: Repetition) -> NoRepetition | None:
    phases = phases_of(repetition, exercise.phases)
    for rule in exercise.rules:
        standard = rule.standard
        if standard is None:
            continue
        verdict = assess(body, rule, repetition, phases).verdict
        measured, unit, frame = verdict.measured, verdict.unit, verdict.frame
        if measured is None or unit is None or frame is None:
            continue
        if _fails(rule, standard, measured, verdict):
            return NoRepetition(repetition, rule.code, frame, measured, standard.limit, unit)
    return None


def _fails(rule: Rule, standard: Standard, measured: float, verdict: RuleVerdict) -> bool:
    """Whether the standard is failed even if the measurement is as far off as it may be."""
    below, above = verdict.margin or (0.0, 0.0)
    if rule.at_least is not None:
        return measured + above < standard.limit
    return measured - below > standard.limit


# --- half movements -------------------------------------------------------------------------------------------------


def _in_order(*kinds: tuple[NoRepetition, ...]) -> tuple[NoRepetition, ...]:
    together = sorted((one for kind in kinds for one in kind), key=lambda one: one.repetition.turn)
    return tuple(
        replace(one, repetition=replace(one.repetition, index=number)) for number, one in enumerate(together, start=1)
    )


def _small_attempts(body: Body, exercise: Exercise) -> tuple[NoRepetition, ...]:
    """Where nothing counts: attempts that stay below what is counted at all and plainly fail the standard.

    Without a set to compare with, a small movement may be anything: only those that repeat each other and whose
    standard is measured and failed are said.
    """
    cycle = exercise.cycle
    if cycle is None:
        return ()
    smaller = replace(
        cycle,
        effort_deg=cycle.rest_deg + SMALL_SHARE * (cycle.effort_deg - cycle.rest_deg),
        minimum_range_deg=SMALL_SHARE * cycle.minimum_range_deg,
        # who lunges half bends the front knee and hardly the rear one: together they would stay below any attempt
        limbs=Limbs.IN_TURN if cycle.limbs is Limbs.FRONT_LEG else cycle.limbs,
    )
    found = count(body, replace(exercise, cycle=smaller, other_cycles=()))
    if found.signal_name != cycle.angle or len(found.repetitions) < FEWEST_OF_A_SET:
        return ()
    return hold_to_standard(body, exercise, found.repetitions)[1]


def _way(upwards: Signal, repetition: Repetition) -> float:
    """From rest to the turn; a repetition starts when the first share of its way is done."""
    return float(upwards[repetition.turn] - upwards[repetition.start]) / (1.0 - REST_SHARE)


def _swings_between(upwards: Signal, repetitions: tuple[Repetition, ...], smallest: float) -> list[Swing]:
    """Swings (in frames) in the rests before, between and after the repetitions."""
    starts = [*(one.start for one in repetitions), upwards.size - 1]
    found = []
    for first, last in zip([0, *(one.end - 1 for one in repetitions)], starts, strict=True):
        part = upwards[first : last + 1]
        if not np.isfinite(part).all():
            continue
        found += [
            Swing(first + one.before, first + one.peak, first + one.after, one.rise, one.fall)
            for one in swings(part, smallest=smallest)
        ]
    return found


def _is_attempt(swing: Swing, upwards: Signal, typical: float, rest: float) -> bool:
    """Whether it leaves from rest, turns before half of the way and comes back to rest."""
    near = NEAR_REST_SHARE * typical
    from_rest = abs(upwards[swing.before] - rest) <= near and abs(upwards[swing.after] - rest) <= near
    return bool(from_rest and swing.rise < SHARE_OF_TYPICAL_SWING * typical and swing.fall >= 0.5 * swing.rise)


def _lasts(body: Body, swing: Swing, repetitions: tuple[Repetition, ...]) -> bool:
    times = body.timestamps_s
    typical_s = float(np.median([times[one.end - 1] - times[one.start] for one in repetitions]))
    return bool(times[swing.after] - times[swing.before] >= SHORTEST_SHARE * typical_s)


def _goes_their_way(motion: Motion, swing: Swing, upwards: Signal, repetitions: tuple[Repetition, ...]) -> bool:
    """Whether the pose changes as it does in the repetitions on the way to the same value of the signal.

    Those of the left and of the right are different ways.
    """
    own = _change(motion, swing.before, swing.peak)
    ways: dict[str | None, Signal] = {}
    for one in repetitions:
        reached = np.flatnonzero(upwards[one.start : one.turn + 1] >= upwards[swing.peak])
        way = _change(motion, one.start, one.start + int(reached[0]) if reached.size else one.turn)
        ways[one.side] = ways.get(one.side, np.zeros_like(own)) + way
    sizes = [float(np.linalg.norm(own) * np.linalg.norm(usual)) for usual in ways.values()]
    along = [float(own @ usual) for usual in ways.values()]
    return any(size > 0.0 and way / size >= SAME_DIRECTION_FROM for way, size in zip(along, sizes, strict=True))


def _change(motion: Motion, before: int, after: int) -> Signal:
    """Of pose from one frame to another."""
    change: Signal = motion.poses[motion.sample_of(after)] - motion.poses[motion.sample_of(before)]
    return change
