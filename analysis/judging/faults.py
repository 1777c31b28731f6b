"""Holds the rules of an exercise against a repetition: passed, failed, or cannot tell for a reason."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.judging.benefit import must_be_kept, must_be_reached, until_rest, within_picture
from analysis.judging.exercise import WHOLE, Rule, Statistic
from analysis.judging.margin import (
    FRONTAL_WIDTH_LEFT,
    HAND_ABOVE,
    HAND_BELOW,
    Margin,
    between,
    is_deep_bend,
    is_frontal_seen_obliquely,
    is_measured_in_metres,
    margin_of,
    metres_margin,
    ratio_margin,
    safe_pass,
    width_left,
)
from analysis.judging.phases import Phase, frames_of
from analysis.judging.picture_clock import PLAIN_ABOVE_SHARE, PLAIN_BELOW_SHARE, picture_way
from analysis.motion.feet import with_steady_toes
from analysis.motion.foreshortening import with_depth_of_bones
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import MEASURES, RATIO, SECONDS, Body, Measure, Sides
from analysis.motion.signals import Signal
from analysis.motion.view import SIDE, is_lying, view_within
from analysis.types import Repetition
from analysis.verdicts import FormFault, Measurement, NotAssessed, Remark, RuleVerdict, Verdict

SEEN_FROM = 0.5
"""A joint counts as seen from this visibility on, MediaPipe's own default for presence and tracking."""

SEEN_SHARE = 0.5
"""Share of a phase's frames in which every joint of a measure must be seen."""

FEWEST_FRAMES = 3
"""Fewer frames than this do not show a phase's highest or lowest value."""

