"""A repetition as it is compared: the part of it that the clip shows, as joint angles at even steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise
from analysis.motion.cycling import CYCLE_JOINTS
from analysis.motion.landmarks import SIDES
from analysis.motion.measures import MEASURES
from analysis.types import JointAngles, Repetition

Array = NDArray[np.float64]

SAMPLES = 32

# Wrists and ankles are left out: their landmarks are the least exact.
_JOINTS = ("elbow_flexion", "shoulder_elevation", "hip_flexion", "knee_flexion")

COMPARED_JOINTS = tuple(f"{side}_{joint}" for side in SIDES for joint in _JOINTS)
"""Of both sides of the body: the left one's, then the right one's."""

_LIMBS = (
    ({"elbow", "wrist"}, {"elbow_flexion", "shoulder_elevation"}),
    ({"hip", "knee", "ankle", "heel", "foot_index"}, {"hip_flexion", "knee_flexion"}),
)
"""The landmarks of arms and legs, and what of them is compared."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What is compared of one video.

    Attributes:
        angles: Joint angles of the whole video.
        repetitions: In order; where there is none the whole video counts as one.
    """

    angles: JointAngles
    repetitions: Sequence[Repetition]


class Part(StrEnum):
    """Of a repetition; where a clip cuts it off, one way of it is all that can be compared."""

    WHOLE = "both ways"
    THERE = "to the turning point"
    BACK = "back from it"


def asked_of(exercise: Exercise) -> NDArray[np.bool_]:
    """(2 x joints,) whether the exercise asks anything of the arm or leg, in counting it or by a rule.

    How the arms are held in a squat is everybody's own affair. All of them where no exercise is known.
    """
    if not exercise.is_known:
        return np.ones(len(COMPARED_JOINTS), dtype=np.bool_)
    looked_at = {joint for angle in exercise.angles for joint in CYCLE_JOINTS[angle]}
    looked_at |= {
        joint for rule in exercise.rules if rule.measure in MEASURES for joint in MEASURES[rule.measure].joints
    }
    asked = {joint for landmarks, joints in _LIMBS if landmarks & looked_at for joint in joints}
    return np.array([joint in asked for _ in SIDES for joint in _JOINTS])


def or_whole(movement: Movement) -> list[Repetition]:
    """Its repetitions; where there is none, the whole video."""
    frames = len(movement.angles.timestamps_s)
    return list(movement.repetitions) or [Repetition(1, 0, frames // 2, frames, complete=True)]


def part_seen(angles: JointAngles, repetition: Repetition) -> Part:
    """All of it, or the way that the clip does not cut off, which is the one that goes further."""
    if repetition.complete:
        return Part.WHOLE
    start, turn, last = (angles.degrees[frame] for frame in (repetition.start, repetition.turn, repetition.end - 1))
    return Part.BACK if mean_of_known(np.abs(turn - last)) > mean_of_known(np.abs(turn - start)) else Part.THERE


def only(repetition: Repetition, part: Part) -> Repetition:
    """That part of it."""
    if part is Part.WHOLE:
        return repetition
    there = part is Part.THERE
    return replace(repetition, end=repetition.turn + 1) if there else replace(repetition, start=repetition.turn)


def frames_of(repetition: Repetition) -> Array:
    """The frame, not whole, of each sample."""
    return np.linspace(repetition.start, max(repetition.start, repetition.end - 1), SAMPLES)


def resampled(angles: JointAngles, repetition: Repetition) -> Array:
    """(samples, 2 x joints) degrees: left sides, then right sides; NaN where a neighbouring frame is unknown."""
    columns = [_column(angles, name) for name in COMPARED_JOINTS]
    at = frames_of(repetition)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(angles.timestamps_s) - 1)
    share = (at - low)[:, None]
    table = np.stack(columns, axis=1)
    mixed: Array = table[low] * (1 - share) + table[high] * share
    return np.where(share == 0, table[low], mixed)


def _column(angles: JointAngles, name: str) -> Array:
    return angles[name] if name in angles.names else np.full(len(angles.timestamps_s), np.nan)


def mirrored(samples: Array) -> Array:
    """(..., 2 x joints) with left and right exchanged."""
    half = samples.shape[-1] // 2
    return np.concatenate((samples[..., half:], samples[..., :half]), axis=-1)


def mean_of_known(values: Array) -> float:
    """NaN where nothing is known."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
