"""The angles that a repetition may be counted on: those of a joint on each side, and those of the body as a whole."""

import numpy as np

from analysis.motion.angles import ANGLE_JOINTS, Points, angle_between, limb_angle, middle
from analysis.motion.landmarks import Side, landmark
from analysis.motion.measures import from_upright_deg, trunk_inclination_deg
from analysis.motion.signals import Signal

TRUNK_INCLINATION = "trunk_inclination"
"""Of the trunk from upright: 0 standing, 90 lying. What makes a burpee or a crunch."""

LEGS_APART = "legs_apart"
"""Between both legs, from hip to ankle: what opens in a jumping jack."""

UPPER_ARM_TILT = "upper_arm_tilt"
"""Of the upper arm from upright: small for who rests on elbows or hands under the shoulders."""

BODY_ANGLES: dict[str, tuple[str, ...]] = {TRUNK_INCLINATION: ("shoulder", "hip"), LEGS_APART: ("hip", "ankle")}
"""Angle to the joints of both sides that form it."""

CYCLE_JOINTS: dict[str, tuple[str, ...]] = {**ANGLE_JOINTS, **BODY_ANGLES, UPPER_ARM_TILT: ("shoulder", "elbow")}
"""Every angle that an exercise may be declared with, to the joints that must be seen for it."""


def cycle_angle(positions: Points, angle: str, side: Side) -> Signal:
    """(frames,) degrees of one of `CYCLE_JOINTS`, from (frames, 33, axes) metres or pixels; NaN where unseen.

    The angles of the whole body are the same for either side.
    """
    if angle == TRUNK_INCLINATION:
        return trunk_inclination_deg(positions)
    if angle == LEGS_APART:
        left, right = (positions[:, landmark("ankle", one)] - middle(positions, "hip") for one in ("left", "right"))
        return np.asarray(angle_between(left, right))
    if angle == UPPER_ARM_TILT:
        return from_upright_deg(positions[:, landmark("shoulder", side)] - positions[:, landmark("elbow", side)])
    return limb_angle(positions, angle, side)
