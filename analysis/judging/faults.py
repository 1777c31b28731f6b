"""Holds the rules of an exercise against a repetition: passed, failed, or cannot tell for a reason."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.judging.benefit import MOVES_FOR_S, must_be_reached
from analysis.judging.exercise import NOT_ASKED, WHOLE, Rule, Statistic
from analysis.judging.instants import STILL_SHARE
from analysis.judging.margin import Margin, between, safe_pass
from analysis.judging.measuring import feet_are_lost, margin_of, value_of
from analysis.judging.observed import Observed
from analysis.judging.picture_clock import PLAIN_ABOVE_SHARE, PLAIN_BELOW_SHARE
from analysis.judging.support import Support
from analysis.judging.taken import taken_from
from analysis.motion.lenses import Lens, as_seen, in_metres
from analysis.motion.measures import MEASURES, SECONDS
from analysis.verdicts import FormFault, Measurement, NotAssessed, Remark, RuleVerdict, Verdict

SEEN_SHARE = 0.5
"""Share of a phase's frames in which every joint of a measure must be seen."""

FEWEST_FRAMES = 3
"""Fewer frames than this do not show a phase's highest or lowest value."""

DIGITS_OF_S = 6
"""Times are good to a microsecond: twelve frames at 30 a second last 0.4 s, whatever their difference leaves of it."""

JOINT_UNSEEN, WRONG_VIEW, TOO_FEW_FRAMES = "joint_unseen", "wrong_view", "too_few_frames"
TOO_CLOSE_TO_LIMIT, NOT_FOLLOWED = "too_close_to_limit", "not_followed"
OTHER_EXERCISE, OTHER_FORM = "other_exercise", "other_form"
CUT_OFF = Remark("cut_off")
REASONS = (JOINT_UNSEEN, WRONG_VIEW, TOO_FEW_FRAMES, TOO_CLOSE_TO_LIMIT, NOT_FOLLOWED, OTHER_EXERCISE, OTHER_FORM)


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


def assess(observed: Observed, rule: Rule) -> Answer:
    """The rule's answer for one repetition: pass, fail, or the reason why it cannot be told."""
    repetition, frames = observed.repetition, observed.frames_of(rule.phase)
    if rule.on_knees == NOT_ASKED and observed.support in (Support.KNEES, Support.CHANGING):
        return _cannot_tell(rule, observed, OTHER_FORM, Remark("other_form"))
    if rule.on_knees and observed.support is Support.KNEES:
        rule = rule.for_knees

    def cannot_tell(reason: str, detail: Remark) -> Answer:
        return _cannot_tell(rule, observed, reason, detail)

    if frames.stop - frames.start < FEWEST_FRAMES:
        return cannot_tell(TOO_FEW_FRAMES, Remark("too_few_frames"))
    wrong_view = Remark("wrong_view", {"view": (observed.view,), "views": rule.views})
    taken = taken_from(rule, observed.view, observed.view_angle_deg)
    if taken is None:
        return cannot_tell(WRONG_VIEW, wrong_view)
    if rule.statistic is Statistic.DURATION:
        return _duration(observed, rule, frames)
    measure = MEASURES[rule.measure]
    if np.isfinite(observed.values_of(measure, frames)).mean() < SEEN_SHARE:
        return cannot_tell(JOINT_UNSEEN, Remark("joints_unseen", {"joints": measure.joints}))
    lens = in_metres if taken.is_in_metres else as_seen
    frame, measured = value_of(observed, rule, lens)
    if not np.isfinite(measured):
        return cannot_tell(JOINT_UNSEEN, Remark("joint_hidden"))
    if not repetition.complete and _may_be_met_later(rule, measured):
        return cannot_tell(TOO_FEW_FRAMES, CUT_OFF)
    margin = margin_of(observed, rule, taken, frame, measured)
    answer = _answer(rule, measure.unit, observed, frame, measured, margin)
    if answer.fault and must_be_reached(rule) and _ends_unseen(observed, rule, lens):
        return _withdrawn(answer, JOINT_UNSEEN, Remark("joint_hidden"))
    if margin.is_decisive(rule, measured) and (answer.fault or safe_pass(rule, observed.view, margin, measured)):
        return answer
    if taken.is_in_metres:
        return _withdrawn(answer, WRONG_VIEW, wrong_view)
    if feet_are_lost(observed, rule, measured):
        return _withdrawn(answer, JOINT_UNSEEN, Remark("joint_hidden"))
    return _withdrawn(answer, TOO_CLOSE_TO_LIMIT, Remark(TOO_CLOSE_TO_LIMIT))


