"""Counting: where a repetition leaves rest, turns, and comes back.

A known exercise is counted on its own joint angle, measured in the model's metres, where a limb that comes towards
the camera keeps its angle. Where that joint is hidden or the angle does not show the movement (push-ups from above),
the movement of the whole body is read instead. Without an exercise, whatever moves periodically is counted.
"""

from dataclasses import dataclass

import numpy as np

from analysis.alternation import ALTERNATING_FROM, each_side, is_gait, swapping_share
from analysis.angles import ANGLE_JOINTS, limb_angle, middle
from analysis.exercise import Cycle, Exercise, Limbs, Posture
from analysis.landmarks import SIDES, Side, landmark
from analysis.measures import BODY_HEIGHT, DEGREES, Body, trunk_inclination_deg
from analysis.movement import COUNTING_HZ, Motion, likeness, motion_of, ways
from analysis.periodicity import SMALLEST_LIKENESS, SMALLEST_WAY, Repeated, readings
from analysis.signals import Signal, fill_gaps, low_pass
from analysis.swings import SHARE_OF_TYPICAL_SWING, Swing, swings, typical_swing
from analysis.types import Repetition
from analysis.view import forward

REST_SHARE = 0.1
"""A repetition starts when a tenth of its way is done, and ends with the last tenth."""

TURN_SEEN_SHARE = 0.2
"""At the end of a clip a turning point is inside when the signal has come back from it by a fifth of its rise."""

TOGETHER_FROM = 0.5
"""Correlation of left and right from which on both limbs make one movement: 0.8 and more when they do, 0 when one
rests."""

FEWEST_FRAMES = 5
"""Fewer frames do not show that a movement goes out and comes back."""

FEWEST_OF_A_SET = 3
"""From so many movements on, those that are like no neighbour are not part of the set."""

OWN_LIKE_FROM = 0.15
"""Likeness that an attempt of the exercise's own angle needs; less than without one, for the angle speaks for it
already."""

BETTER_BY = 1.5
"""The whole body's movement is read only where it explains half as much again as the exercise's own angle."""

