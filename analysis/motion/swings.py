"""Swings of a signal: ways up to a peak and down again, told from noise by hysteresis.

A signal turns where it has come back from an extreme by more than a threshold. The threshold is a share of the set's
own typical swing, so that it holds for shallow sets, for oblique views that shrink every angle, and in any unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.motion.signals import Signal

Samples = NDArray[np.int64]

SHARE_OF_TYPICAL_SWING = 0.5
"""A movement of less than half the set's typical swing is a half movement and no repetition."""

AS_FAR_WITHIN = 0.25
"""Two turns are of one movement each where both go as far, within this share of the way."""

WAY_SEEN_SHARE = 0.15
"""Where a clip begins or ends inside a swing, its peak is inside when at least so much of the cut way is seen."""


@dataclass(frozen=True, slots=True)
class Swing:
    """A way up to a peak and the way down from it.

    Attributes:
        before: Sample of the low before the peak.
        peak: Sample of the peak.
        after: Sample of the low after it.
        rise: How far the signal rose.
        fall: How far it fell again; less than a full swing where the signal ends.
    """

    before: int
    peak: int
    after: int
    rise: float
    fall: float


def swings(values: Signal, *, smallest: float) -> list[Swing]:
    """The swings of (samples,) values without NaN, in order.

    A peak counts when the signal rose to it by at least `smallest` and then either fell by as much or ended.
    """
    turns = pivots(values, smallest)
    found = []
    for position, (peak, is_peak) in enumerate(turns):
        if not is_peak or position == 0:
            continue
        before = turns[position - 1][0]
        last = position + 1 == len(turns)
        after = peak + int(np.argmin(values[peak:])) if last else turns[position + 1][0]
        found.append(
            Swing(before, peak, after, float(values[peak] - values[before]), float(values[peak] - values[after]))
        )
    return found


def swings_from_the_first(values: Signal, *, smallest: float) -> list[Swing]:
    """As `swings`, and before them the peak whose way up had mostly been done before the signal began.

    A signal that begins at a peak, or on the way down from it, has no such peak.
    """
    found = swings(values, smallest=smallest)
    first = turned_round(swings(values[::-1], smallest=smallest), values.size)[:1]
    cut_off = [one for one in first if one.rise < smallest and all(one.after <= other.before for other in found)]
    return [*(one for one in cut_off if one.rise >= WAY_SEEN_SHARE * one.fall), *found]


def parted(swing: Swing, values: Signal, *, smallest: float) -> list[Swing]:
    """The swing, or those that it is made of: it comes back a part of the way only, and turns as far again.

    Args:
        swing: Of the values.
        values: (samples,).
        smallest: How far the signal must come back, and rise again.
    """
    inside = swings(values[swing.before : swing.after + 1], smallest=smallest)
    as_far = values[swing.peak] - AS_FAR_WITHIN * swing.rise
    turned = [one for one in inside if values[swing.before + one.peak] >= as_far]
    if len(turned) < 2 or len(turned) < len(inside):
        return [swing]
    return [
        Swing(swing.before + one.before, swing.before + one.peak, swing.before + one.after, one.rise, one.fall)
        for one in turned
    ]


def turned_round(found: Sequence[Swing], samples: int) -> list[Swing]:
    """Swings of a signal of so many samples that was read from its end, as they lie in the signal, in order.

    They may differ from those read onwards at the ends: onwards, a last way up counts without its way down; from the
    end, a first way down counts without its way up.
    """
    last = samples - 1
    return [Swing(last - one.after, last - one.peak, last - one.before, one.fall, one.rise) for one in reversed(found)]


def typical_swing(found: Sequence[Swing]) -> float:
    """Median rise, each counted by its size, so that many small swings do not outvote the set; 0 for none."""
    if not found:
        return 0.0
    rises = np.sort([swing.rise for swing in found])
    share = np.cumsum(rises) / rises.sum()
    return float(rises[int(np.searchsorted(share, 0.5))])


def beyond_half_way(values: Signal, found: Sequence[Swing]) -> Signal:
    """(swings,) samples that each spends in the upper half of its way: its time, without rest before and after it."""
    if not found:
        return np.zeros(0)
    before, peak, after = np.array([(one.before, one.peak, one.after) for one in found]).T
    half_up, half_down = 0.5 * np.array([(one.rise, one.fall) for one in found]).T
    up = _last_below(values, before, peak, values[peak] - half_up)
    # the way down is one up, read from the end
    last = values.size - 1
    down = last - _last_below(values[::-1], last - after, last - peak, values[peak] - half_down)
    return (down - up).astype(np.float64)


def _last_below(values: Signal, starts: Samples, ends: Samples, levels: Signal) -> Samples:
    """(ways,) the last sample at or below each level, from each start to its end, at the start of which it is."""
    lengths = ends - starts + 1
    firsts = np.cumsum(lengths) - lengths
    samples = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
    below = np.where(values[samples] <= np.repeat(levels, lengths), samples, -1)
    return np.maximum.reduceat(below, firsts)


def pivots(values: Signal, smallest: float) -> list[tuple[int, bool]]:
    """Alternating (sample, is a peak), `smallest` or more from their neighbours; the last is not confirmed yet."""
    turns: list[tuple[int, bool]] = []
    samples = _extremes(values)
    at = values.tolist()  # looked at one by one, Python's own numbers are much faster
    low = high = samples[0]
    for sample in samples[1:]:  # only where the signal turns can it have come back the furthest
        low = sample if at[sample] < at[low] else low
        high = sample if at[sample] > at[high] else high
        after_peak = turns[-1][1] if turns else None
        if after_peak is not True and at[high] - at[sample] >= smallest:
            turns.append((high, True))
            low = sample
        elif after_peak is not False and at[sample] - at[low] >= smallest:
            turns.append((low, False))
            high = sample
    if turns:
        turns.append((low, False) if turns[-1][1] else (high, True))
    return turns


def _extremes(values: Signal) -> list[int]:
    """The first sample, every one at which the signal turns, and the last."""
    steps = np.diff(values)
    moving = np.flatnonzero(steps)
    if moving.size == 0:
        return [0]
    turning = np.flatnonzero(np.diff(np.sign(steps[moving])))
    return [0, *moving[turning + 1].tolist(), int(moving[-1]) + 1]
