"""Counts whatever moves periodically, without knowing the exercise.

Candidates for what moves are the principal components of the whole body's motion. Of these the one wins whose
repetitions go the longest way together: half movements lose, because the way out is unlike the way back, and so do
double ones, which go the same way for half the count. The motion is read forwards and backwards in time; a count that
only one of them reaches is not believed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from analysis.motion.movement import GRID_HZ, Poses, alike
from analysis.motion.signals import Signal
from analysis.motion.swings import Swing, swings, turned_round, typical_swing

COMPONENTS = 4
"""More components hold noise, and double and treble beats of the first ones."""

DRIFT_S = 5.0
"""Components are looked for twice: in the motion as it is, and without what changes more slowly than this, so that a
walk through the room or a cut to another view does not outweigh the set."""

SMALLEST_SHARE_OF_RANGE = 0.08
SHARE_OF_TYPICAL_SWING = 0.4

ROUNDING = 1e-4
"""Body heights (0.2 mm): a component that goes no further is what rounding leaves of a motion with fewer of them."""

SMALLEST_WAY = 0.25
"""Way of all joints together, out and back, in body heights, from which on somebody exercises: the smallest
repetition of the given clips goes 0.35, the sway of somebody who stands still up to 0.1."""


SMALLEST_LIKENESS = 0.45
"""Of a set as a whole. Any two movements are a little like each other; sets in the given clips reach 0.8 to 0.98."""

AS_GOOD_AS = 0.8
"""Share of the other's merit from which on a reading against time speaks against what only one of them counts."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """Movements that repeat each other.

    Attributes:
        swings: Of the component, in samples.
        component: (samples,) the signal whose swings they are, in the unit of the poses.
        merit: How much of the motion they explain.
        typical_way: Median way of all joints together, out and back.
        likeness: Of the set as a whole, 0 to 1.
        backwards: Whether they were found from the end of the clip to its start.
    """

    swings: tuple[Swing, ...]
    component: Signal
    merit: float
    typical_way: float
    likeness: float
    backwards: bool = False


def repeated_movements(poses: Poses) -> Repeated:
    """The movements of (samples, dimensions) poses, `GRID_HZ` a second, that best repeat each other."""
    return most_likely(readings(poses)) or Repeated((), np.zeros(len(poses)), 0.0, 0.0, 0.0)


def most_likely(possible: Iterable[Repeated]) -> Repeated | None:
    """The reading that explains the most; of the best forwards and the best backwards the one with fewer, if as good.

    A motion has as many repetitions backwards as forwards. Where both differ, one has taken setting up or leaving for
    a repetition, or one repetition for two, more often than the other has overlooked one.
    """
    all_of_them = list(possible)
    directions = ([one for one in all_of_them if one.backwards is way] for way in (False, True))
    best = [max(some, key=lambda one: one.merit) for some in directions if some]
    most = max((one.merit for one in best), default=0.0)
    good = (one for one in best if one.merit >= AS_GOOD_AS * most)
    return min(good, key=lambda one: (len(one.swings), -one.merit), default=None)


def readings(poses: Poses) -> Iterator[Repeated]:
    """Every way to read the motion as repetitions: each component, upwards and downwards, forwards and backwards."""
    for component in _components(poses):
        smallest = SMALLEST_SHARE_OF_RANGE * float(np.ptp(component))
        if smallest <= SMALLEST_SHARE_OF_RANGE * ROUNDING:
            continue
        for upwards in (component, -component):
            for backwards in (False, True):
                onwards = upwards[::-1] if backwards else upwards
                typical = typical_swing(swings(onwards, smallest=smallest))
                found = swings(onwards, smallest=SHARE_OF_TYPICAL_SWING * typical) if typical else []
                found = turned_round(found, onwards.size) if backwards else found
                judged = alike(poses, found, upwards)
                kept = tuple(swing for swing, is_kept in zip(found, judged.kept, strict=True) if is_kept)
                yield Repeated(kept, upwards, judged.merit, judged.typical_way, judged.likeness, backwards)


def _components(poses: Poses) -> Iterator[Signal]:
    centred = poses - poses.mean(axis=0)
    steady = poses - uniform_filter1d(poses, int(DRIFT_S * GRID_HZ), axis=0, mode="nearest")
    for moving in (centred, steady):
        _, axes = np.linalg.eigh(moving.T @ moving)
        yield from (moving @ axis for axis in axes.T[: -COMPONENTS - 1 : -1])
