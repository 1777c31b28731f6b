"""What a repetition looks like whatever the camera: the body at rest and at the turning point, in named figures.

The same figures are taken of a followed person and of the drawn figure of every exercise, whose own are kept in
`signatures.json` (`python -m scripts.signatures` writes them), so that the two can be compared.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.motion.angles import ANGLE_JOINTS, Points, limb_angle, middle
from analysis.motion.cycling import LEGS_APART, TRUNK_INCLINATION, cycle_angle
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.signals import Signal
from analysis.motion.view import across, forward

SIGNATURES = Path(__file__).with_name("signatures.json")

ANGLE_DEG = 25.0
DIRECTION = 0.4
HEIGHT = 0.125
RISE = 0.1
LEGS_DEG = 17.0
"""By how much a figure may be off and still speak for the exercise: how people differ, and how the pose errs (a knee by
15 degrees from 45 to 90 degree views). Angles, cosines, shares of body height."""

WORKING, OTHER = "working", "other"
ARMS = ("elbow_flexion", "shoulder_elevation", "arm_sideways", "arm_forwards")
LEGS = ("knee_flexion", "hip_flexion", LEGS_APART, "hip_above_ankle")
TRUNK = (TRUNK_INCLINATION, "chest_down")
LIMB_FIGURES: dict[str, float] = {**dict.fromkeys(ANGLE_JOINTS, ANGLE_DEG), ARMS[2]: DIRECTION, ARMS[3]: DIRECTION}
BODY_FIGURES: dict[str, float] = {
    TRUNK_INCLINATION: ANGLE_DEG,
    "chest_down": DIRECTION,
    "wrist_above_shoulder": HEIGHT,
    LEGS_APART: LEGS_DEG,
    "hip_above_ankle": HEIGHT,
    "wrist_above_ankle": HEIGHT,
}
RISING = ("wrist", "shoulder", "hip", "ankle")
TOLERANCES: dict[str, float] = {
    **{f"{which}_{name}": unit for which in (WORKING, OTHER) for name, unit in LIMB_FIGURES.items()},
    **BODY_FIGURES,
}
"""Figure to its tolerance."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The figures of one repetition, or the medians of a set's.

    Attributes:
        rest: (figures,) where the repetition leaves rest, in the order of `TOLERANCES`; NaN where unseen.
        turn: (figures,) at the turning point.
        rises: (4,) how far each of `RISING` goes up from rest to turn in the picture, body heights: who pulls up goes
            to the hands, who presses moves the hands.
    """

    rest: NDArray[np.float64]
    turn: NDArray[np.float64]
    rises: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """The signature of an exercise, and whether left and right take turns in it."""

    signature: Signature
    in_turn: bool


def signature_of(rest: Points, turn: Points, height_m: float, rises: NDArray[np.float64]) -> Signature:
    """Medians over repetitions.

    Args:
        rest: (repetitions, 33, 3) metres, where each leaves rest.
        turn: Likewise, at its turning point.
        height_m: The person's.
        rises: (repetitions, 4) of `rises_of`.
    """
    return Signature(*(_median(figures) for figures in (*_figures(rest, turn, height_m), rises)))


def signatures_of(rest: Points, turn: Points, height_m: float, rises: NDArray[np.float64]) -> list[Signature]:
    """As `signature_of`, each repetition's own."""
    return [Signature(*figures) for figures in zip(*_figures(rest, turn, height_m), rises, strict=True)]


def rises_of(rest_y: Signal, turn_y: Signal, height: float) -> NDArray[np.float64]:
    """(repetitions, 4) of (repetitions, 33) vertical positions, downwards, in the unit of `height`."""
    joints = [[landmark(joint, side) for side in SIDES] for joint in RISING]
    return np.stack([(rest_y[:, pair] - turn_y[:, pair]).mean(axis=1) / height for pair in joints], axis=1)


@lru_cache(maxsize=1)
def known_signatures() -> dict[str, Known]:
    """By exercise, as `signatures.json` keeps them."""
    found = json.loads(SIGNATURES.read_text(encoding="utf-8"))
    return {name: Known(_read(one), bool(one["in_turn"])) for name, one in found.items()}


def written(known: Known) -> dict[str, object]:
    """As `signatures.json` keeps it: figure to its value at rest and at the turn."""
    signature = known.signature
    ends = zip(TOLERANCES, signature.rest, signature.turn, strict=True)
    return {
        "in_turn": known.in_turn,
        "figures": {name: [round(float(rest), 2), round(float(turn), 2)] for name, rest, turn in ends},
        "rises": dict(zip(RISING, (round(float(rise), 3) for rise in signature.rises), strict=True)),
    }


def _read(one: dict[str, dict[str, list[float]]]) -> Signature:
    ends = np.array([one["figures"][name] for name in TOLERANCES], dtype=np.float64)
    return Signature(ends[:, 0], ends[:, 1], np.array([one["rises"][name] for name in RISING], dtype=np.float64))


def _figures(rest: Points, turn: Points, height_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(repetitions, figures) at rest and at the turning point, the limb that moves further first."""
    limbs = np.stack([_limbs(rest), _limbs(turn)])
    moved = np.abs(limbs[1] - limbs[0])[..., : len(ANGLE_JOINTS)].sum(axis=-1)
    working = np.where(moved[:, 0] >= moved[:, 1], 0, 1)
    each = np.arange(len(rest))
    at_rest, at_turn = (
        np.concatenate([limb[each, working], limb[each, 1 - working], _trunk(points, height_m)], axis=1)
        for limb, points in zip(limbs, (rest, turn), strict=True)
    )
    return at_rest, at_turn


def _median(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """(figures,) medians of (repetitions, figures) over those that were seen; NaN where none was."""
    seen = [column[np.isfinite(column)] for column in figures.T]
    return np.array([np.median(column) if column.size else np.nan for column in seen])


def _limbs(world: Points) -> NDArray[np.float64]:
    """(repetitions, sides, figures) of `LIMB_FIGURES`."""
    line = across(world)
    line = line / np.linalg.norm(line, axis=1, keepdims=True)
    return np.stack([_limb(world, side, line if side == "left" else -line) for side in SIDES], axis=1)


def _limb(world: Points, side: Side, outwards: Points) -> NDArray[np.float64]:
    upper_arm = world[:, landmark("elbow", side)] - world[:, landmark("shoulder", side)]
    upper_arm = upper_arm / np.linalg.norm(upper_arm, axis=1, keepdims=True)
    directions = [(upper_arm * one).sum(axis=1) for one in (outwards, forward(world))]
    return np.stack([*(limb_angle(world, angle, side) for angle in ANGLE_JOINTS), *directions], axis=1)


def _trunk(world: Points, height_m: float) -> NDArray[np.float64]:
    """(repetitions, figures) of `BODY_FIGURES`."""
    wrist, shoulder, hip, ankle = (middle(world, joint)[:, 1] for joint in RISING)
    heights = [(shoulder - wrist) / height_m, (ankle - hip) / height_m, (ankle - wrist) / height_m]
    inclination, apart = (cycle_angle(world, angle, "left") for angle in (TRUNK_INCLINATION, LEGS_APART))
    return np.stack([inclination, forward(world)[:, 1], heights[0], apart, heights[1], heights[2]], axis=1)
