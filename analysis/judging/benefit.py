"""The benefit of the doubt about where a repetition begins and ends, before a fault is told.

Repetitions are cut from a smoothed angle, so that their ends come some frames early or late. What has to be reached
once (a lock-out) is looked for until the limb comes to rest, and what has to be kept (a straight body) only as long as
the picture, too, says that the repetition lasts.
"""

import numpy as np

from analysis.judging.exercise import Rule, Statistic
from analysis.judging.instants import STILL_SHARE
from analysis.judging.observed import LONGEST_S, Observed
from analysis.motion.signals import Signal

MOVES_FOR_S = 0.2
"""A limb that has not gained in the good direction for so long before its counted end has come to rest already: what
the pose shows beyond is a jump of a joint, or another movement."""


def must_be_reached(rule: Rule) -> bool:
    """Whether one good moment is enough for the rule."""
    highest = rule.statistic is Statistic.MAX and rule.at_least is not None
    return highest or (rule.statistic is Statistic.MIN and rule.at_most is not None)


def must_be_kept(rule: Rule) -> bool:
    """Whether one bad moment breaks the rule."""
    high, low = (Statistic.MAX, Statistic.HIGH), (Statistic.MIN, Statistic.LOW)
    bad_moment = (rule.statistic in high and rule.at_most is not None) or (
        rule.statistic in low and rule.at_least is not None
    )
    return bad_moment or rule.statistic is Statistic.RANGE


def until_rest(values: Signal, timestamps_s: Signal, rule: Rule, frames: slice) -> slice:
    """The frames, and beside them those in which the measure still goes on towards the good range.

    Args:
        values: (frames,) the measure over the whole clip, NaN where unseen.
        timestamps_s: (frames,) seconds.
        rule: One that `must_be_reached`.
        frames: Of the repetition, as counted.
    """
    good = values if rule.at_least is not None else -values
    inside = good[frames]
    if frames.stop - frames.start < 2 or np.count_nonzero(np.isfinite(inside)) < 2:
        return frames
    still = STILL_SHARE * float(np.nanmax(np.abs(np.gradient(inside, timestamps_s[frames]))))

    def is_moving(frame: int, step: int) -> bool:
        within = np.flatnonzero(np.abs(timestamps_s[frames] - timestamps_s[frame]) <= MOVES_FOR_S) + frames.start
        before = int(within[-1] if step < 0 else within[0])
        passed_s = abs(timestamps_s[frame] - timestamps_s[before])
        return not (passed_s > 0.0 and (good[frame] - good[before]) / passed_s <= still)

    def followed(frame: int, step: int) -> int:
        at = frame
        if not is_moving(frame, step):
            return at
        while 0 <= at + step < good.size and abs(timestamps_s[at + step] - timestamps_s[frame]) <= LONGEST_S:
            gain = (good[at + step] - good[at]) / abs(timestamps_s[at + step] - timestamps_s[at])
            if not gain > still:
                break
            at += step
        return at

    return slice(followed(frames.start, -1), followed(frames.stop - 1, 1) + 1)


def within_picture(observed: Observed, frames: slice) -> slice:
    """The frames without those in which the picture says that the repetition has not begun, or is over."""
    repetition, times = observed.repetition, observed.body.timestamps_s
    first, last = frames.start, frames.stop - 1
    for reversed_way in (False, True):
        start_s = observed.picture_way(back=False, reversed_way=reversed_way).rest_s
        if frames.start == repetition.start and np.isfinite(start_s):
            first = max(first, int(np.searchsorted(times, start_s)))
        end_s = observed.picture_way(back=True, reversed_way=reversed_way).rest_s
        if frames.stop == repetition.end and np.isfinite(end_s):
            last = min(last, int(np.searchsorted(times, end_s, side="right")) - 1)
    return slice(first, last + 1) if first < repetition.turn < last else frames