JOINT_UNSEEN, WRONG_VIEW, TOO_FEW_FRAMES = "joint_unseen", "wrong_view", "too_few_frames"
TOO_CLOSE_TO_LIMIT, NOT_FOLLOWED = "too_close_to_limit", "not_followed"
OTHER_EXERCISE = "other_exercise"
CUT_OFF = Remark("cut_off")
TOES, CHIN = "foot_index", "chin_over_hands"
REASONS = (JOINT_UNSEEN, WRONG_VIEW, TOO_FEW_FRAMES, TOO_CLOSE_TO_LIMIT, NOT_FOLLOWED, OTHER_EXERCISE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says of one repetition.

    Attributes:
        repetition: Index of the repetition.
        verdict: Pass, fail or cannot tell, with what was measured or the reason.
        fault: The break, where the verdict is fail.
        nearly_kept: Measured inside of the limit, though too close to it to be told.
    """

    repetition: int
    verdict: RuleVerdict
    fault: FormFault | None = None
    nearly_kept: bool = False

    @property
    def measurement(self) -> Measurement | None:
        """What was measured; None where it cannot be told."""
        one = self.verdict
        if one.verdict is Verdict.CANNOT_TELL or one.measured is None or one.limit is None or one.unit is None:
            return None
        return Measurement(one.code, one.measured, one.limit, one.unit, one.verdict is Verdict.PASS)

    @property
    def not_assessed(self) -> NotAssessed | None:
        """The reason why it cannot be told; None where it can."""
        one = self.verdict
        if one.reason is None or one.detail is None:
            return None
        return NotAssessed(one.code, one.reason, self.repetition, one.detail)


def assess(body: Body, rule: Rule, repetition: Repetition, phases: tuple[Phase, ...]) -> Answer:
    """The rule's answer for one repetition: pass, fail, or the reason why it cannot be told."""
    frames = frames_of(rule.phase, repetition, phases)

    if frames.stop - frames.start < FEWEST_FRAMES:
        return _cannot_tell(rule, repetition, TOO_FEW_FRAMES, Remark("too_few_frames"))
    if rule.statistic is Statistic.DURATION:
        return _duration(body, rule, repetition, frames)
    measure = MEASURES[rule.measure]
    everything = slice(repetition.start, repetition.end)
    view, angle_deg = view_within(body.world, everything)
    margin = margin_of(rule, view, angle_deg)
    wrong_view = Remark("wrong_view", {"view": (view,), "views": rule.views})
    if margin is None:
        return _cannot_tell(rule, repetition, WRONG_VIEW, wrong_view)
    lying = is_lying(body.world, everything)
    deep_bend = is_deep_bend(rule, view, angle_deg)
    by_metres = is_measured_in_metres(rule, view) or deep_bend
    if np.isfinite(seen_values(body, measure, frames, repetition.side)).mean() < SEEN_SHARE:
        return _cannot_tell(rule, repetition, JOINT_UNSEEN, Remark("joints_unseen", {"joints": measure.joints}))
    frame, measured = value_of(in_metres(body) if by_metres else body, rule, repetition, frames)
    if not np.isfinite(measured):
        return _cannot_tell(rule, repetition, JOINT_UNSEEN, Remark("joint_hidden"))
    if not repetition.complete and _may_be_met_later(rule, measured):
        return _cannot_tell(rule, repetition, TOO_FEW_FRAMES, CUT_OFF)
    if by_metres:
        otherwise = with_depth_of_bones(body, everything) if deep_bend else body
        margin = margin.and_also(metres_margin(rule, is_lying=lying))
        margin = margin.and_also(between(measured, value_of(otherwise, rule, repetition, frames)[1]))
    elif is_frontal_seen_obliquely(rule, view):
        turned_back = _turned_back(body, FRONTAL_WIDTH_LEFT)
        more = ratio_margin(measured) if measure.unit == RATIO else margin
        margin = between(measured, value_of(turned_back, rule, repetition, frames)[1]).plus(more)
    elif rule.views and view == SIDE and angle_deg is not None:
        turned_back = _turned_back(body, width_left(angle_deg, is_lying=lying))
        margin = margin.and_also(between(measured, value_of(turned_back, rule, repetition, frames)[1]))
    if TOES in measure.joints:
        steady = with_steady_toes(body, everything)
        margin = margin.and_also(between(measured, value_of(steady, rule, repetition, frames)[1]))
    if rule.measure == CHIN and not _both_seen(body, measure, frame):
        margin = margin.and_also(Margin(HAND_BELOW, HAND_ABOVE))
    answer = _answer(rule, measure.unit, repetition, frame, measured, margin)
    if margin.is_decisive(rule, measured) and (answer.fault or safe_pass(rule, view, margin, measured)):
        return answer
    if by_metres:
        return _withdrawn(answer, WRONG_VIEW, wrong_view)
    return _withdrawn(answer, TOO_CLOSE_TO_LIMIT, Remark(TOO_CLOSE_TO_LIMIT))


def not_followed(rule: Rule, repetition: Repetition) -> Answer:
    """The answer about a repetition whose landmarks cannot be a person's."""
    return _cannot_tell(rule, repetition, NOT_FOLLOWED, Remark("not_followed"))


def _cannot_tell(rule: Rule, repetition: Repetition, reason: str, detail: Remark) -> Answer:
    return Answer(repetition.index, RuleVerdict(rule.code, Verdict.CANNOT_TELL, reason, detail))


def _duration(body: Body, rule: Rule, repetition: Repetition, frames: slice) -> Answer:
    """Of a phase, as it was counted where the joints' way in the picture says the same; else as a plain way says."""
    if not repetition.complete:
        return _cannot_tell(rule, repetition, TOO_FEW_FRAMES, CUT_OFF)
    seconds = float(body.timestamps_s[frames.stop - 1] - body.timestamps_s[frames.start])
    margin = Margin()
    if rule.phase != WHOLE:
        way = picture_way(body, repetition, back=frames.start == repetition.turn)
        if not np.isfinite(way.seconds):
            return _cannot_tell(rule, repetition, JOINT_UNSEEN, Remark("joint_hidden"))
        margin = between(seconds, way.seconds)
        if way.is_plain and not margin.is_decisive(rule, seconds):
            seconds, margin = way.seconds, Margin(PLAIN_BELOW_SHARE * way.seconds, PLAIN_ABOVE_SHARE * way.seconds)
    answer = _answer(rule, SECONDS, repetition, repetition.turn, seconds, margin)
    if margin.is_decisive(rule, seconds):
        return answer
    return _withdrawn(answer, TOO_CLOSE_TO_LIMIT, Remark(TOO_CLOSE_TO_LIMIT))


def value_of(body: Body, rule: Rule, repetition: Repetition, frames: slice) -> tuple[int, float]:
    """(frame that shows it, value) of the rule's statistic; a break has the benefit of the doubt about the ends."""
    measure = MEASURES[rule.measure]

    def over(part: slice) -> tuple[int, float]:
        values = seen_values(body, measure, part, repetition.side)
        if not np.isfinite(values).any():
            return part.start, float("nan")
        return _statistic(rule.statistic, values, part.start, repetition.turn)

    frame, measured = over(frames)
    if not _is_broken(rule, measured):
        return frame, measured
    if must_be_reached(rule):
        everywhere = seen_values(body, measure, slice(0, body.timestamps_s.size), repetition.side)
        return over(until_rest(everywhere, body.timestamps_s, rule, frames))
    return over(within_picture(body, repetition, frames)) if must_be_kept(rule) else (frame, measured)


def in_metres(body: Body) -> Body:
    """The body with the model's metres in the place of pixels, for angles that the picture foreshortens."""
    return replace(body, image=body.world)


def _turned_back(body: Body, width_left: float) -> Body:
    """The body as the camera would see it from exactly the side, if all of it lay in the middle plane."""
    image = body.image.copy()
    image[..., 0] /= width_left
    return replace(body, image=image)


def _may_be_met_later(rule: Rule, measured: float) -> bool:
    """Whether frames after the clip's end could still bring the statistic into the good range."""
    grows = rule.statistic in (Statistic.MAX, Statistic.RANGE)
    shrinks = rule.statistic is Statistic.MIN
    return (grows and rule.at_least is not None and measured < rule.at_least) or (
        shrinks and rule.at_most is not None and measured > rule.at_most
    )


def seen_values(body: Body, measure: Measure, frames: slice, working_side: str | None) -> Signal:
    """The measure over some frames, NaN where a joint of it is hidden; the mean of both sides where both are seen."""
    part = body.part(frames)
    if measure.sides is Sides.BOTH:
        return np.where(_seen(part, measure, "left") & _seen(part, measure, "right"), measure.of(part, "left"), np.nan)
    one_side = measure.sides is Sides.WORKING and working_side is not None
    sides = [side for side in SIDES if not one_side or side == working_side]
    columns = [np.where(_seen(part, measure, side), measure.of(part, side), np.nan) for side in sides]
    counted = np.isfinite(columns).sum(axis=0)
    total = np.nansum(columns, axis=0)
    mean: Signal = np.divide(total, counted, out=np.full_like(total, np.nan), where=counted > 0)
    return mean


def _seen(body: Body, measure: Measure, side: Side) -> NDArray[np.bool_]:
    """(frames,) whether every joint of the measure is seen on that side."""
    joints = [landmark(joint, side) for joint in measure.joints]
    return np.asarray((body.inside[:, joints] & (body.visibility[:, joints] >= SEEN_FROM)).all(axis=1))


def _both_seen(body: Body, measure: Measure, frame: int) -> bool:
    part = body.part(slice(frame, frame + 1))
    return all(_seen(part, measure, side)[0] for side in SIDES)


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


def _is_broken(rule: Rule, measured: float) -> bool:
    too_low = rule.at_least is not None and measured < rule.at_least
    return too_low or (rule.at_most is not None and measured > rule.at_most)


def _answer(rule: Rule, unit: str, repetition: Repetition, frame: int, measured: float, margin: Margin) -> Answer:
    limits = [limit for limit in (rule.at_least, rule.at_most) if limit is not None]
    limit = min(limits, key=lambda one: abs(measured - one))
    word = Verdict.FAIL if _is_broken(rule, measured) else Verdict.PASS
    verdict = RuleVerdict(
        rule.code,
        word,
        frame=frame,
        measured=measured,
        limit=limit,
        unit=unit,
        margin=(margin.below, margin.above),
    )
    if word is Verdict.PASS:
        return Answer(repetition.index, verdict)
    fault = FormFault(rule.code, rule.severity, repetition.index, rule.phase, frame, measured, limit, unit)
    return Answer(repetition.index, verdict, fault)


def _withdrawn(answer: Answer, reason: str, detail: Remark) -> Answer:
    """What was measured, without the verdict."""
    verdict = replace(answer.verdict, verdict=Verdict.CANNOT_TELL, reason=reason, detail=detail)
    return Answer(answer.repetition, verdict, nearly_kept=reason == TOO_CLOSE_TO_LIMIT and answer.fault is None)
