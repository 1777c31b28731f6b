"""Half movements: attempts within a set that turned back before half of their way.

They are looked for in the signal that is counted, in the model's metres, which understate the first part of a way where
a limb moves along the line of sight. What all joints together do in the picture is asked, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.judging.attempts import REST_SHARE
from analysis.judging.exercise import Exercise
from analysis.judging.picture_places import places, weights_of
from analysis.judging.posture import in_posture
from analysis.judging.repetitions import Count
from analysis.motion.measures import RATIO, Body
from analysis.motion.movement import Motion
from analysis.motion.signals import Signal, stretches
from analysis.motion.swings import SHARE_OF_TYPICAL_SWING, Swing, swings
from analysis.motion.view import SIDE, view_of, view_within
from analysis.types import Repetition
from analysis.verdicts import NoRepetition

HALF_MOVEMENT = "half_movement"
"""The reason of a no-rep that went less than half as far as the set's repetitions."""

PLAINLY_LESS_SHARE = {SIDE: 0.42}
PLAINLY_LESS_SHARE_ELSEWHERE = 1 / 3
"""Of the set's typical way, as counted: what shows more may have been half of it. Of 54 drawn attempts that go 0.54 to
0.78 of the way the pose model shows less: in the middle 0.06 from the side, 0.12 from elsewhere, there in a quarter of
them 0.2."""

SMALLEST_SHARE = {SIDE: 0.2}
SMALLEST_SHARE_ELSEWHERE = 0.15
"""Of the set's typical way: what goes less far is no attempt but getting ready, breathing, talking. The pose model
shows drawn attempts of 0.38 and 0.4 as 0.22 from the side, and as 0.13 to 0.2 from elsewhere; down to 0.15 none is told
in the given clips."""

NEAR_REST_SHARE = 0.35
"""An attempt leaves from where the repetitions leave and comes back there, within this share of their way."""

SAME_DIRECTION_FROM = 0.7
"""Cosine of the change of pose with that of the repetitions as far: 1 the same movement, 0 another one."""

SHORTEST_SHARE = 1 / 3
"""Of the set's typical duration; a twitch is no attempt."""

FEWEST_OF_A_SET = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """A swing among the repetitions that is an attempt at another one.

    Attributes:
        swing: In frames.
        share: Of the set's typical way, as counted.
        share_in_picture: Of the way that all joints together go across the picture in the set's repetitions; NaN where
            most of that way lies along the line of sight. Of 60 repetitions that go a third to three quarters of the
            way, drawn from 45 degrees, it shows 0.06 less in the mean, with a standard deviation of 0.08; the share as
            counted 0.11 and 0.17.
        side: Whose repetitions it is most like, where limbs take turns.
    """

    swing: Swing
    share: float
    share_in_picture: float
    side: str | None


def half_movements(body: Body, exercise: Exercise, counted: Count) -> tuple[NoRepetition, ...]:
    """Attempts among the counted repetitions that turned back before half of their way.

    Measured is the share of their way: its degrees are the model's, which are not those of the pictures and plots.
    """
    return tuple(
        NoRepetition(
            Repetition(0, one.swing.before, one.swing.peak, one.swing.after + 1, complete=True, side=one.side),
            HALF_MOVEMENT,
            one.swing.peak,
            one.share,
            SHARE_OF_TYPICAL_SWING,
            RATIO,
        )
        for one in attempts(body, exercise, counted)
        if one.share < SHARE_OF_TYPICAL_SWING
    )


def attempts(body: Body, exercise: Exercise, counted: Count) -> list[Attempt]:
    """Swings among the repetitions that are attempts at another one.

    What goes further than half of their way may be among them: what is counted is held against other typical ways, and
    against its neighbours, and is no attempt only because it was not.
    """
    motion, repetitions = counted.motion, counted.repetitions
    if exercise.cycle is None or motion is None or len(repetitions) < FEWEST_OF_A_SET:
        return []
    upwards = _upwards(exercise, counted)
    smallest = SMALLEST_SHARE.get(view_of(body.world)[0], SMALLEST_SHARE_ELSEWHERE)
    typical = _typical_way(upwards, repetitions)
    rest = float(np.median([upwards[one.turn] - _way(upwards, one) for one in repetitions]))
    found = []
    for swing in _swings_between(upwards, repetitions, smallest * typical):
        if not (_is_from_rest_to_rest(swing, upwards, typical, rest) and _lasts(body, swing, repetitions)):
            continue
        side, likeness = _most_like(motion, swing, upwards, repetitions)
        if likeness < SAME_DIRECTION_FROM:
            continue
        if in_posture(body.world[[swing.peak]], exercise.posture, body.world[[swing.before]])[0]:
            same_side = [one for one in repetitions if one.side == side]
            in_picture = _share_in_picture(body, swing, upwards, same_side)
            found.append(Attempt(swing, swing.rise / typical, in_picture, side))
    return found


def is_plainly_less(body: Body, attempt: Attempt) -> bool:
    """Whether it went less than half of the way even if the counted angle understates it as it may.

    What shows half of the way in the picture did not. The drawn clips are counted alike with 0.48 to 0.55 of it.
    """
    if attempt.share_in_picture >= SHARE_OF_TYPICAL_SWING:
        return False
    view, _ = view_within(body.world, slice(attempt.swing.before, attempt.swing.after + 1))
    return attempt.share < PLAINLY_LESS_SHARE.get(view, PLAINLY_LESS_SHARE_ELSEWHERE)


