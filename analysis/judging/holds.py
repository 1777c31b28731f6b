"""Timing: from when to when a position is held."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from analysis.judging.exercise import Exercise, Hold, Kept
from analysis.judging.instants import STILL_SHARE
from analysis.judging.posture import in_posture
from analysis.motion.angles import seen_from_side
from analysis.motion.cycling import cycle_angle
from analysis.motion.landmarks import SIDES
from analysis.motion.measures import Body
from analysis.motion.movement import COUNTING_HZ
from analysis.motion.signals import Signal, frame_interval_s, low_pass, stretches
from analysis.motion.view import SIDE
from analysis.types import Repetition

Mask = NDArray[np.bool_]

STEADY_FOR_S = 2.0
"""A push-up takes one to two seconds: who holds still bends no joint as far in this time."""

SETTLES_WITHIN_S = 1.0
"""So far from where a position comes into its range, or leaves it, the way in ends, or the way out begins, at most."""

AS_HELD_DEG = 10.0
"""Joints of who holds still stay so close to their median; what is further off is a jump of the pose."""

FADES_FOR_S = 0.5
"""So close to a cut two views may still fade into each other: in the given clips that takes half a second."""


def holds(body: Body, exercise: Exercise) -> tuple[Repetition, ...]:
    """Every hold of the exercise's position, in order; none for an exercise that is not held.

    It begins when the body has come to rest in the position, and not on the way there, for a part of which the ranges
    have room that tell the position (bent knees are a fault, and still a plank); and it ends likewise. A hold has no
    turning point: `turn` is its middle, or the frame nearest to it that shows the position well. It is complete where
    the clip does not cut it off.
    """
    hold = exercise.hold
    if hold is None or body.timestamps_s.size < 2:
        return ()
    held = in_posture(body.world, exercise.posture, body.world) & body.found
    for kept in hold.keeps:
        held &= _keeps(body, kept)
    times = body.timestamps_s
    last = times.size - 1
    found = [
        (start, end)
        for start, end in _without_ways(body, hold, stretches(_bridged(held, times, hold)))
        if times[end - 1] - times[start] >= hold.shortest_s
    ]
    return tuple(
        Repetition(number, start, _middle(body, exercise, start, end), end, bool(start > 0 and end <= last))
        for number, (start, end) in enumerate(found, start=1)
    )


def held_s(held: Repetition, timestamps_s: Signal) -> float:
    """Seconds from the first to the last frame of a hold."""
    return float(timestamps_s[held.end - 1] - timestamps_s[held.start])


def held_until_s(held: Sequence[Repetition], timestamps_s: Signal, frame: int) -> float:
    """Seconds of all holds together from the start of the video to a frame; the last frame of each counts whole."""
    until = min(frame, len(timestamps_s) - 1)
    ways = [(one.start, min(one.end, until)) for one in held]
    return float(sum(timestamps_s[end] - timestamps_s[start] for start, end in ways if end > start))


def shown(body: Body, exercise: Exercise, start: int, end: int) -> Mask:
    """(frames,) of a hold, whether the camera shows the position: from the side, where that is wanted and ever seen.

    Close to where the film is cut to another view both may fade into each other, and the pose is neither's.
    """
    from_side = seen_from_side(body.world[start:end])
    interval_s = frame_interval_s(body.timestamps_s)
    faded = round(FADES_FOR_S / interval_s) if interval_s > 0.0 else 0
    away_from_cuts = minimum_filter1d(from_side, 2 * faded + 1, mode="constant", cval=1)
    seen = next((one for one in (away_from_cuts, from_side) if one.any()), None)
    return np.ones(end - start, dtype=np.bool_) if seen is None or SIDE not in exercise.views else seen


def nearest_as_held(frames: NDArray[np.int64], angles: Sequence[Signal], wanted: int) -> int:
    """The frame nearest to the wanted one in which all angles are as in most of the frames; a jump of the pose is not.

    Args:
        frames: Those to choose from, one or more.
        angles: (frames,) degrees each, NaN where unseen.
        wanted: A frame.
    """
    known = [np.abs(angle - np.nanmedian(angle)) for angle in angles if np.isfinite(angle).any()]
    off = np.fmax.reduce(known) if known else np.zeros(frames.size)
    usual = frames[off <= max(AS_HELD_DEG, float(np.nanmin(off)))]
    return int(usual[np.argmin(np.abs(usual - wanted))])


def _middle(body: Body, exercise: Exercise, start: int, end: int) -> int:
    """The frame nearest to the middle that shows the position, as it is held in most of them."""
    frames = np.arange(start, end)[shown(body, exercise, start, end)]
    angles = [cycle_angle(body.world[frames], angle, side) for angle in exercise.angles for side in SIDES]
    return nearest_as_held(frames, angles, (start + end) // 2)


def _without_ways(body: Body, hold: Hold, found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches without the ways into the position and out of it, as far as these lie inside."""
    times = body.timestamps_s
    turning = [
        np.abs(np.gradient(low_pass(cycle_angle(body.world, kept.angle, side), times, cutoff_hz=COUNTING_HZ), times))
        for kept in hold.keeps
        for side in SIDES
    ]
    # the far side, which is guessed, may jump; who moves turns some joint on both
    speed = np.fmax.reduce([np.fmin(left, right) for left, right in zip(turning[::2], turning[1::2], strict=True)])
    for start, end in found:
        first, last = _comes_to_rest(speed, times, start, 1), _comes_to_rest(speed, times, end - 1, -1)
        if first < last:
            yield first, last + 1


def _comes_to_rest(speed: Signal, timestamps_s: Signal, frame: int, step: int) -> int:
    """The first frame from here on, time going in steps of +1 or -1, that is still, held against the way there."""
    if not 0 <= frame - step < speed.size:
        return frame  # the clip shows no way there
    near = np.abs(timestamps_s - timestamps_s[frame]) <= SETTLES_WITHIN_S
    still = STILL_SHARE * float(np.nanmax(speed[near], initial=0.0))
    at = frame
    while 0 <= at + step < speed.size and near[at + step] and speed[at] > still:
        at += step
    return at


def _keeps(body: Body, kept: Kept) -> Mask:
    """(frames,) whether one side keeps the range, the far one may be hidden, and both are steady."""
    angles = [cycle_angle(body.world, kept.angle, side) for side in SIDES]
    within = [(angle >= kept.at_least) & (angle <= kept.at_most) for angle in angles]
    steady = [_is_steady(body, angle, kept.steady_within) for angle in angles]
    return np.asarray(np.any(within, axis=0) & np.all(steady, axis=0))


def _is_steady(body: Body, angle: Signal, within_deg: float) -> Mask:
    """(frames,) whether the angle stays within so many degrees around the frame."""
    interval_s = frame_interval_s(body.timestamps_s)
    if not np.isfinite(within_deg) or not interval_s > 0.0:
        return np.ones(angle.size, dtype=np.bool_)
    size = max(int(STEADY_FOR_S / interval_s), 1)
    high = maximum_filter1d(np.nan_to_num(angle, nan=-np.inf), size)
    low = minimum_filter1d(np.nan_to_num(angle, nan=np.inf), size)
    return np.asarray(high - low <= within_deg)


def _bridged(held: Mask, timestamps_s: Signal, hold: Hold) -> Mask:
    """The mask with short interruptions filled."""
    result = held.copy()
    for start, end in stretches(~held):
        inside = start > 0 and end < held.size
        if inside and timestamps_s[end] - timestamps_s[start - 1] <= hold.bridged_s:
            result[start:end] = True
    return result
