"""From a followed person to judged repetitions: the table of contents of the judging."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

import numpy as np
from numpy.typing import NDArray

from analysis.judging.arms_alone import as_followed
from analysis.judging.dance import whole_movement
from analysis.judging.exercise import WHOLE, Exercise, Limbs, Posture, Rule, Statistic, find_exercise
from analysis.judging.faults import JOINT_UNSEEN, NOT_FOLLOWED, OTHER_EXERCISE, assess, not_followed
from analysis.judging.fit import NOT_THIS_EXERCISE, has_its_phases, misfit, without_others
from analysis.judging.holds import holds, shown
from analysis.judging.kinematics import kinematics_of
from analysis.judging.observed import Observed, observe
from analysis.judging.phases import phases_of
from analysis.judging.recognition import recognise
from analysis.judging.repetitions import Count, count
from analysis.judging.scoring import repetition_score, set_score
from analysis.judging.seen import of_seen_sides
from analysis.judging.set_kinematics import set_kinematics
from analysis.judging.standards import hold_to_standard, no_repetitions, with_doubtful_attempts
from analysis.judging.static_pose import held_poses
from analysis.judging.support import Support
from analysis.judging.taken import taken_from
from analysis.kinematics import RepetitionKinematics
from analysis.motion.angles import angles_of_positions, seen_from_side
from analysis.motion.cycling import BODY_ANGLES, CYCLE_JOINTS, cycle_angle
from analysis.motion.gait import walking, without_walking
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import DEGREES, Body, body_of, body_with_leaps
from analysis.motion.plausibility import bone_changes, bones_hold, is_followed, is_plausible
from analysis.motion.signals import Signal
from analysis.motion.view import FRONT, REAR, view_of
from analysis.types import PoseTrack
from analysis.verdicts import (
    REPORT_SCHEMA_VERSION,
    AnalysisReport,
    FormFault,
    JudgedRepetition,
    NotAssessed,
    PoseQuality,
    Remark,
    Severity,
)

LITTLE_SEEN = 0.5
"""Below this visibility or share of frames a report says that it rests on little."""

NAMELESS = ("out", "back")
"""The ways of a repetition of which it is not known where it turns."""

ALL_JOINTS = {"shoulder", "hip", "knee", "elbow"}
"""What must be seen of whom no exercise is known."""


def judge(
    track: PoseTrack,
    exercise: Exercise,
    *,
    people: int = 1,
    body: Body | None = None,
    height_m: float | None = None,
) -> AnalysisReport:
    """Counts the repetitions of `exercise`, or times its holds, and judges each by the exercise's rules.

    Args:
        track: The person who exercises.
        exercise: What to look for. One that is not known (`unselected`) is judged as the exercise that is recognised;
            if none is, whatever moves periodically is counted.
        people: Most people seen at one time.
        body: `body_of(track)`, where the caller has it already.
        height_m: The person's height, for velocities in metres a second.
    """
    steady = body_of(track) if body is None else body
    whole = as_followed(steady, exercise)
    by_arms = whole is not steady
    with_leaps = whole if by_arms else body_with_leaps(track, whole)
    walks = walking(with_leaps)  # who walks to the bar, or away from it, does no repetitions
    body, moving = (without_walking(one, walks) for one in (whole, with_leaps))
    # a movement with a few frames astray is still one; a verdict must not rest on them
    counted = count(moving, exercise)
    followed = is_followed(with_leaps) and not (by_arms and not counted.repetitions)
    recognised = None if exercise.is_known or not followed else recognise(moving, counted)
    if recognised is not None:
        exercise = find_exercise(recognised.exercise)
        counted = count(moving, exercise, counted.motion)
    counted = with_doubtful_attempts(moving, exercise, counted)
    if not by_arms:  # arms alone do not show how the body is held
        counted = without_others(moving, exercise, counted)
    fits = by_arms or recognised is not None
    refusal = _refusal(moving, exercise, counted, followed=followed, fits=fits)
    if refusal is not None:
        counted = replace(counted, repetitions=(), warnings=(refusal.detail,))
    elif by_arms:
        counted = replace(counted, warnings=(*counted.warnings, Remark("followed_by_arms")))
    has_phases = has_its_phases(moving, exercise, counted)
    if not has_phases:
        exercise = replace(exercise, phases=NAMELESS)
    kept, failed = hold_to_standard(body, exercise, counted.repetitions)
    counting = tuple(one.repetition for one in kept)
    changes = bone_changes(body)
    to_judge = () if refusal else kept or [observe(body, exercise, one) for one in holds(body, exercise)]
    judged = [_judge_repetition(exercise, one, changes, has_phases=has_phases) for one in to_judge]
    in_picture = _in_picture(whole, exercise, [verdict for verdict, _ in judged])
    signal = _as_judged(whole, exercise, replace(counted, repetitions=counting), in_picture)
    if exercise.hold:
        signal = _as_shown(body, exercise, signal, to_judge)
    if refusal is not None and refusal.reason == NOT_FOLLOWED:
        # no curve, and no number in the film, of what is guessed
        signal = np.full_like(signal, np.nan)
    figures = kinematics_of(
        body,
        exercise,
        [one.moving for one in counting],
        counted.signal_name,
        signal,
        counted.signal_unit,
        height_m=height_m,
        in_picture=in_picture,
    )
    efforts = tuple(
        verdict if one is None else _as_moved(verdict, one, body.timestamps_s, exercise)
        for (verdict, _), one in zip_longest(judged, figures)
    )
    unanswered = tuple(reason for _, reasons in judged for reason in reasons)
    not_asked = () if refusal is None else tuple(replace(refusal, code=rule.code) for rule in exercise.rules)
    return AnalysisReport(
        schema_version=REPORT_SCHEMA_VERSION,
        exercise=exercise.name,
        video=track.video,
        repetitions=() if exercise.hold else efforts,
        faults=tuple(sorted((fault for verdict in efforts for fault in verdict.faults), key=lambda one: one.frame)),
        not_assessed=(*_blind_spots(exercise), *not_asked, *_summed_up(unanswered, len(efforts))),
        quality=_quality(whole, exercise, replace(counted, warnings=(*counted.warnings, *_form(efforts))), people),
        score=set_score(efforts),
        signal_name=counted.signal_name,
        signal=signal,
        signal_unit=counted.signal_unit,
        kinematics=set_kinematics(efforts),
        no_repetitions=() if refusal else no_repetitions(body, exercise, counted, failed),
        holds=efforts if exercise.hold else (),
        poses=held_poses(steady),
        movement=whole_movement(steady),
        recognised=recognised,
    )


def _refusal(body: Body, exercise: Exercise, counted: Count, *, followed: bool, fits: bool) -> NotAssessed | None:
    """Why nothing is counted and judged at all; None where all is well.

    Args:
        body: The person.
        exercise: What was looked for.
        counted: All that was found.
        followed: Whether the landmarks can be a person's.
        fits: Whether it is taken for the exercise without being asked.
    """
    unseen = NotAssessed("", NOT_FOLLOWED, None, Remark("nothing_followed"))
    on_whole_body = exercise.cycle is not None and counted.signal_unit != DEGREES
    if not followed or (on_whole_body and counted.repetitions and not bones_hold(body)):
        return unseen
    other = None if fits else misfit(body, exercise, counted)
    if other is None:
        return None
    # who is filmed from elsewhere than the exercise wants, and does nothing else that we know, has the benefit of the
    # doubt: it may look different because of that
    from_elsewhere = bool(exercise.views) and view_of(body.world)[0] not in exercise.views
    if other.code == NOT_THIS_EXERCISE and from_elsewhere:
        return unseen
    return NotAssessed("", OTHER_EXERCISE, None, other)


def _judge_repetition(
    exercise: Exercise, observed: Observed, changes: Signal, *, has_phases: bool
) -> tuple[JudgedRepetition, tuple[NotAssessed, ...]]:
    measurable = is_plausible(changes, observed.everything)
    answers = [
        assess(observed, rule)
        if measurable and (has_phases or not _needs_phases(rule))
        else not_followed(observed, rule)
        for rule in exercise.rules
    ]
    measurements = tuple(answer.measurement for answer in answers if answer.measurement)
    faults = tuple(sorted((answer.fault for answer in answers if answer.fault), key=_worst_first))
    # a value just inside of its limit is no praise, but it was seen, and takes nothing off the score
    answered = {answer.verdict.code for answer in answers if answer.measurement or answer.nearly_kept}
    judged = JudgedRepetition(
        observed.repetition,
        observed.phases,
        measurements,
        faults,
        repetition_score(exercise.rules, answered, faults),
        verdicts=tuple(answer.verdict for answer in answers),
        view=observed.view,
        view_angle_deg=observed.view_angle_deg,
        on_knees=measurable and _rests_on_knees(exercise, observed),
    )
    return judged, tuple(answer.not_assessed for answer in answers if answer.not_assessed)


def _rests_on_knees(exercise: Exercise, observed: Observed) -> bool:
    return any(rule.on_knees for rule in exercise.rules) and observed.support is Support.KNEES


def _needs_phases(rule: Rule) -> bool:
    return rule.phase != WHOLE or rule.statistic in (Statistic.AT_START, Statistic.AT_TURN)


def _as_moved(
    judged: JudgedRepetition, figures: RepetitionKinematics, timestamps_s: Signal, exercise: Exercise
) -> JudgedRepetition:
    """With its figures, and from leaving rest to being back as they say.

    What is judged is a tenth of the way away from rest, or has rest in it; what is told has neither.
    """
    told, turn = judged.repetition.moving, judged.repetition.turn
    start, end = told.start, told.end
    if figures.start_s is not None:
        start = int(np.searchsorted(timestamps_s, figures.start_s, side="right")) - 1
    if figures.end_s is not None:
        end = int(np.searchsorted(timestamps_s, figures.end_s)) + 1
    told = replace(told, start=min(max(start, 0), turn), end=max(end, turn + 1))
    phases = phases_of(told, exercise.phases)
    return replace(judged, repetition=told, phases=phases, kinematics=figures, counted=judged.repetition)


def _worst_first(fault: FormFault) -> tuple[bool, float]:
    return fault.severity is not Severity.MAJOR, -abs(fault.measured - fault.limit) / max(abs(fault.limit), 1.0)


def _in_picture(body: Body, exercise: Exercise, judged: Sequence[JudgedRepetition]) -> NDArray[np.bool_]:
    """(frames,) where the angle that cycles is read in pixels: in repetitions, and the rest beside them, as rules do.

    What goes sideways (the arms of a jumping jack) is read in pixels from the front, too. Where no rule reads the
    angle, it is as the view of the frame allows.
    """
    chosen = seen_from_side(body.world)
    angle = exercise.cycle.angle if exercise.cycle is not None else ""
    read = [rule for rule in exercise.rules if rule.measure == angle]
    places = [one.repetition for one in judged]
    edges = [0, *((one.end + other.start) // 2 for one, other in pairwise(places)), len(chosen)]
    for one, (first, last) in zip(judged, pairwise(edges), strict=False):
        ways = [way for rule in read if (way := taken_from(rule, one.view, one.view_angle_deg)) is not None]
        if ways:
            chosen[first:last] = not ways[0].is_in_metres
    return chosen


def _as_judged(body: Body, exercise: Exercise, counted: Count, in_picture: NDArray[np.bool_]) -> Signal:
    """(frames,) the signal of the plot: the angle that cycles as the rules measure it, so that limits fit beside it.

    Counting reads metres, which understate strong flexion; rules read pixels where the view allows it, of the limb that
    works (the front knee of a lunge, not the rear), or the mean of those that are seen.
    """
    cycle = exercise.cycle
    if cycle is None or counted.signal_name != cycle.angle:
        return counted.signal
    if cycle.angle in BODY_ANGLES:
        return cycle_angle(body.world, cycle.angle, "left")
    angles = angles_of_positions(body.image, body.world, body.timestamps_s, in_picture=in_picture)
    sides: dict[Side, Signal] = {side: angles[f"{side}_{cycle.angle}"] for side in SIDES}
    both = of_seen_sides(body, CYCLE_JOINTS[cycle.angle], sides)
    if cycle.limbs is Limbs.TOGETHER:
        return both
    signal: Signal = (np.fmax if cycle.rising else np.fmin)(sides["left"], sides["right"])
    for one in counted.repetitions:
        working = both if one.side is None else sides["left" if one.side == "left" else "right"]
        signal[one.start : one.end] = working[one.start : one.end]
    return signal


def _as_shown(body: Body, exercise: Exercise, signal: Signal, held: Sequence[Observed]) -> Signal:
    """The signal without what the camera does not show of the holds: no curve, and no number in the film, of that."""
    result = signal.copy()
    for one in held:
        result[one.everything][~shown(body, exercise, one.repetition.start, one.repetition.end)] = np.nan
    return result


def _blind_spots(exercise: Exercise) -> tuple[NotAssessed, ...]:
    return tuple(NotAssessed(spot.code, JOINT_UNSEEN, None, Remark(spot.code)) for spot in exercise.blind_spots)


def _summed_up(unanswered: tuple[NotAssessed, ...], repetitions: int) -> tuple[NotAssessed, ...]:
    """A rule that stays without an answer for the same reason in every repetition is said once, for the whole set."""
    kept: dict[tuple[str, str, int | None], NotAssessed] = {}
    for one in unanswered:
        everywhere = sum(other.code == one.code and other.reason == one.reason for other in unanswered) == repetitions
        said = replace(one, repetition=None) if everywhere else one
        kept.setdefault((said.code, said.reason, said.repetition), said)
    return tuple(kept.values())


def _form(efforts: Sequence[JudgedRepetition]) -> tuple[Remark, ...]:
    """What is to be said of the form of the exercise that was done."""
    on_knees = sum(one.on_knees for one in efforts)
    if not on_knees:
        return ()
    return (Remark("on_knees"),) if on_knees == len(efforts) else (Remark("partly_on_knees"),)


def _quality(body: Body, exercise: Exercise, count: Count, people: int) -> PoseQuality:
    found = np.isfinite(body.image[:, 0, 0])
    person_found = float(found.mean()) if found.size else 0.0
    view, angle = view_of(body.world)
    visibility = _mean_visibility(body, exercise)
    warnings = list(count.warnings)
    if person_found < LITTLE_SEEN:
        warnings.append(Remark("person_rarely_found"))
    if visibility < LITTLE_SEEN:
        warnings.append(Remark("joints_mostly_hidden"))
    if exercise.views and view not in exercise.views:
        names = {"view": (view,), "exercise": (exercise.name,), "views": exercise.views[:1]}
        warnings.append(Remark("view_not_best", names))
    if _may_be_guessed(exercise, count, view):
        warnings.append(Remark("count_uncertain"))
    return PoseQuality(person_found, visibility, view, angle, people, tuple(warnings))


def _may_be_guessed(exercise: Exercise, counted: Count, view: str) -> bool:
    """Whether repetitions were counted of a whole body that lies along the line of sight, one part before the other."""
    lies = exercise.posture in (Posture.PRONE, Posture.SUPINE)
    by_arms = Remark("followed_by_arms") in counted.warnings
    return lies and view in (FRONT, REAR) and bool(counted.repetitions) and not by_arms


def _mean_visibility(body: Body, exercise: Exercise) -> float:
    """Mean visibility of the joints that cycle, on the better seen side, over frames with a person."""
    joints = {joint for angle in exercise.angles for joint in CYCLE_JOINTS[angle]} or ALL_JOINTS
    found = np.isfinite(body.image[:, 0, 0])
    if not found.any():
        return 0.0
    sides = [
        float(body.visibility[found][:, [landmark(joint, side) for joint in sorted(joints)]].mean()) for side in SIDES
    ]
    both = exercise.cycle is not None and exercise.cycle.limbs is not Limbs.TOGETHER
    return sum(sides) / len(sides) if both else max(sides)