UPRIGHT_UP_TO_DEG = 70.0
LYING_FROM_DEG = 45.0


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted.

    Attributes:
        repetitions: In order of their turning points.
        signal_name: What was counted on.
        signal: (frames,) its values, NaN where unseen.
        signal_unit: `deg` or `body_height`.
        warnings: What a reader should know of the count, in English.
    """

    repetitions: tuple[Repetition, ...]
    signal_name: str
    signal: Signal
    signal_unit: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A swing of one side, or of both, with the half-open frame range in which it moves."""

    swing: Swing
    side: Side | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the motion as repetitions.

    Attributes:
        swings: In frames.
        sides: The working side of each, None where both work.
        name: Of the signal.
        unit: Of the signal.
        signal: (frames,) what was read; repetitions rise or fall in it. Bridged where the person was not found.
        merit: How much of the motion the repetitions explain.
    """

    swings: tuple[Swing, ...]
    sides: tuple[Side | None, ...]
    name: str
    unit: str
    signal: Signal
    merit: float


def count(body: Body, exercise: Exercise) -> Count:
    """The repetitions of `exercise` in a cleaned track; without a cycle, of whatever moves periodically."""
    motion = motion_of(body)
    if exercise.cycle is None:
        return _counted(body, _on_whole_body(body, motion))
    own = _on_angle(body, exercise, exercise.cycle, motion)
    whole = _on_whole_body(body, motion, like=own.signal, rising=exercise.cycle.rising)
    if whole.merit > BETTER_BY * own.merit and len(whole.swings) >= FEWEST_OF_A_SET:
        angle = exercise.cycle.angle.replace("_", " ")
        return _counted(body, whole, f"The {angle} could not be followed; the whole body's movement was counted.")
    return _counted(body, own)


def _on_angle(body: Body, exercise: Exercise, cycle: Cycle, motion: Motion | None) -> _Reading:
    """The exercise's own angle: swings of the right size, duration and posture that are like each other."""
    found: list[_Attempt] = []
    merit = 0.0
    signals = _angle_signals(body, cycle)
    for side, signal in signals:
        attempts = [swing for swing in _attempts(body, signal, cycle) if _holds(body, exercise.posture, swing)]
        if motion is not None and len(attempts) > 1:
            in_samples = [_in_samples(motion, swing, *_extent(swing, signal)) for swing in attempts]
            like = likeness(motion.poses, in_samples, reach=2, may_be_cut_off=True)
            kept = like >= OWN_LIKE_FROM
            merit += float((like[kept] ** 2 * ways(motion.poses, in_samples)[kept]).sum())
            if len(attempts) >= FEWEST_OF_A_SET:
                attempts = [swing for swing, is_kept in zip(attempts, kept, strict=True) if is_kept]
        found += [_Attempt(swing, side, *_extent(swing, signal)) for swing in attempts]
    found = _once_each(found)
    shown = signals[0][1] if len(signals) == 1 else np.fmax(signals[0][1], signals[1][1])
    sides = tuple(one.side or _front_leg(body, cycle, one.swing) for one in found)
    return _Reading(tuple(one.swing for one in found), sides, cycle.angle, DEGREES, shown, merit)


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
    nothing = _Reading((), (), "movement", BODY_HEIGHT, np.full(body.timestamps_s.size, np.nan), 0.0)
    if motion is None:
        return nothing
    possible = [
        one for one in readings(motion.poses) if one.typical_way >= SMALLEST_WAY and one.likeness >= SMALLEST_LIKENESS
    ]
    if like is not None:
        possible = [one for one in possible if _same_way(one, motion, like if rising else -like)]
    if not possible:
        return nothing
    best = max(possible, key=lambda one: one.merit)
    signal = np.interp(body.timestamps_s, motion.times_s, best.component)
    found = [_in_frames(motion, swing) for swing in best.swings]
    found = [swing for swing in found if swing.after - swing.before >= FEWEST_FRAMES]
    if found and swapping_share(body, found) >= ALTERNATING_FROM:
        found = [] if is_gait(found, body.timestamps_s) else each_side(found, signal)
    return _Reading(tuple(found), (None,) * len(found), "movement", BODY_HEIGHT, signal, best.merit)


def _counted(body: Body, reading: _Reading, *warnings: str) -> Count:
    repetitions = tuple(
        _repetition(number, swing, reading.signal, side)
        for number, (swing, side) in enumerate(zip(reading.swings, reading.sides, strict=True), start=1)
    )
    seen = np.where(body.found, reading.signal, np.nan)
    return Count(repetitions, reading.name, seen, reading.unit, warnings)


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


def _in_frames(motion: Motion, swing: Swing) -> Swing:
    before, peak, after = (int(motion.frames[one]) for one in (swing.before, swing.peak, swing.after))
    return Swing(before, peak, after, swing.rise, swing.fall)


def _angle_signals(body: Body, cycle: Cycle) -> list[tuple[Side | None, Signal]]:
    """One signal for both sides, or one for each where they work in turn."""
    sides = {side: limb_angle(body.world, cycle.angle, side) for side in SIDES}
    if cycle.limbs is Limbs.ONE_OR_BOTH and not _move_together(sides["left"], sides["right"]):
        return [(side, _for_counting(signal, body.timestamps_s)) for side, signal in sides.items()]
    weights = {side: _visibility(body, cycle, side) ** 2 + 1e-6 for side in SIDES}
    both = (sides["left"] * weights["left"] + sides["right"] * weights["right"]) / (weights["left"] + weights["right"])
    return [(None, _for_counting(both, body.timestamps_s))]


def _for_counting(signal: Signal, timestamps_s: Signal) -> Signal:
    return low_pass(fill_gaps(signal, timestamps_s), timestamps_s, cutoff_hz=COUNTING_HZ)


def _move_together(left: Signal, right: Signal) -> bool:
    both = np.isfinite(left) & np.isfinite(right)
    if both.sum() < FEWEST_FRAMES:
        return True
    if np.ptp(left[both]) == 0.0 or np.ptp(right[both]) == 0.0:
        return False
    return float(np.corrcoef(left[both], right[both])[0, 1]) > TOGETHER_FROM


