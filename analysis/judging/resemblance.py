"""How far somebody's repetitions resemble an exercise: what speaks against it, in squared tolerances and beyond."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise, Limbs
from analysis.judging.signature import (
    ARMS,
    LEGS,
    OTHER,
    RISE,
    RISING,
    TOLERANCES,
    TRUNK,
    WORKING,
    Signature,
    rises_of,
    signature_of,
    signatures_of,
)
from analysis.motion.angles import Points
from analysis.motion.cycling import CYCLE_JOINTS
from analysis.motion.measures import MEASURES, Body, body_height_m

FARTHEST = 6.0
"""Squared tolerances beyond which a figure speaks no louder: one hidden joint is no other exercise."""

DEPTHS = (0.75, 1.0)
"""Shares of the drawn way to the turning point: who squats less deep squats nevertheless."""

OF_FREE_ARMS = 0.2
OF_THE_OTHER_SIDE = 0.5
OF_RISES = 3.0
"""Weights: of arms in an exercise of the legs, of the limb that works less, of what goes up (four figures that tell
hanging from pressing, against 36 of the body's own)."""

MOST_TELLING = 3
FARTHEST_TELLING = 16.0
"""So many of the figures of trunk and working limb, those that are off the most, must not be off together: an arm that
is held overhead does no curl, however well the rest of the body stands. Capped at four tolerances."""

UNLIKELY_FROM = 1.25
"""Distance in squared tolerances at which it is as likely none of the known exercises."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Of found repetitions to an exercise.

    Attributes:
        distance: Weighted mean of squared tolerances over all figures.
        apart: Mean of squared tolerances over the few figures of trunk and working limb that are off the most.
        direction: Cosine of the change from rest to turn with the exercise's own: 1 the same movement, however large.
        way: How far along the exercise's own change it goes: 1 as far, 0.5 half as far.
    """

    distance: float
    apart: float
    direction: float
    way: float


def signature_at(body: Body, starts: list[int], turns: list[int]) -> Signature:
    """Of repetitions that leave rest and turn in these frames, their medians."""
    return signature_of(*_ends(body, starts, turns))


def signatures_at(body: Body, starts: list[int], turns: list[int]) -> list[Signature]:
    """Likewise, each repetition's own."""
    return signatures_of(*_ends(body, starts, turns))


def _ends(body: Body, starts: list[int], turns: list[int]) -> tuple[Points, Points, float, NDArray[np.float64]]:
    """What signatures are made of: metres at rest and at the turn, body height, and how far the body rises."""
    rises = rises_of(body.image[starts, :, 1], body.image[turns, :, 1], float(np.nanmedian(body.height_px)))
    return body.world[starts], body.world[turns], body_height_m(body.world), rises


def resemblance(found: Signature, known: Signature, exercise: Exercise) -> Resemblance:
    """Of the figures of found repetitions to those that the exercise is known by."""
    return resemblances([found], known, exercise)[0]


def resemblances(found: Sequence[Signature], known: Signature, exercise: Exercise) -> list[Resemblance]:
    """Of each repetition's own figures, likewise."""
    weights, telling = _weights(exercise), _telling(exercise)
    return [
        Resemblance(
            min(_distance(one, known, depth, weights) for depth in DEPTHS),
            min(_apart(one, known, depth, telling) for depth in DEPTHS),
            *_change(one, known, weights),
        )
        for one in found
    ]


def _distance(found: Signature, known: Signature, depth: float, weights: NDArray[np.float64]) -> float:
    """To the exercise done to this depth: of the middle of each figure, of its change, and of what rises."""
    turn = known.rest + depth * (known.turn - known.rest)
    apart = [
        ((found.rest + found.turn) - (known.rest + turn)) / 2.0 / _UNITS,
        ((found.turn - found.rest) - (turn - known.rest)) / _UNITS,
        (found.rises - depth * known.rises) / RISE,
    ]
    squared = np.minimum(np.concatenate(apart) ** 2, FARTHEST)
    seen = np.isfinite(squared) & (weights > 0.0)
    return float((squared[seen] * weights[seen]).sum() / weights[seen].sum())


def _apart(found: Signature, known: Signature, depth: float, telling: list[int]) -> float:
    turn = known.rest + depth * (known.turn - known.rest)
    off = np.concatenate([((found.rest - known.rest) / _UNITS)[telling], ((found.turn - turn) / _UNITS)[telling]])
    squared = np.sort(np.minimum(np.nan_to_num(off) ** 2, FARTHEST_TELLING))
    return float(squared[-MOST_TELLING:].mean())


def _change(found: Signature, known: Signature, weights: NDArray[np.float64]) -> tuple[float, float]:
    """(direction, way) of the change from rest to turn."""
    mine, its = (np.append((one.turn - one.rest) / _UNITS, one.rises / RISE) for one in (found, known))
    weights = weights[_UNITS.size :]
    seen = np.isfinite(mine)
    mine, its, weights = mine[seen], its[seen], weights[seen]
    along, own, size = (float((weights * one).sum()) for one in (mine * its, its**2, mine**2))
    if own <= 0.0 or size <= 0.0:
        return 0.0, 0.0
    return along / float(np.sqrt(own * size)), along / own


def _weights(exercise: Exercise) -> NDArray[np.float64]:
    """(figures of the middle, of the change, and rises,) what each figure counts for the exercise."""
    arms_matter = _arms_matter(exercise)
    one_arm_may_rest = exercise.cycle is not None and exercise.cycle.limbs is Limbs.ONE_OR_BOTH
    weights = []
    for name in TOLERANCES:
        of_arm = _is_of_arm(name)
        weight = OF_THE_OTHER_SIDE if name.startswith(OTHER) else 1.0
        if of_arm and not arms_matter:
            weight *= OF_FREE_ARMS
        if of_arm and name.startswith(OTHER) and one_arm_may_rest:
            weight = 0.0
        weights.append(weight)
    rises = [OF_RISES * (OF_FREE_ARMS if joint == "wrist" and not arms_matter else 1.0) for joint in RISING]
    return np.array([*weights, *weights, *rises])


def _arms_matter(exercise: Exercise) -> bool:
    """Whether the angle that cycles or any rule looks at elbows or wrists; if not, the arms may be anywhere."""
    joints = {joint for angle in exercise.angles for joint in CYCLE_JOINTS[angle]}
    joints |= {joint for rule in exercise.rules if rule.measure in MEASURES for joint in MEASURES[rule.measure].joints}
    return bool(joints & {"elbow", "wrist"})


def _telling(exercise: Exercise) -> list[int]:
    """Places of the figures of the trunk, and of the working limb whose angle cycles."""
    joints = {joint for angle in exercise.angles for joint in CYCLE_JOINTS[angle]}
    of_arm, of_leg = bool(joints & {"elbow", "wrist"}), bool(joints & {"hip", "knee", "ankle"})
    return [
        place
        for place, name in enumerate(TOLERANCES)
        if not name.startswith(OTHER)
        and (name in TRUNK or (of_arm and _is_of_arm(name)) or (of_leg and _bare(name) in LEGS))
    ]


def _is_of_arm(name: str) -> bool:
    return _bare(name) in ARMS or name.startswith("wrist")


def _bare(name: str) -> str:
    return name.removeprefix(f"{WORKING}_").removeprefix(f"{OTHER}_")


_UNITS = np.array(list(TOLERANCES.values()))