def not_followed(observed: Observed, rule: Rule) -> Answer:
    """The answer about a repetition whose landmarks cannot be a person's."""
    return _cannot_tell(rule, observed, NOT_FOLLOWED, Remark("not_followed"))


def _cannot_tell(rule: Rule, observed: Observed, reason: str, detail: Remark) -> Answer:
    return Answer(observed.repetition.index, RuleVerdict(rule.code, Verdict.CANNOT_TELL, reason, detail))


def _duration(observed: Observed, rule: Rule, frames: slice) -> Answer:
    """Of a phase without rest, as counted where the joints' way in the picture says the same; else as a plain way."""
    repetition, times = observed.repetition, observed.body.timestamps_s
    if not repetition.complete:
        return _cannot_tell(rule, observed, TOO_FEW_FRAMES, CUT_OFF)
    moving = repetition.moving
    without_rest = slice(max(frames.start, moving.start), min(frames.stop, moving.end))
    seconds, at_most_s = (
        round(float(times[part.stop - 1] - times[part.start]), DIGITS_OF_S) for part in (without_rest, frames)
    )
    # where the model's depth jumps, most of a way may look like rest: no fault is told for that
    margin = between(seconds, at_most_s)
    if rule.phase != WHOLE:
        way = observed.picture_way(back=frames.start == repetition.turn)
        if not np.isfinite(way.seconds):
            return _cannot_tell(rule, observed, JOINT_UNSEEN, Remark("joint_hidden"))
        margin = margin.and_also(between(seconds, way.seconds))
        if way.is_plain and not margin.is_decisive(rule, seconds):
            seconds, margin = way.seconds, Margin(PLAIN_BELOW_SHARE * way.seconds, PLAIN_ABOVE_SHARE * way.seconds)
    answer = _answer(rule, SECONDS, observed, repetition.turn, seconds, margin)
    if margin.is_decisive(rule, seconds):
        return answer
    return _withdrawn(answer, TOO_CLOSE_TO_LIMIT, Remark(TOO_CLOSE_TO_LIMIT))


def _ends_unseen(observed: Observed, rule: Rule, lens: Lens) -> bool:
    """Whether a joint is out of sight at either end of the repetition from where the limb moves on to a better moment.

    Still is as in `analysis.judging.instants`, moving on as in `analysis.judging.benefit`.
    """
    around, repetition = observed.surroundings, observed.repetition
    values, times = observed.values_of(MEASURES[rule.measure], around, lens), observed.body.timestamps_s[around]
    good = values if rule.at_least is not None else -values
    seen = np.flatnonzero(np.isfinite(good))
    still = STILL_SHARE * float(np.nanmax(np.abs(np.gradient(good, times)), initial=0.0))
    start, last = repetition.start - around.start, repetition.end - 1 - around.start
    for edge, hidden in ((seen[0], seen[0] - start), (seen[-1], last - seen[-1])):
        near = seen[np.abs(times[seen] - times[edge]) <= MOVES_FOR_S]
        before = near[-1] if edge == near[0] else near[0]
        if hidden >= FEWEST_FRAMES and edge != before:
            gained = (good[edge] - good[before]) / abs(times[edge] - times[before])
            if gained > still:
                return True
    return False


def _may_be_met_later(rule: Rule, measured: float) -> bool:
    """Whether frames after the clip's end could still bring the statistic into the good range."""
    grows = rule.statistic in (Statistic.MAX, Statistic.RANGE)
    shrinks = rule.statistic is Statistic.MIN
    return (grows and rule.at_least is not None and measured < rule.at_least) or (
        shrinks and rule.at_most is not None and measured > rule.at_most
    )


def _answer(rule: Rule, unit: str, observed: Observed, frame: int, measured: float, margin: Margin) -> Answer:
    index = observed.repetition.index
    limits = [limit for limit in (rule.at_least, rule.at_most) if limit is not None]
    limit = min(limits, key=lambda one: abs(measured - one))
    word = Verdict.FAIL if rule.side_of(measured) else Verdict.PASS
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
        return Answer(index, verdict)
    fault = FormFault(rule.code, rule.severity, index, rule.phase, frame, measured, limit, unit)
    return Answer(index, verdict, fault)


def _withdrawn(answer: Answer, reason: str, detail: Remark) -> Answer:
    """What was measured, without the verdict."""
    verdict = replace(answer.verdict, verdict=Verdict.CANNOT_TELL, reason=reason, detail=detail)
    return Answer(answer.repetition, verdict, nearly_kept=reason == TOO_CLOSE_TO_LIMIT and answer.fault is None)
