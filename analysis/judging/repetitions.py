"""Counting: where a repetition leaves rest, turns, and comes back.

A known exercise is counted on its own joint angle, measured in the model's metres, where a limb that comes towards
the camera keeps its angle. Where that joint is hidden or the angle does not show the movement (push-ups from above),
the movement of the whole body is read instead. Without an exercise, whatever moves periodically is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.judging.attempts import FEWEST_FRAMES, FEWEST_OF_A_SET, attempts_on, extent, in_frames, moving
from analysis.judging.cycle_signals import Signals
from analysis.judging.exercise import Cycle, Exercise, Limbs
from analysis.judging.periodicity import SMALLEST_LIKENESS, SMALLEST_WAY, Repeated, most_likely, readings
from analysis.judging.posture import in_posture
from analysis.judging.resemblance import UNLIKELY_FROM, resemblance, signature_at
from analysis.judging.same_way import goes_same_way
from analysis.judging.signature import Signature, known_signatures
from analysis.judging.two_views import across_views
from analysis.motion.alternation import ALTERNATING_FROM, each_side, is_gait, swapping_share
from analysis.motion.angles import limb_angle
from analysis.motion.cycling import cycle_angle
from analysis.motion.landmarks import SIDES, Side
from analysis.motion.measures import BODY_HEIGHT, DEGREES, Body
from analysis.motion.movement import Motion, likeness, motion_of, ways, whole_way
from analysis.motion.plausibility import bones_hold
from analysis.motion.signals import Signal
from analysis.motion.swings import SHARE_OF_TYPICAL_SWING, Swing
from analysis.types import Repetition
from analysis.verdicts import Remark

FEWEST_THAT_REPEAT = 2
"""A single one that looks like the exercise may be anything."""

OWN_LIKE_FROM = 0.17
"""Likeness that an attempt of the exercise's own angle needs; less than without one, for the angle speaks for it.
In the given clips jitter of a hidden joint stays below 0.16 and the oddest true repetition reaches 0.20."""

OTHER_WAY_SHARE = 1 / 1.5
"""A further way to count is used only where it explains half as much again as the exercise's first one."""

BETTER_BY = 2.0
"""The whole body's movement is read only where it explains twice as much as the exercise's own angle."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted.

    Attributes:
        repetitions: In order of their turning points.
        signal_name: What was counted on.
        signal: (frames,) its values, NaN where unseen.
        signal_unit: `deg` or `body_height`.
        warnings: What a reader should know of the count.
        motion: Of the whole body; None where too little of it is seen, or nothing is counted but held.
    """

    repetitions: tuple[Repetition, ...]
    signal_name: str
    signal: Signal
    signal_unit: str
    warnings: tuple[Remark, ...] = ()
    motion: Motion | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A swing (in frames) of one side, or None for both.

    Attributes:
        swing: From low to low.
        side: Whose.
        start: First frame of the repetition.
        end: Frame after its last one.
        signal: (frames,) what it was read from.
    """

    swing: Swing
    side: Side | None
    start: int
    end: int
    signal: Signal


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the motion as repetitions.

    Attributes:
        attempts: The repetitions, in order.
        name: Of the signal.
        unit: Of the signal.
        signal: (frames,) what was read; repetitions rise or fall in it. Bridged where the person was not found.
        merit: How much of the motion the repetitions explain.
    """

    attempts: tuple[_Attempt, ...]
    name: str
    unit: str
    signal: Signal
    merit: float


def count(body: Body, exercise: Exercise, motion: Motion | None = None) -> Count:
    """The repetitions of `exercise` in a cleaned track; without a cycle, of whatever moves periodically.

    What is held has none; its signal is the first angle of the position.

    Args:
        body: The person.
        exercise: What to look for.
        motion: `motion_of(body)`, where the caller has it already.
    """
    if exercise.hold is not None:
        angle = exercise.angles[0]
        return Count((), angle, np.fmin(*(cycle_angle(body.world, angle, side) for side in SIDES)), DEGREES)
    motion = motion_of(body) if motion is None else motion
    if exercise.cycle is None:
        return _counted(body, _on_whole_body(body, motion), motion)
    cycle, own = _on_best_angle(body, exercise, motion)
    if motion is None or whole_way(motion.poses) <= BETTER_BY * own.merit:
        return _counted(body, own, motion)  # nothing explains more than all of the motion
    # an angle that finds nothing does not tell either which way a repetition goes
    whole = _on_whole_body(body, motion, like=own.signal if own.attempts else None, rising=cycle.rising)
    is_better = whole.merit > BETTER_BY * own.merit and len(whole.attempts) >= FEWEST_OF_A_SET
    # what is no count where bones do not keep their length outvotes no set of the exercise's own
    may_be_better = is_better and (len(own.attempts) < FEWEST_OF_A_SET or bones_hold(body))
    if may_be_better and not _is_something_else(body, exercise, whole, own):
        return _counted(body, whole, motion, Remark("counted_on_whole_body", {"signal": (exercise.cycle.angle,)}))
    return _counted(body, own, motion)


