"""What a rule measures in a repetition, and how far that may be off: the same measure, looked at in another way."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.judging.benefit import LONGEST_S, must_be_kept, must_be_reached, until_rest, within_picture
from analysis.judging.exercise import Rule, Statistic
from analysis.judging.margin import (
    FRONTAL_WIDTH_LEFT,
    HAND_ABOVE,
    HAND_BELOW,
    Margin,
    between,
    metres_margin,
    oblique_margin,
    width_left,
)
from analysis.judging.observed import Observed
from analysis.judging.taken import Taken
from analysis.motion.feet import steady_toes
from analysis.motion.foreshortening import depth_of_bones
from analysis.motion.landmarks import SEEN_FROM, SIDES, Side, landmark
from analysis.motion.lenses import Lens, as_seen, widened
from analysis.motion.measures import MEASURES, Body, Measure, Sides
from analysis.motion.signals import Signal

TOES, CHIN = "foot_index", "chin_over_hands"


def seen_values(body: Body, measure: Measure, frames: slice, working_side: str | None, lens: Lens = as_seen) -> Signal:
    """The measure over some frames, NaN where a joint of it is hidden; the mean of both sides where both are seen."""
    part = lens(body.part(frames))
    if measure.sides is Sides.BOTH:
        both = _seen(part, measure.joints, "left") & _seen(part, measure.joints, "right")
        return np.where(both, measure.of(part, "left"), np.nan)
    one_side = measure.sides is Sides.WORKING and working_side is not None
    sides = [side for side in SIDES if not one_side or side == working_side]
    return mean_of_seen(part, measure.joints, {side: measure.of(part, side) for side in sides})


def mean_of_seen(body: Body, joints: tuple[str, ...], sides: Mapping[Side, Signal]) -> Signal:
    """(frames,) the mean of the sides' values whose joints are seen; NaN where none is."""
    columns = [np.where(_seen(body, joints, side), values, np.nan) for side, values in sides.items()]
    counted = np.isfinite(columns).sum(axis=0)
    total = np.nansum(columns, axis=0)
    mean: Signal = np.divide(total, counted, out=np.full_like(total, np.nan), where=counted > 0)
    return mean


def of_seen_sides(body: Body, joints: tuple[str, ...], sides: Mapping[Side, Signal]) -> Signal:
    """(frames,) as `mean_of_seen`; where no side is seen, the values of the one that is seen better in all of them."""
    mean = mean_of_seen(body, joints, sides)

    def visible(side: Side) -> float:
        return float(body.visibility[:, [landmark(joint, side) for joint in joints]].sum())

    return np.where(np.isfinite(mean), mean, sides[max(sides, key=visible)])


def value_of(observed: Observed, rule: Rule, lens: Lens = as_seen) -> tuple[int, float]:
    """(frame that shows it, value) of the rule's statistic; a break has the benefit of the doubt about the ends."""
    body, repetition, measure = observed.body, observed.repetition, MEASURES[rule.measure]

    def over(part: slice) -> tuple[int, float]:
        values = seen_values(body, measure, part, repetition.side, lens)
        if not np.isfinite(values).any():
            return part.start, float("nan")
        return _statistic(rule.statistic, values, part.start, repetition.turn)

    frames = observed.frames_of(rule.phase)
    frame, measured = over(frames)
    if not rule.side_of(measured):
        return frame, measured
    if must_be_reached(rule):
        around = _with_surroundings(body.timestamps_s, frames)
        values = np.full(body.timestamps_s.size, np.nan)
        values[around] = seen_values(body, measure, around, repetition.side, lens)
        return over(until_rest(values, body.timestamps_s, rule, frames))
    return over(within_picture(observed, frames)) if must_be_kept(rule) else (frame, measured)


def margin_of(observed: Observed, rule: Rule, taken: Taken, frame: int, measured: float) -> Margin:
    """How far what was measured may be off, since the camera stands where it does, and joints are lost.

    Args:
        observed: The repetition.
        rule: What is measured.
        taken: How.
        frame: The one that shows the value.
        measured: The value.
    """
    body, measure = observed.body, MEASURES[rule.measure]

    def up_to(lens: Lens) -> Margin:
        return between(measured, value_of(observed, rule, lens)[1])

    margin = Margin()
    match taken:
        case Taken.IN_METRES:
            margin = metres_margin(rule, is_lying=observed.is_lying).and_also(up_to(as_seen))
        case Taken.DEEP_BEND:
            bones = depth_of_bones(body, observed.everything)
            margin = metres_margin(rule, is_lying=observed.is_lying).and_also(up_to(bones))
        case Taken.OBLIQUELY:
            margin = up_to(widened(FRONTAL_WIDTH_LEFT)).plus(oblique_margin(rule, measured))
        case Taken.NEAR_SIDE if observed.view_angle_deg is not None:
            left = width_left(observed.view_angle_deg, is_lying=observed.is_lying)
            margin = margin.and_also(up_to(widened(left)))
    if TOES in measure.joints:
        margin = margin.and_also(up_to(steady_toes(body, observed.everything)))
    if rule.measure == CHIN and not _both_seen(body, measure, frame):
        margin = margin.and_also(Margin(HAND_BELOW, HAND_ABOVE))
    return margin


def _with_surroundings(timestamps_s: Signal, frames: slice) -> slice:
    """The frames, and those beside them in which a limb is followed to its rest."""
    first_s, last_s = timestamps_s[frames.start] - LONGEST_S, timestamps_s[frames.stop - 1] + LONGEST_S
    first, end = np.searchsorted(timestamps_s, first_s), np.searchsorted(timestamps_s, last_s, side="right")
    return slice(max(int(first) - 1, 0), int(end) + 1)


def _seen(body: Body, joints: tuple[str, ...], side: Side) -> NDArray[np.bool_]:
    """(frames,) whether every joint is seen on that side."""
    looked_at = [landmark(joint, side) for joint in joints]
    return np.asarray((body.inside[:, looked_at] & (body.visibility[:, looked_at] >= SEEN_FROM)).all(axis=1))


def _both_seen(body: Body, measure: Measure, frame: int) -> bool:
    part = body.part(slice(frame, frame + 1))
    return all(_seen(part, measure.joints, side)[0] for side in SIDES)


def _statistic(statistic: Statistic, values: Signal, first_frame: int, turn: int) -> tuple[int, float]:
    """(frame that shows it, value) of a statistic over values of which at least one is finite."""
    at_turn = min(max(turn - first_frame, 0), values.size - 1)
    highest, lowest = int(np.nanargmax(values)), int(np.nanargmin(values))
    match statistic:
        case Statistic.MAX:
            return first_frame + highest, float(values[highest])
        case Statistic.MIN:
            return first_frame + lowest, float(values[lowest])
        case Statistic.HIGH | Statistic.LOW:
            edge = float(np.nanquantile(values, 0.9 if statistic is Statistic.HIGH else 0.1))
            return first_frame + int(np.nanargmin(np.abs(values - edge))), edge
        case Statistic.RANGE:
            return first_frame + highest, float(values[highest] - values[lowest])
        case Statistic.AT_START:
            return first_frame, float(values[0])
        case Statistic.AT_TURN:
            return first_frame + at_turn, float(values[at_turn])
        case _:
            return first_frame + at_turn, float(np.nanmean(values))
