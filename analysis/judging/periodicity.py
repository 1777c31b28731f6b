"""Counts whatever moves periodically, without knowing the exercise.

Candidates for what moves are the principal components of the whole body's motion. Of these the one wins whose
repetitions go the longest way together: half movements lose, because the way out is unlike the way back, and so do
double ones, which go the same way for half the count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from analysis.motion.movement import GRID_HZ, Poses, alike
from analysis.motion.signals import Signal
from analysis.motion.swings import Swing, swings, typical_swing

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


@dataclass(frozen=True, slots=True)
class Repeated:
    """Movements that repeat each other.

    Attributes:
        swings: Of the component, in samples.
        component: (samples,) the signal whose swings they are, in the unit of the poses.
        merit: How much of the motion they explain.
        typical_way: Median way of all joints together, out and back.
        likeness: Of the set as a whole, 0 to 1.
    """

    swings: tuple[Swing, ...]
    component: Signal
    merit: float
    typical_way: float
    likeness: float


def repeated_movements(poses: Poses) -> Repeated:
    """The movements of (samples, dimensions) poses, `GRID_HZ` a second, that best repeat each other."""
    return max(
        readings(poses), key=lambda reading: reading.merit, default=Repeated((), np.zeros(len(poses)), 0.0, 0.0, 0.0)
    )


def readings(poses: Poses) -> Iterator[Repeated]:
    """Every way to read the motion as repetitions: each component, upwards and downwards."""
    for component in _components(poses):
        smallest = SMALLEST_SHARE_OF_RANGE * float(np.ptp(component))
        if smallest <= SMALLEST_SHARE_OF_RANGE * ROUNDING:
            continue
        for upwards in (component, -component):
            typical = typical_swing(swings(upwards, smallest=smallest))
            found = swings(upwards, smallest=SHARE_OF_TYPICAL_SWING * typical) if typical else []
            judged = alike(poses, found)
            kept = tuple(swing for swing, is_kept in zip(found, judged.kept, strict=True) if is_kept)
            yield Repeated(kept, upwards, judged.merit, judged.typical_way, judged.likeness)


def _components(poses: Poses) -> Iterator[Signal]:
    centred = poses - poses.mean(axis=0)
    steady = poses - uniform_filter1d(poses, int(DRIFT_S * GRID_HZ), axis=0, mode="nearest")
    for moving in (centred, steady):
        _, axes = np.linalg.eigh(moving.T @ moving)
        yield from (moving @ axis for axis in axes.T[: -COMPONENTS - 1 : -1])
