"""A set that is seen from two sides, because the clip cuts or the person turns: what moves here stands still there.

One component cannot hold both. Where a cut explains much more of the motion than no cut does, each part is read by
itself. Fitted on RepCount-A as a whole (`benchmarks/README.md` says how little the figures depend on the constants).
"""

from collections.abc import Iterator

import numpy as np

from analysis.judging.periodicity import SMALLEST_LIKENESS, Repeated, repeated_movements
from analysis.motion.movement import GRID_HZ, SAME_WITHIN, Poses, whole_way
from analysis.motion.swings import Swing

CUTS_TRIED = 4
"""The moments at which the mean pose changes the most."""

MEAN_OVER_S = 3.0
SHORTEST_PART_S = 4.0
APART_S = 2.0
FEWEST_OF_A_PART = 3

WORTH_A_CUT = 1.2
"""The parts have to explain a fifth more than the whole: each may choose a component of its own, which alone gains a
little."""


def across_views(poses: Poses, whole: Repeated) -> Repeated:
    """`whole`, or both parts of the motion read by themselves where that explains much more.

    Args:
        poses: (samples, dimensions), `GRID_HZ` a second.
        whole: The best reading of all of it.
    """
    needed = WORTH_A_CUT * whole.merit
    possible = (_both(poses, cut, needed) for cut in _cuts(poses))
    best = max((one for one in possible if one is not None), key=lambda one: one.merit, default=whole)
    return best if best.merit >= needed else whole


def _both(poses: Poses, cut: int, needed: float) -> Repeated | None:
    """The parts as one reading; None where they are not two parts of one set, or cannot explain as much as needed."""
    first, second = poses[:cut], poses[cut:]
    short, long = sorted((first, second), key=len)
    # the short part, which is read sooner, may tell that the long one need not be read
    of_short = repeated_movements(short)
    if not _may_be_a_part(of_short) or of_short.merit + whole_way(long) < needed:
        return None
    of_long = repeated_movements(long)
    if not _may_be_a_part(of_long) or not _last_alike(of_short, of_long):
        return None
    before, after = (of_short, of_long) if short is first else (of_long, of_short)
    return Repeated(
        (*before.swings, *(_later(swing, cut) for swing in after.swings)),
        np.concatenate([before.component, after.component]),
        before.merit + after.merit,
        min(before.typical_way, after.typical_way),
        min(before.likeness, after.likeness),
    )


def _may_be_a_part(part: Repeated) -> bool:
    return len(part.swings) >= FEWEST_OF_A_PART and part.likeness >= SMALLEST_LIKENESS


def _last_alike(*parts: Repeated) -> bool:
    """Whether the swings of one part take no more than twice as long as those of the other."""
    shorter, longer = sorted(np.median([one.after - one.before for one in part.swings]) for part in parts)
    return bool(longer <= SAME_WITHIN * shorter)


def _cuts(poses: Poses) -> Iterator[int]:
    """Samples at which the mean pose before and after differ the most, far enough from the ends and each other."""
    span, shortest, apart = (int(seconds * GRID_HZ) for seconds in (MEAN_OVER_S, SHORTEST_PART_S, APART_S))
    inner = np.arange(shortest, len(poses) - shortest)
    if inner.size == 0:
        return
    sums = np.concatenate([np.zeros((1, poses.shape[1])), np.cumsum(poses, axis=0)])
    before, after = sums[inner] - sums[inner - span], sums[inner + span] - sums[inner]
    change = np.linalg.norm(after - before, axis=1)
    for _ in range(CUTS_TRIED):
        most = int(np.argmax(change))
        if change[most] <= 0.0:
            return
        yield int(inner[most])
        change[max(0, most - apart) : most + apart] = 0.0


def _later(swing: Swing, samples: int) -> Swing:
    return Swing(swing.before + samples, swing.peak + samples, swing.after + samples, swing.rise, swing.fall)
