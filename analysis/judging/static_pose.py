"""Poses that are struck and held, such as a T-pose: the vocabulary of their declarations, and where they are found.

A declaration is data and lies in a file of its own in `analysis/poses/`, as `POSE`, where it is found by itself.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SEEN_FROM, SIDES
from analysis.motion.measures import Body
from analysis.motion.pose_measures import POSE_MEASURES, PoseMeasure
from analysis.motion.signals import Signal
from analysis.motion.view import SIDE_FROM_DEG, view_angles_deg
from analysis.whole_body import HeldPose

HELD_FRAMES = 3
"""A pose that is passed through in fewer frames in a row is not struck (contract of the dance app)."""
_SURE_AT = 0.5
"""Confidence at a limit; it grows to 1 at `Condition.sure_beyond` inside of it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one measure has to be like.

    Attributes:
        measure: One of `analysis.motion.pose_measures.POSE_MEASURES`.
        sure_beyond: How far inside the limit, in the measure's unit, there is no doubt any more.
        at_least: Lower limit, or None.
        at_most: Upper limit, or None.
    """

    measure: str
    sure_beyond: float
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class StaticPose:
    """A pose.

    Attributes:
        name: As the dance app writes it, such as `T-Pose`.
        conditions: All of them hold while it is held.
        source: Where the limits come from.
    """

    name: str
    conditions: tuple[Condition, ...]
    source: str


@lru_cache(maxsize=1)
def all_poses() -> tuple[StaticPose, ...]:
    """Every declaration in `analysis/poses/`, by name."""
    import analysis.poses as package

    modules = (
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    )
    poses: list[StaticPose] = [module.POSE for module in modules]
    return tuple(sorted(poses, key=lambda pose: pose.name))


def held_poses(body: Body, poses: Sequence[StaticPose] | None = None) -> tuple[HeldPose, ...]:
    """Every pose that was held for `HELD_FRAMES` in a row or longer, in order of time."""
    found = [held for pose in poses or all_poses() for held in _held(pose, body)]
    return tuple(sorted(found, key=lambda held: (held.start, held.name)))


def confidence_of(pose: StaticPose, body: Body) -> Signal:
    """(frames,) confidence, 0 to 1, that the pose is struck; 0 where a condition fails or a joint is not seen."""
    fits = [_fit(condition, body) for condition in pose.conditions]
    confidence: Signal = np.min(fits, axis=0)
    return confidence


def _fit(condition: Condition, body: Body) -> Signal:
    """(frames,) 0 beyond the limit, `_SURE_AT` on it, 1 well inside, weighed with how well the joints are seen."""
    measure = POSE_MEASURES[condition.measure]
    values = measure.of(body)
    inside = np.full(len(values), np.inf)
    if condition.at_least is not None:
        inside = np.minimum(inside, values - condition.at_least)
    if condition.at_most is not None:
        inside = np.minimum(inside, condition.at_most - values)
    sure = _SURE_AT + (1.0 - _SURE_AT) * np.minimum(inside / condition.sure_beyond, 1.0)
    joints = list(measure.joints)
    visibility = body.visibility[:, joints]
    seen = _seen(measure, body) & body.inside[:, joints].all(axis=1)
    return np.where(seen & np.isfinite(values) & (inside >= 0.0), sure * visibility.mean(axis=1), 0.0)


def _seen(measure: PoseMeasure, body: Body) -> NDArray[np.bool_]:
    """(frames,) whether its joints are seen, or hidden by those of the other side from where they have to be."""
    seen = {joint: body.visibility[:, joint] >= SEEN_FROM for joint in measure.joints}
    everywhere = np.all(list(seen.values()), axis=0)
    if not measure.one_side_seen:
        return np.asarray(everywhere)
    of_a_side = [
        np.all([seen[joint] for joint in measure.joints if joint.name.startswith(side.upper())], axis=0)
        for side in SIDES
    ]
    at_the_side = view_angles_deg(body.world) >= SIDE_FROM_DEG
    return np.asarray(everywhere | (at_the_side & np.any(of_a_side, axis=0)))


def _held(pose: StaticPose, body: Body) -> Iterator[HeldPose]:
    confidence = confidence_of(pose, body)
    for start, end in _runs(confidence > 0.0):
        if end - start >= HELD_FRAMES:
            yield HeldPose(pose.name, start, end, float(confidence[start:end].mean()))


def _runs(holds: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Half-open ranges in which it holds."""
    edges = [0, *(np.flatnonzero(np.diff(holds)) + 1).tolist(), len(holds)]
    return ((start, end) for start, end in pairwise(edges) if end > start and holds[start])
