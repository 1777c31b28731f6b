"""The body around the joints: the solids that make it up, in shirt, shorts and shoes. Lengths in metres."""

import numpy as np

from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from mannequin.body import HEAD, Points
from mannequin.camera import Stage
from mannequin.solids import Colour, Cone, Ellipsoid, Patch, Solid

SKIN: Colour = (146.0, 178.0, 224.0)
SHIRT: Colour = (164.0, 96.0, 52.0)
SHORTS: Colour = (78.0, 66.0, 60.0)
SHOE: Colour = (60.0, 64.0, 196.0)
HAIR: Colour = (34.0, 44.0, 62.0)
WHITE: Colour = (240.0, 240.0, 240.0)
DARK: Colour = (40.0, 40.0, 44.0)
BROW: Colour = (54.0, 68.0, 92.0)
LIPS: Colour = (96.0, 96.0, 180.0)

FACE = (
    Patch((0.0, 0.78, -0.62), 0.972, LIPS),
    *(Patch((0.42 * sign, 0.86, 0.30), 0.975, BROW) for sign in (1.0, -1.0)),
    *(Patch((0.42 * sign, 0.90, 0.17), 0.983, WHITE) for sign in (1.0, -1.0)),
    *(Patch((0.42 * sign, 0.90, 0.17), 0.994, DARK) for sign in (1.0, -1.0)),
)
"""Mouth, brows and eyes; directions to the left, ahead and up."""


def figure(points: Points, stage: Stage) -> list[Solid]:
    """The figure of (33, 3) joints in the room, as the camera sees it."""
    at = stage.seen(points)
    limbs = [solid for side in SIDES for solid in (*_leg(at, side), *_arm(at, side))]
    return [*limbs, *_trunk(at), *_head(at)]


def _leg(at: Points, side: Side) -> list[Solid]:
    hip, knee, ankle, heel, toe = (
        at[landmark(joint, side)] for joint in ("hip", "knee", "ankle", "heel", "foot_index")
    )
    ahead, upward = _unit(toe - heel), _unit(ankle - heel)
    # the calf lies behind the shin
    calf = 0.68 * knee + 0.32 * ankle - 0.018 * ahead
    back, ball = heel + 0.03 * upward + 0.03 * ahead, 0.3 * heel + 0.7 * toe + 0.028 * upward
    return [
        Cone(hip, knee, (0.092, 0.058), SHORTS, 0.62, SKIN),
        Cone(knee, calf, (0.056, 0.058), SKIN),
        Cone(calf, ankle, (0.057, 0.038), SKIN),
        Cone(ankle, back, (0.042, 0.040), SHOE),
        Cone(back, ball, (0.040, 0.040), SHOE),
        Cone(ankle, ball, (0.040, 0.036), SHOE),
        Cone(ball, toe + 0.022 * upward - 0.02 * ahead, (0.040, 0.028), SHOE),
    ]


def _arm(at: Points, side: Side) -> list[Solid]:
    shoulder, elbow, wrist, index, pinky, thumb = (
        at[landmark(joint, side)] for joint in ("shoulder", "elbow", "wrist", "index", "pinky", "thumb")
    )
    belly, fingers = 0.7 * elbow + 0.3 * wrist, (index + pinky) / 2.0
    palm, across = (wrist + fingers) / 2.0, _unit(pinky - index)
    return [
        Cone(shoulder, elbow, (0.058, 0.042), SHIRT, 0.55, SKIN),
        Cone(elbow, belly, (0.041, 0.043), SKIN),
        Cone(belly, wrist, (0.043, 0.028), SKIN),
        *(Cone(wrist, palm + beside * across, (0.028, 0.026), SKIN) for beside in (0.012, -0.012)),
        *(Cone(palm + 1.2 * x * across, fingers + x * across, (0.024, 0.014), SKIN) for x in (0.010, -0.010)),
        Cone(wrist, wrist + 1.1 * (thumb - wrist), (0.020, 0.012), SKIN),
    ]


def _trunk(at: Points) -> list[Solid]:
    hips, shoulders = (np.array([at[landmark(joint, side)] for side in SIDES]) for joint in ("hip", "shoulder"))
    low, high = hips.mean(axis=0), shoulders.mean(axis=0)
    spine, across = high - low, _unit(shoulders[0] - shoulders[1])
    upward, ahead = _unit(spine), _unit(np.cross(across, spine))
    axes, length = np.array([np.cross(upward, ahead), ahead, upward]), float(np.linalg.norm(spine))
    neck = high + 0.02 * spine + 0.04 * upward
    return [
        Cone(hips[0], hips[1], (0.095, 0.095), SHORTS),
        Ellipsoid(low + 0.10 * spine, axes, (0.165, 0.118, 0.30 * length), SHORTS),
        Ellipsoid(low + 0.42 * spine, axes, (0.150, 0.110, 0.44 * length), SHIRT),
        Ellipsoid(low + 0.70 * spine + 0.01 * ahead, axes, (0.176, 0.122, 0.40 * length), SHIRT),
        Cone(shoulders[0] - 0.05 * spine, shoulders[1] - 0.05 * spine, (0.060, 0.060), SHIRT),
        *(Cone(neck, 0.25 * neck + 0.75 * shoulder, (0.050, 0.048), SHIRT) for shoulder in shoulders),
    ]


def _head(at: Points) -> list[Solid]:
    left_eye, right_eye, left_ear, right_ear, nose = (
        at[Landmark[name]] for name in ("LEFT_EYE", "RIGHT_EYE", "LEFT_EAR", "RIGHT_EAR", "NOSE")
    )
    mouth = (at[Landmark.MOUTH_LEFT] + at[Landmark.MOUTH_RIGHT]) / 2.0
    across, upward = _unit(left_ear - right_ear), _unit((left_eye + right_eye) / 2.0 - mouth)
    ahead = np.cross(across, upward)
    centre, axes = nose - HEAD["NOSE"][0] * ahead, np.array([across, ahead, upward])
    neck = (at[Landmark.LEFT_SHOULDER] + at[Landmark.RIGHT_SHOULDER]) / 2.0

    def place(forward: float, up: float, beside: float = 0.0) -> Points:
        there: Points = centre + forward * ahead + up * upward + beside * across
        return there

    return [
        Cone(neck, place(-0.02, -0.05), (0.056, 0.052), SKIN),
        Ellipsoid(place(-0.016, 0.030), axes, (0.079, 0.098, 0.098), HAIR),
        Ellipsoid(place(0.006, -0.010), axes, (0.073, 0.086, 0.112), SKIN, FACE),
        Cone(place(0.080, 0.014), place(0.094, -0.008), (0.010, 0.016), SKIN),
        Cone(place(0.040, -0.085), place(0.058, -0.088), (0.036, 0.030), SKIN),
        *(Ellipsoid(place(-0.012, -0.006, 0.076 * x), axes, (0.012, 0.020, 0.030), SKIN) for x in (1.0, -1.0)),
    ]


def _unit(direction: Points) -> Points:
    unit: Points = direction / max(float(np.linalg.norm(direction)), 1e-9)
    return unit