def as_repetition(exercise: Exercise, counted: Count, attempt: Attempt) -> Repetition:
    """It cut as repetitions are: from where the first share of its way is done to where the last begins."""
    upwards, swing = _upwards(exercise, counted), attempt.swing
    way_out, way_back = upwards[swing.before : swing.peak + 1], upwards[swing.peak : swing.after + 1]
    start = swing.before + int(np.argmax(way_out >= upwards[swing.before] + REST_SHARE * swing.rise))
    over = np.flatnonzero(way_back <= upwards[swing.after] + REST_SHARE * swing.fall)
    end = swing.peak + int(over[0]) + 1
    return Repetition(0, start, swing.peak, end, complete=True, side=attempt.side)


def _upwards(exercise: Exercise, counted: Count) -> Signal:
    """(frames,) the signal, rising towards the turning points, as that of the whole body always does."""
    falls = {cycle.angle for cycle in exercise.cycles if not cycle.rising}
    return -counted.signal if counted.signal_name in falls else counted.signal


def _typical_way(upwards: Signal, repetitions: tuple[Repetition, ...]) -> float:
    return float(np.median([_way(upwards, one) for one in repetitions])) if repetitions else 0.0


def _way(upwards: Signal, repetition: Repetition) -> float:
    """From rest to the turn; a repetition starts when the first share of its way is done."""
    return float(upwards[repetition.turn] - upwards[repetition.start]) / (1.0 - REST_SHARE)


def _swings_between(upwards: Signal, repetitions: tuple[Repetition, ...], smallest: float) -> list[Swing]:
    """Swings (in frames) in the rests before, between and after the repetitions, where the person is seen all along."""
    starts = [*(one.start for one in repetitions), upwards.size - 1]
    found = []
    for first, last in zip([0, *(one.end - 1 for one in repetitions)], starts, strict=True):
        for begin, end in stretches(np.isfinite(upwards[first : last + 1])):
            seen, at = upwards[first + begin : first + end], first + begin
            found += [
                Swing(at + one.before, at + one.peak, at + one.after, one.rise, one.fall)
                for one in swings(seen, smallest=smallest)
            ]
    return found


def _is_from_rest_to_rest(swing: Swing, upwards: Signal, typical: float, rest: float) -> bool:
    """Whether it leaves from rest, turns and comes back to rest."""
    near = NEAR_REST_SHARE * typical
    from_rest = abs(upwards[swing.before] - rest) <= near and abs(upwards[swing.after] - rest) <= near
    return bool(from_rest and swing.fall >= 0.5 * swing.rise)


def _lasts(body: Body, swing: Swing, repetitions: tuple[Repetition, ...]) -> bool:
    times = body.timestamps_s
    typical_s = float(np.median([times[one.end - 1] - times[one.start] for one in repetitions]))
    return bool(times[swing.after] - times[swing.before] >= SHORTEST_SHARE * typical_s)


def _most_like(
    motion: Motion, swing: Swing, upwards: Signal, repetitions: tuple[Repetition, ...]
) -> tuple[str | None, float]:
    """The side whose repetitions change the pose most in its direction, on the way to the same value of the signal.

    Returns:
        The side, None where limbs work together; and the cosine of both changes.
    """
    own = _change(motion, swing.before, swing.peak)
    ways: dict[str | None, Signal] = {}
    for one in repetitions:
        reached = np.flatnonzero(upwards[one.start : one.turn + 1] >= upwards[swing.peak])
        way = _change(motion, one.start, one.start + int(reached[0]) if reached.size else one.turn)
        ways[one.side] = ways.get(one.side, np.zeros_like(own)) + way
    return max(((side, _cosine(own, usual)) for side, usual in ways.items()), key=lambda one: one[1])


def _share_in_picture(body: Body, swing: Swing, upwards: Signal, repetitions: Sequence[Repetition]) -> float:
    """Of the usual way of all joints in the picture, from rest to the turning point; along it."""
    rests = [_leaves_rest(upwards, one.start) for one in repetitions]
    before, peak = np.array([swing.before, *rests]), np.array([swing.peak, *(one.turn for one in repetitions)])
    found = body.found[before] & body.found[peak]
    if not found[0] or not found[1:].any():
        return float("nan")
    before, peak = before[found], peak[found]
    weights = weights_of(body, np.concatenate((before, peak)))
    ways, in_metres = (places(at[peak], weights) - places(at[before], weights) for at in (body.image, body.world))
    usual, in_space = np.median(ways[1:], axis=0), np.median(in_metres[1:], axis=0).reshape(-1, 3)
    across, along = (float((in_space[:, axes] ** 2).sum()) for axes in (slice(0, 2), 2))
    return float(ways[0] @ usual / (usual @ usual)) if across > along else float("nan")


def _leaves_rest(upwards: Signal, start: int) -> int:
    """The frame in which the signal begins to rise to where the first share of the way is done."""
    while start > 0 and upwards[start - 1] < upwards[start]:
        start -= 1
    return start


def _cosine(one: Signal, other: Signal) -> float:
    sizes = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / sizes if sizes > 0.0 else 0.0


def _change(motion: Motion, before: int, after: int) -> Signal:
    """Of pose from one frame to another."""
    change: Signal = motion.poses[motion.sample_of(after)] - motion.poses[motion.sample_of(before)]
    return change
