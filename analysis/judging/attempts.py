"""Attempts at a repetition on an exercise's own angle: swings of the right size and duration.

Where a clip cuts a repetition, and who turns twice without coming back, is decided here; whether what was attempted is
the exercise, and is repeated, in `analysis.judging.repetitions`.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Cycle, Limbs
from analysis.judging.instants import STILL_SHARE
from analysis.motion.measures import Body
from analysis.motion.movement import SAME_WITHIN
from analysis.motion.signals import Signal
from analysis.motion.swings import (
    AS_FAR_WITHIN,
    SHARE_OF_TYPICAL_SWING,
    WAY_SEEN_SHARE,
    Swing,
    parted,
    swings,
    swings_from_the_first,
    typical_swing,
)

REST_SHARE = 0.1
"""A repetition starts when a tenth of its way is done, and ends with the last tenth."""

HELD_S = 0.3
"""At the end of a clip a turning point is inside, too, when it is held for so long, as a dead lift is at lock-out; at
its start, when the way there goes on from no later than this. Who was not seen, or walked, before or after that was
not inside a repetition."""

RESTS_FOR_S, RESTS_FROM_SHARE = 0.3, 2 / 3
"""Who goes on by no more than a tenth as fast as before for so long, and has so much of the way behind, is at rest; who
has less is as far from rest as who turns for another repetition. Between 0.6 and 0.75 what is told changes in 2 of the
279 repetitions of the given clips."""

FEWEST_FRAMES = 5
"""Fewer frames do not show that a movement goes out and comes back."""

FEWEST_OF_A_SET = 3
"""From so many movements on, those that are like no neighbour are not part of the set."""

PARTED_FROM = 1 / 3
"""Of the set's typical way: who turns, comes back so far, and turns as far again has done two repetitions, of which the
first did not come back. Drawn ones that come back half are shown as 0.49 (bridges), and from elsewhere than the side as
a third (presses). Between 0.25 and 0.4 no count of the given clips depends on it."""


def attempts_on(body: Body, signal: Signal, cycle: Cycle) -> list[Swing]:
    """Swings of the right size and duration, in frames.

    Args:
        body: The person.
        signal: (frames,) one that `cycle_signals` makes of the body; NaN where unseen.
        cycle: Which way a repetition goes in it, how far, and how long it takes.
    """
    frames = np.flatnonzero(np.isfinite(signal))
    if frames.size < FEWEST_FRAMES:
        return []
    upwards = signal[frames] if cycle.rising else -signal[frames]
    typical = typical_swing(swings(upwards, smallest=cycle.minimum_range_deg))
    smallest = max(cycle.minimum_range_deg, SHARE_OF_TYPICAL_SWING * typical)
    effort = cycle.effort_deg if cycle.rising else -cycle.effort_deg
    found = []
    wholes = swings_from_the_first(upwards, smallest=smallest)
    soonest_s = _typical_duration_s(body, [in_frames(frames, whole) for whole in wholes], signal) / SAME_WITHIN
    for whole in wholes:
        first_s = body.timestamps_s[frames[whole.before]] - body.timestamps_s[0]
        began = whole.rise >= smallest or first_s <= HELD_S
        turned = _comes_back(whole) or _held_s(in_frames(frames, whole), signal, body.timestamps_s) >= HELD_S
        if not (began and turned):
            continue
        # an arm that waits moves with the one that works; what goes less far than usual may be a joint that is lost
        as_far = max(whole.rise, whole.fall) >= (1.0 - AS_FAR_WITHIN) * typical
        may_be_several = cycle.limbs is Limbs.TOGETHER and as_far
        parts = parted(whole, upwards, smallest=PARTED_FROM * typical) if may_be_several else [whole]
        turns_s = body.timestamps_s[frames[[part.peak for part in parts]]]
        if np.any(np.diff(turns_s) < soonest_s):  # a joint was lost for a moment
            parts = [whole]
        for part in parts:
            swing = in_frames(frames, part)
            if upwards[part.peak] >= effort and cycle.shortest_s <= _duration_s(body, swing, signal) <= cycle.longest_s:
                found.append(swing)
    return found[:-1] if _gets_up(body, found, signal) else found


def _gets_up(body: Body, found: list[Swing], signal: Signal) -> bool:
    """Whether the last of a set is how it ends: who stays there for longer than repetitions take does none any more."""
    if len(found) < FEWEST_OF_A_SET or _comes_back(found[-1]):
        return False
    return _held_s(found[-1], signal, body.timestamps_s) > _typical_duration_s(body, found[:-1], signal)


def _comes_back(swing: Swing) -> bool:
    """Whether it is seen to, from its turning point."""
    return swing.fall >= WAY_SEEN_SHARE * swing.rise


def _typical_duration_s(body: Body, found: list[Swing], signal: Signal) -> float:
    """Median seconds from leaving rest to being back; NaN for none."""
    return float(np.median([_duration_s(body, swing, signal) for swing in found])) if found else float("nan")


def _duration_s(body: Body, swing: Swing, signal: Signal) -> float:
    start, end = extent(swing, signal)
    return float(body.timestamps_s[end - 1] - body.timestamps_s[start])


def in_frames(frames: NDArray[np.intp], swing: Swing) -> Swing:
    """A swing of a part of the frames, in frames."""
    before, peak, after = (int(frames[sample]) for sample in (swing.before, swing.peak, swing.after))
    return Swing(before, peak, after, swing.rise, swing.fall)


def extent(swing: Swing, signal: Signal) -> tuple[int, int]:
    """Half-open frame range from leaving rest to being back."""
    peak, before, after = signal[swing.peak], signal[swing.before], signal[swing.after]
    way_there = np.abs(signal[swing.before : swing.peak + 1] - before) <= REST_SHARE * abs(peak - before)
    way_back = np.abs(signal[swing.peak : swing.after + 1] - after) <= REST_SHARE * abs(peak - after)
    start = swing.before + int(np.flatnonzero(way_there)[-1])
    end = swing.peak + int(np.flatnonzero(way_back)[0]) + 1
    return start, end


def moving(swing: Swing, signal: Signal, timestamps_s: Signal) -> tuple[int, int]:
    """As `extent`, without what is spent at rest with a joint that is still somewhat bent, or bends once more.

    Who stands between two steps straightens the knee once, at its beginning or end, and the way begins from where she
    stands last. A halt further from rest is one on the way.
    """
    start, last = (_leaves(swing.peak, low, signal, timestamps_s) for low in (swing.before, swing.after))
    return start, last + 1


def _leaves(peak: int, low: int, signal: Signal, timestamps_s: Signal) -> int:
    """The frame nearest to the peak that has a tenth of the way to rest before it, whichever way time goes."""
    frames = np.arange(peak, low + 1) if low > peak else np.arange(peak, low - 1, -1)
    frames = frames[np.isfinite(signal[frames])]
    gone = np.abs(signal[frames] - signal[peak])
    rest = _comes_to_rest(gone, np.abs(timestamps_s[frames] - timestamps_s[peak]))
    near = np.flatnonzero(gone[rest] - gone[: rest + 1] <= REST_SHARE * gone[rest])
    return int(frames[near[0]])


def _comes_to_rest(gone: Signal, seconds: Signal) -> int:
    """The first sample from which on a way away from a turning point stands still; else the last.

    Args:
        gone: (samples,) how far away.
        seconds: (samples,) since the turning point, whichever way time goes.
    """
    if gone.size < FEWEST_FRAMES:
        return gone.size - 1
    fastest = np.maximum.accumulate(np.gradient(gone, seconds))
    may_rest = (gone >= RESTS_FROM_SHARE * gone[-1]) & (seconds <= seconds[-1] - RESTS_FOR_S)
    for sample in np.flatnonzero(may_rest):
        later = int(np.searchsorted(seconds, seconds[sample] + RESTS_FOR_S, side="right"))
        if gone[sample:later].max() - gone[sample] <= STILL_SHARE * fastest[sample] * RESTS_FOR_S:
            return int(sample)
    return gone.size - 1


def _held_s(swing: Swing, signal: Signal, timestamps_s: Signal) -> float:
    """Seconds for which the signal, once at the turning point, stays there until the clip ends; 0 if it does not."""
    last = int(np.flatnonzero(np.isfinite(signal))[-1])
    if timestamps_s[-1] - timestamps_s[last] > HELD_S:
        return 0.0
    close = np.abs(signal[swing.before : last + 1] - signal[swing.peak]) <= WAY_SEEN_SHARE * swing.rise
    away = np.flatnonzero(~close)
    arrived = swing.before + (int(away[-1]) + 1 if away.size else 0)
    return float(timestamps_s[last] - timestamps_s[min(arrived, last)])