def _is_something_else(body: Body, exercise: Exercise, whole: _Reading, own: _Reading) -> bool:
    """Whether the exercise's own angle finds repetitions that look like it, and the whole body does what does not."""
    known = known_signatures().get(exercise.name)
    if known is None or len(own.attempts) < FEWEST_THAT_REPEAT:
        return False
    mine, its = (
        resemblance(_signature(body, one.attempts), known.signature, exercise).distance for one in (own, whole)
    )
    return mine <= UNLIKELY_FROM < its


def _signature(body: Body, attempts: Sequence[_Attempt]) -> Signature:
    return signature_at(body, [one.start for one in attempts], [one.swing.peak for one in attempts])


@dataclass(frozen=True, slots=True)
class Attempted:
    """Where the exercise's own angle and posture find repetitions, whatever else moves.

    Attributes:
        starts: Frames at which they leave rest.
        turns: Frames of their turning points.
        merit: How much of the motion they explain, each as far as it is like another one; for any exercise alike.
    """

    starts: tuple[int, ...]
    turns: tuple[int, ...]
    merit: float


def attempted(signals: Signals, exercise: Exercise, motion: Motion) -> Attempted:
    """What is found on the angle of the exercise's cycle that explains the most."""
    found = max((_on_angle(signals, exercise, cycle, motion) for cycle in exercise.cycles), key=lambda one: one.merit)
    attempts = found.attempts
    in_samples = [_in_samples(motion, one.swing, one.start, one.end) for one in attempts]
    # two lunges, one of each side, have nothing of their own side to be compared with
    comparable = 2 if exercise.cycle is not None and exercise.cycle.limbs.one_at_a_time else 1
    like = likeness(motion.poses, in_samples, reach=2) if len(attempts) > comparable else np.ones(len(attempts))
    merit = float((like**2 * ways(motion.poses, in_samples))[like >= OWN_LIKE_FROM].sum()) if attempts else 0.0
    return Attempted(tuple(one.start for one in attempts), tuple(one.swing.peak for one in attempts), merit)


def _on_best_angle(body: Body, exercise: Exercise, motion: Motion | None) -> tuple[Cycle, _Reading]:
    """The way to count that explains the most of the motion, by half as much again as the exercise's first one."""
    signals = Signals(body)
    found = [_on_angle(signals, exercise, cycle, motion) for cycle in exercise.cycles]
    merits = [one.merit * (1.0 if number == 0 else OTHER_WAY_SHARE) for number, one in enumerate(found)]
    best = int(np.argmax(merits))
    return exercise.cycles[best], found[best]


def _on_angle(known: Signals, exercise: Exercise, cycle: Cycle, motion: Motion | None) -> _Reading:
    """The exercise's own angle: swings of the right size, duration and posture that are like each other."""
    found: list[_Attempt] = []
    merit = 0.0
    body, signals = known.body, known.of(cycle)
    for side, signal in signals:
        attempts = _in_posture(body, exercise, attempts_on(body, signal, cycle), motion)
        if motion is not None and attempts:
            in_samples = [_in_samples(motion, swing, *extent(swing, signal)) for swing in attempts]
            like = np.ones(len(attempts))
            # of three lunges by turns the one in the middle has no neighbour of its own side
            if len(attempts) >= FEWEST_OF_A_SET + (cycle.limbs is Limbs.FRONT_LEG):
                # a half lunge that is no attempt leaves the next of its own side three away
                reach = 3 if cycle.limbs is Limbs.FRONT_LEG else 2
                like = likeness(motion.poses, in_samples, reach=reach, may_be_cut_off=True)
            kept = like >= OWN_LIKE_FROM
            kept |= goes_same_way(motion.poses, in_samples, kept)  # a shallow one may be like no neighbour
            merit += float((like[kept] ** 2 * ways(motion.poses, in_samples)[kept]).sum())
            attempts = [swing for swing, is_kept in zip(attempts, kept, strict=True) if is_kept]
        found += [_attempt(swing, side, signal) for swing in attempts]
    found = [replace(one, side=one.side or front_leg(body, cycle, one.swing.peak)) for one in _once_each(found)]
    shown = signals[0][1] if len(signals) == 1 else np.fmax(signals[0][1], signals[1][1])
    return _Reading(tuple(found), cycle.angle, DEGREES, shown, merit)


def _attempt(swing: Swing, side: Side | None, signal: Signal) -> _Attempt:
    return _Attempt(swing, side, *extent(swing, signal), signal)


