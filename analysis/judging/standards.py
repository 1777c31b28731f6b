"""No-reps: attempts that fail the exercise's own standard, and half movements within a set.

Only what is measured, and fails by more than the measurement may be off, is a no-rep: the benefit of the doubt is the
exerciser's.
"""

from dataclasses import replace

from analysis.judging.exercise import Exercise, Limbs, Rule, Standard
from analysis.judging.faults import assess
from analysis.judging.half_movements import (
    FEWEST_OF_A_SET,
    as_repetition,
    attempts,
    half_movements,
    is_plainly_less,
)
from analysis.judging.margin import Margin
from analysis.judging.observed import Observed, observe
from analysis.judging.pose_error import usual_error
from analysis.judging.repetitions import Count, count
from analysis.motion.measures import DEGREES, Body
from analysis.motion.plausibility import bone_changes, is_plausible
from analysis.types import Repetition
from analysis.verdicts import NoRepetition, RuleVerdict

SMALL_SHARE = 0.6
"""Of the way at which an attempt is counted; less is the sway of somebody who stands."""


def with_doubtful_attempts(body: Body, exercise: Exercise, counted: Count) -> Count:
    """The count with attempts that may have gone half of the set's way, though the counted angle says a little less.

    The way is counted in the model's metres, which are off in the middle of a movement, and of an angle that need not
    be the one of the standard. So an attempt is a repetition where it plainly meets the exercise's own standard, or
    where it is not plainly less than half; the standard, measured as rules are, then has its say.
    """
    doubtful = []
    for attempt in attempts(body, exercise, counted):
        repetition = as_repetition(exercise, counted, attempt)
        if not is_plainly_less(body, attempt) or _meets_standard(body, exercise, repetition):
            doubtful.append(repetition)
    together = sorted((*counted.repetitions, *doubtful), key=lambda one: one.turn)
    return replace(counted, repetitions=tuple(replace(one, index=at) for at, one in enumerate(together, start=1)))


def hold_to_standard(
    body: Body, exercise: Exercise, repetitions: tuple[Repetition, ...]
) -> tuple[tuple[Observed, ...], tuple[NoRepetition, ...]]:
    """(repetitions that count, numbered anew; those that fail the exercise's standard, with the reason)."""
    counted: list[Observed] = []
    failed: list[NoRepetition] = []
    changes = bone_changes(body)
    for repetition in repetitions:
        measurable = is_plausible(changes, slice(repetition.start, repetition.end))
        observed = observe(body, exercise, replace(repetition, index=len(counted) + 1))
        reason = _first_failure(exercise, observed) if measurable else None
        if reason is None:
            counted.append(observed)
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
    return _in_order(failed, half_movements(body, exercise, counted))


# --- the exercise's own standard ------------------------------------------------------------------------------------


def _meets_standard(body: Body, exercise: Exercise, repetition: Repetition) -> bool:
    """Whether there is a standard, all of it measured, and plainly met."""
    if not is_plausible(bone_changes(body), slice(repetition.start, repetition.end)):
        return False
    observed = observe(body, exercise, repetition)
    held = [
        (rule, rule.standard, assess(observed, rule).verdict) for rule in exercise.rules if rule.standard is not None
    ]
    return bool(held) and all(_meets(rule, standard, verdict) for rule, standard, verdict in held)


def _meets(rule: Rule, standard: Standard, verdict: RuleVerdict) -> bool:
    """By more than camera and pose are usually off: half a movement in one way must be plainly whole in the other."""
    if verdict.measured is None:
        return False
    margin = Margin(*(verdict.margin or (0.0, 0.0))).and_also(Margin(*usual_error(rule, verdict.measured)))
    if rule.at_least is not None:
        return verdict.measured - margin.below >= standard.limit
    return verdict.measured + margin.above <= standard.limit


def _first_failure(exercise: Exercise, observed: Observed) -> NoRepetition | None:
    for rule in exercise.rules:
        standard = rule.standard
        if standard is None:
            continue
        verdict = assess(observed, rule).verdict
        measured, unit, frame = verdict.measured, verdict.unit, verdict.frame
        if measured is None or unit is None or frame is None:
            continue
        if _fails(rule, standard, measured, verdict):
            return NoRepetition(observed.repetition, rule.code, frame, measured, standard.limit, unit)
    return None


def _fails(rule: Rule, standard: Standard, measured: float, verdict: RuleVerdict) -> bool:
    """Whether the standard is failed even if the measurement is as far off as it may be."""
    below, above = verdict.margin or (0.0, 0.0)
    if rule.at_least is not None:
        return measured + above < standard.limit
    return measured - below > standard.limit


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
