"""What a rule measures in a repetition, and how far that may be off: the same measure, looked at in another way."""

import numpy as np

from analysis.judging.benefit import must_be_kept, must_be_reached, until_rest, within_picture
from analysis.judging.exercise import Rule, Statistic
from analysis.judging.margin import (
    CHIN_ABOVE,
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
from analysis.judging.pose_error import usual_error
from analysis.judging.seen import is_seen
from analysis.judging.support import Support
from analysis.judging.taken import Taken
from analysis.motion.feet import steady_feet, steady_toes
from analysis.motion.foreshortening import depth_of_bones
from analysis.motion.landmarks import SIDES
from analysis.motion.lenses import Lens, Widened, as_seen
from analysis.motion.measures import MEASURES, Body, Measure
from analysis.motion.signals import Signal
from analysis.motion.view import SIDE

TOES, CHIN, OVER_FEET = "foot_index", "chin_over_hands", "hands_ahead_of_legs"

AT_TURN_WITHIN_SHARE = 1 / 20
"""Of a repetition: so near to its turning point a moment stands for it where it is not seen itself. What goes there and
back as a cosine has done all of its way but 2 % by then."""


def value_of(observed: Observed, rule: Rule, lens: Lens = as_seen) -> tuple[int, float]:
    """(frame that shows it, value) of the rule's statistic; a break has the benefit of the doubt about the ends."""
    measure = MEASURES[rule.measure]

    def over(part: slice) -> tuple[int, float]:
        values = observed.values_of(measure, part, lens)
        if not np.isfinite(values).any():
            return part.start, float("nan")
        return _statistic(rule.statistic, values, part.start, observed.repetition.turn)

    frames = observed.frames_of(rule.phase)
    frame, measured = over(frames)
    if not rule.side_of(measured):
        return frame, measured
    if must_be_reached(rule):
        values = np.full(observed.body.timestamps_s.size, np.nan)
        values[observed.surroundings] = observed.values_of(measure, observed.surroundings, lens)
        return over(until_rest(values, observed.body.timestamps_s, rule, frames))
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

    margin = _between_frames(observed, rule, frame)
    match taken:
        case Taken.IN_METRES:
            margin = margin.and_also(metres_margin(rule, is_lying=observed.is_lying)).and_also(up_to(as_seen))
        case Taken.DEEP_BEND:
            bones = depth_of_bones(body, observed.everything)
            margin = margin.and_also(metres_margin(rule, is_lying=observed.is_lying)).and_also(up_to(bones))
        case Taken.OBLIQUELY:
            margin = margin.and_also(up_to(Widened(FRONTAL_WIDTH_LEFT)).plus(oblique_margin(rule, measured)))
        case Taken.NEAR_SIDE if observed.view_angle_deg is not None:
            left = width_left(observed.view_angle_deg, is_lying=observed.is_lying)
            margin = margin.and_also(up_to(Widened(left)))
    for standing in _standing_feet(observed, rule):
        margin = margin.and_also(up_to(standing))
    if rule.on_knees and observed.support in (Support.CHANGING, Support.UNCLEAR):
        margin = margin.and_also(between(measured, value_of(observed, rule.for_knees)[1]))
    if rule.measure == CHIN and not _both_seen(body, measure, frame):
        margin = margin.and_also(Margin(HAND_BELOW, HAND_ABOVE))
    elif rule.measure == CHIN and observed.view != SIDE:
        margin = margin.and_also(Margin(above=CHIN_ABOVE))
    return margin


def _between_frames(observed: Observed, rule: Rule, frame: int) -> Margin:
    """How far the highest or lowest value may lie beyond the frame that shows it, which is up to half a frame away.

    There the value goes as a parabola does through the frame and its neighbours: by an eighth of its second difference.
    """
    near = slice(max(frame - 1, observed.surroundings.start), frame + 2)
    values = observed.values_of(MEASURES[rule.measure], near)
    if rule.statistic not in (Statistic.MAX, Statistic.MIN) or values.size < 3 or not np.isfinite(values).all():
        return Margin()
    beyond = abs(float(np.diff(values, 2)[0])) / 8.0
    return Margin(above=beyond) if rule.statistic is Statistic.MAX else Margin(below=beyond)


def feet_are_lost(observed: Observed, rule: Rule, measured: float) -> bool:
    """Whether the rule says otherwise over feet that keep their place, by more than the pose is usually off."""
    over = [value_of(observed, rule, standing)[1] for standing in _standing_feet(observed, rule)]
    usually_off = sum(usual_error(rule, measured))
    return any(rule.side_of(one) != rule.side_of(measured) and abs(one - measured) > usually_off for one in over)


def _standing_feet(observed: Observed, rule: Rule) -> list[Lens]:
    """Where feet must be that stand, for what is measured to them."""
    if rule.measure == OVER_FEET:
        return [steady_feet(observed.body, observed.everything)]
    to_toes = TOES in MEASURES[rule.measure].joints
    return [steady_toes(observed.body, observed.everything)] if to_toes else []


def _both_seen(body: Body, measure: Measure, frame: int) -> bool:
    part = body.part(slice(frame, frame + 1))
    return all(is_seen(part, measure.joints, side)[0] for side in SIDES)


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
            away = np.where(np.isfinite(values), np.abs(np.arange(values.size) - at_turn), np.inf)
            shown = int(np.argmin(away))
            at_turn = shown if away[shown] <= AT_TURN_WITHIN_SHARE * values.size else at_turn
            return first_frame + at_turn, float(values[at_turn])
        case _:
            return first_frame + at_turn, float(np.nanmean(values))