def _once_each(found: list[_Attempt]) -> list[_Attempt]:
    """In order of time; what both sides do at the same time is one repetition, of the side that moves further."""
    kept: list[_Attempt] = []
    for attempt in sorted(found, key=lambda one: one.swing.peak):
        last = kept[-1] if kept else None
        if last is not None and attempt.side is not last.side and attempt.start < last.swing.peak < attempt.end:
            kept[-1] = max(last, attempt, key=lambda one: one.swing.rise)
        else:
            kept.append(attempt)
    return kept


def _on_whole_body(body: Body, motion: Motion | None, like: Signal | None = None, *, rising: bool = True) -> _Reading:
    """The best reading of the whole body's movement; `like` and `rising` tell which way its turning points lie."""
    nothing = _Reading((), "movement", BODY_HEIGHT, np.full(body.timestamps_s.size, np.nan), 0.0)
    if motion is None:
        return nothing
    possible = [
        one for one in readings(motion.poses) if one.typical_way >= SMALLEST_WAY and one.likeness >= SMALLEST_LIKENESS
    ]
    if like is not None:
        possible = [one for one in possible if _same_way(one, motion, like if rising else -like)]
    best = most_likely(possible)
    if best is None:
        return nothing
    if like is None:
        parts = across_views(motion.poses, best)
        best = parts if parts.typical_way >= SMALLEST_WAY else best
    signal = np.interp(body.timestamps_s, motion.times_s, best.component)
    found = [in_frames(motion.frames, swing) for swing in best.swings]
    found = [swing for swing in found if swing.after - swing.before >= FEWEST_FRAMES]
    if found and swapping_share(body, found) >= ALTERNATING_FROM:
        found = [] if is_gait(found, body.timestamps_s) else each_side(found, signal)
    attempts = tuple(_attempt(swing, None, signal) for swing in found)
    return _Reading(attempts, "movement", BODY_HEIGHT, signal, best.merit)


def _counted(body: Body, reading: _Reading, motion: Motion | None, *warnings: Remark) -> Count:
    last = len(reading.attempts)
    times = body.timestamps_s
    repetitions = tuple(_repetition(number, last, one, times) for number, one in enumerate(reading.attempts, start=1))
    seen = np.where(body.found, reading.signal, np.nan)
    return Count(repetitions, reading.name, seen, reading.unit, warnings, motion)


def _same_way(reading: Repeated, motion: Motion, signal: Signal) -> bool:
    """Whether the reading's turning points lie where the signal is high."""
    both = np.isfinite(signal[motion.frames])
    if both.sum() < FEWEST_FRAMES or np.ptp(signal[motion.frames][both]) == 0.0:
        return True
    return float(np.corrcoef(reading.component[both], signal[motion.frames][both])[0, 1]) > 0.0


def _in_samples(motion: Motion, swing: Swing, start: int, end: int) -> Swing:
    """The swing without the rest before and after it, in samples of the motion."""
    before, peak, after = (motion.sample_of(frame) for frame in (start, swing.peak, end - 1))
    return Swing(before, peak, after, swing.rise, swing.fall)


def _repetition(number: int, last: int, attempt: _Attempt, timestamps_s: Signal) -> Repetition:
    """Only the last may be cut off by the clip's end, and the first by its start."""
    rise, fall = attempt.swing.rise, attempt.swing.fall
    ends = number < last or fall >= SHARE_OF_TYPICAL_SWING * rise
    complete = ends and (number > 1 or rise >= SHARE_OF_TYPICAL_SWING * fall)
    moves = moving(attempt.swing, attempt.signal, timestamps_s)
    return Repetition(number, attempt.start, attempt.swing.peak, attempt.end, complete, attempt.side, moves)


def front_leg(body: Body, cycle: Cycle, turn: int) -> Side | None:
    """The leg whose hip is bent more in the frame of the turning point; None where both do the same."""
    if cycle.limbs is not Limbs.FRONT_LEG:
        return None
    bent = {side: float(limb_angle(body.world, "hip_flexion", side)[turn]) for side in SIDES}
    return "left" if bent["left"] >= bent["right"] else "right"


def _in_posture(body: Body, exercise: Exercise, attempts: list[Swing], motion: Motion | None) -> list[Swing]:
    """Those with the body held so at the turning point, and single ones between them that go the same way, too far."""
    turns, rests = np.array([(one.peak, one.before) for one in attempts], dtype=np.int64).reshape(-1, 2).T
    held = in_posture(body.world[turns], exercise.posture, body.world[rests])
    between = np.zeros_like(held)
    between[1:-1] = held[:-2] & held[2:]
    if motion is not None and not held[between].all():
        in_samples = [_in_samples(motion, one, one.before, one.after + 1) for one in attempts]
        held = held | (between & goes_same_way(motion.poses, in_samples, held))
    return [one for one, is_held in zip(attempts, held, strict=True) if is_held]
