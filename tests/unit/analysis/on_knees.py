"""Poses of who rests on the knees and not on the feet, for exercises that lean on the hands or forearms."""

import numpy as np

from analysis.motion.landmarks import landmark
from mannequin.body import THIGH, TRUNK, Anchor, Pose, changed, joints

SHINS = {
    "up": {"shin": 325.0, "foot": 285.0},
    "on_floor": {"shin": 270.0, "foot": 245.0},
    "toes_tucked": {"shin": 288.0, "foot": 150.0},
}
"""Knees on the floor, and the lower legs in the air, with the tops of the feet on the floor, or on the toes."""

KNEE_M = 0.05


def on_knees(arms: Pose, anchor: Anchor, shins: str) -> Pose:
    """The arms as in a pose on the feet; the body is straight from the shoulders to the knees, which lie on the floor.

    Args:
        arms: The pose on the feet.
        anchor: Where it touches the world.
        shins: One of `SHINS`.
    """
    shoulder_m = joints(arms[np.newaxis], anchor)[0, landmark("shoulder", "right"), 1]
    rises_deg = float(np.degrees(np.arcsin((shoulder_m - KNEE_M) / (TRUNK + THIGH))))
    body = {"trunk": 90 - rises_deg, "head": 79 - rises_deg, "thigh": 270 - rises_deg}
    return changed(arms, body | SHINS[shins], add=False)