def _visibility(body: Body, cycle: Cycle, side: Side) -> Signal:
    """(frames,) visibility of the limb's most hidden joint, over two seconds, so that the weights do not jump."""
    seen = np.min([body.visibility[:, landmark(joint, side)] for joint in ANGLE_JOINTS[cycle.angle]], axis=0)
    return np.clip(low_pass(seen, body.timestamps_s, cutoff_hz=0.5), 0.0, 1.0)


def _attempts(body: Body, signal: Signal, cycle: Cycle) -> list[Swing]:
    """Swings of the right size and duration, in frames."""
    frames = np.flatnonzero(np.isfinite(signal))
    if frames.size < FEWEST_FRAMES:
        return []
    upwards = signal[frames] if cycle.rising else -signal[frames]
    typical = typical_swing(swings(upwards, smallest=cycle.minimum_range_deg))
    smallest = max(cycle.minimum_range_deg, SHARE_OF_TYPICAL_SWING * typical)
    effort = cycle.effort_deg if cycle.rising else -cycle.effort_deg
    found = []
    for swing in swings(upwards, smallest=smallest):
        before, peak, after = (int(frames[sample]) for sample in (swing.before, swing.peak, swing.after))
        in_frames = Swing(before, peak, after, swing.rise, swing.fall)
        start, end = _extent(in_frames, signal)
        duration_s = body.timestamps_s[end - 1] - body.timestamps_s[start]
        turned = swing.fall >= TURN_SEEN_SHARE * swing.rise
        if turned and upwards[swing.peak] >= effort and cycle.shortest_s <= duration_s <= cycle.longest_s:
            found.append(in_frames)
    return found


def _extent(swing: Swing, signal: Signal) -> tuple[int, int]:
    """Half-open frame range from leaving rest to being back."""
    peak, before, after = signal[swing.peak], signal[swing.before], signal[swing.after]
    way_there = np.abs(signal[swing.before : swing.peak + 1] - before) <= REST_SHARE * abs(peak - before)
    way_back = np.abs(signal[swing.peak : swing.after + 1] - after) <= REST_SHARE * abs(peak - after)
    start = swing.before + int(np.flatnonzero(way_there)[-1])
    end = swing.peak + int(np.flatnonzero(way_back)[0]) + 1
    return start, end


def _repetition(number: int, swing: Swing, signal: Signal, side: Side | None) -> Repetition:
    start, end = _extent(swing, signal)
    return Repetition(number, start, swing.peak, end, swing.fall >= SHARE_OF_TYPICAL_SWING * swing.rise, side)


def _front_leg(body: Body, cycle: Cycle, swing: Swing) -> Side | None:
    """The front leg is the one whose hip is bent more at the turning point."""
    if cycle.limbs is not Limbs.FRONT_LEG:
        return None
    bent = {side: float(limb_angle(body.world, "hip_flexion", side)[swing.peak]) for side in SIDES}
    return "left" if bent["left"] >= bent["right"] else "right"


def _holds(body: Body, posture: Posture, swing: Swing) -> bool:
    """Whether the body is held so; what cannot be seen is not held against the repetition."""
    turn, rest = (body.world[frame : frame + 1] for frame in (swing.peak, swing.before))
    inclination = float(trunk_inclination_deg(turn)[0])
    chest_down = float(forward(turn)[0, 1])
    hands_over_shoulders = float(middle(rest, "shoulder")[0, 1] - middle(rest, "wrist")[0, 1])
    return {
        Posture.ANY: True,
        Posture.UPRIGHT: not inclination > UPRIGHT_UP_TO_DEG,
        Posture.PRONE: not inclination < LYING_FROM_DEG and not chest_down < 0.0,
        Posture.SUPINE: not inclination < LYING_FROM_DEG and not chest_down > 0.0,
        Posture.HANGING: not inclination > UPRIGHT_UP_TO_DEG and not hands_over_shoulders < 0.0,
    }[posture]
