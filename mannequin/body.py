"""The body of the mannequin in three dimensions: key poses as segment directions, and the joints that they give.

Metres: x is forward (where the standing figure looks), y up with the floor at 0, z to the figure's left. A direction
is given in degrees from upright, positive forward: 0 is up, 90 forward, 180 down, 270 backward; `_out` turns it away
from the body's middle plane. So an interpolation between two poses is one between numbers, and an arm raised
sideways is `upper_arm=180, upper_arm_out=90`. Segment lengths are shares of the body height after Drillis and Contini
(1966), as in Winter, Biomechanics and Motor Control of Human Movement.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SIDES, Landmark, Side, landmark

Pose = NDArray[np.float64]
"""(parts,) degrees (and metres for `x`, `y`) in the order of `PARTS`; (frames, parts) for a motion."""

Points = NDArray[np.float64]
"""(..., 3) metres."""

HEIGHT = 1.75
SHANK = 0.246 * HEIGHT
THIGH = 0.245 * HEIGHT
TRUNK = 0.288 * HEIGHT
UPPER_ARM = 0.186 * HEIGHT
FOREARM = 0.146 * HEIGHT
HAND = 0.085 * HEIGHT
NECK_TO_HEAD = 0.118 * HEIGHT
FOOT = 0.125 * HEIGHT
ANKLE_HEIGHT = 0.039 * HEIGHT

_STANDING = {
    "thigh": 178.0,
    "thigh_out": 2.0,
    "shin": 182.0,
    "shin_out": 1.0,
    "foot": 90.0,
    "upper_arm": 176.0,
    "upper_arm_out": 4.0,
    "forearm": 168.0,
    "forearm_out": 1.0,
    "hand": 0.0,
}
_CORE = {"trunk": 2.0, "trunk_out": 0.0, "tilt": 0.0, "head": 2.0, "x": 0.0, "y": 0.0}
PARTS = (*_CORE, *(f"{side}_{part}" for side in SIDES for part in _STANDING))
"""Of a pose: direction of the trunk (hips to shoulders; `trunk_out` leans it to the left), `tilt` of the shoulders
(left one up), direction of the head (neck to crown), `x` and `y` metres by which the figure stands off its anchor, and
for each side the directions of thigh (hip to knee), shin, foot (heel to toe), upper arm, forearm, and the `hand`'s
bend from the forearm."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Half distances between left and right, metres."""

    shoulders: float = 0.18
    hips: float = 0.10


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the figure touches the world.

    Attributes:
        joint: Its mean of both sides is held at `x` (and `y`); a name with a side holds that side's.
        x: Metres.
        y: Metres; None puts the lowest point of the figure on the floor.
    """

    joint: str = "ankle"
    x: float = 0.0
    y: float | None = None


def pose(**degrees: float) -> Pose:
    """A pose that differs from standing in the named parts; a name without side means both sides."""
    return changed(np.array([*_CORE.values(), *_STANDING.values(), *_STANDING.values()]), degrees, add=False)


def changed(before: Pose, degrees: dict[str, float], *, add: bool = True) -> Pose:
    """The pose with some parts changed by (or, without `add`, set to) so much; both sides for a name without side."""
    after = before.copy()
    # what names a side comes last, so that it can correct what both share
    for name, value in sorted(degrees.items(), key=lambda item: item[0].startswith(SIDES)):
        names = [name] if name in PARTS else [f"{side}_{name}" for side in SIDES]
        for one in names:
            after[PARTS.index(one)] = value + (after[PARTS.index(one)] if add else 0.0)
    return after


def swapped(before: Pose) -> Pose:
    """(..., parts) what the left side does done by the right one, and the other way round."""
    order = [PARTS.index(_other(name)) for name in PARTS]
    after: Pose = before[..., order].copy()
    for name in ("trunk_out", "tilt"):
        after[..., PARTS.index(name)] *= -1.0
    return after


def joints(poses: Pose, anchor: Anchor, widths: Widths | None = None) -> Points:
    """(frames, 33, 3) metres: the landmarks of (frames, parts) poses, standing where the anchor holds them."""
    body = widths or Widths()
    part = {name: poses[:, index] for index, name in enumerate(PARTS)}
    points = np.zeros((len(poses), len(Landmark), 3))
    chest = TRUNK * _direction(part["trunk"], part["trunk_out"], 1.0)
    across = _direction(np.zeros(len(poses)), 90.0 - part["tilt"], 1.0)
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hip = np.broadcast_to([0.0, 0.0, sign * body.hips], chest.shape)
        _place_leg(points, side, hip, part, sign)
        _place_arm(points, side, chest + sign * body.shoulders * across, part, sign)
    _place_head(points, chest, part["head"])
    return points + _offset(points, anchor, part["x"], part["y"])[:, np.newaxis]


def between(points: Points, first: str, joint: str, last: str, side: Side) -> NDArray[np.float64]:
    """(frames,) flexion of a joint in degrees: 0 when the three landmarks lie on a line."""
    a, b, c = (points[:, landmark(name, side)] for name in (first, joint, last))
    return angle_deg(b - a, c - b)


def angle_deg(first: Points, second: Points) -> NDArray[np.float64]:
    """(frames,) degrees between two directions."""
    lengths = np.maximum(np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1), 1e-12)
    return np.asarray(np.degrees(np.arccos(np.clip((first * second).sum(axis=-1) / lengths, -1.0, 1.0))))


def angles(points: Points) -> dict[str, NDArray[np.float64]]:
    """True angles of (frames, 33, 3) joints: both sides' (`left_knee_flexion`), and the whole body's.

    Flexion convention (0 is straight); `trunk_lean` is from upright, positive forward, in the sagittal plane.
    """
    result: dict[str, NDArray[np.float64]] = {}
    for side in SIDES:
        result[f"{side}_knee_flexion"] = between(points, "hip", "knee", "ankle", side)
        result[f"{side}_hip_flexion"] = between(points, "shoulder", "hip", "knee", side)
        result[f"{side}_elbow_flexion"] = between(points, "shoulder", "elbow", "wrist", side)
        result[f"{side}_shoulder_elevation"] = 180.0 - between(points, "hip", "shoulder", "elbow", side)
    trunk = _middle(points, "shoulder") - _middle(points, "hip")
    result["trunk_lean"] = np.asarray(np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1])))
    result["trunk_inclination"] = angle_deg(trunk, np.array([[0.0, 1.0, 0.0]]))
    legs = [points[:, landmark("ankle", side)] - _middle(points, "hip") for side in SIDES]
    result["legs_apart"] = angle_deg(legs[0], legs[1])
    return result


def _direction(pitch: NDArray[np.float64], out: NDArray[np.float64], sign: float) -> Points:
    """(frames, 3) unit vectors of directions in degrees; `sign` is +1 on the left side."""
    pitch, out = np.radians(pitch), np.radians(out)
    return np.stack([np.sin(pitch) * np.cos(out), np.cos(pitch) * np.cos(out), sign * np.sin(out)], axis=-1)


def _place_leg(points: Points, side: Side, hip: Points, part: dict[str, Pose], sign: float) -> None:
    knee = hip + THIGH * _direction(part[f"{side}_thigh"], part[f"{side}_thigh_out"], sign)
    ankle = knee + SHANK * _direction(part[f"{side}_shin"], part[f"{side}_shin_out"], sign)
    foot, flat = part[f"{side}_foot"], np.zeros(len(hip))
    ahead = _direction(foot, flat, sign)
    heel = ankle - 0.27 * FOOT * ahead + ANKLE_HEIGHT * _direction(foot + 90.0, flat, sign)
    places = {"hip": hip, "knee": knee, "ankle": ankle, "heel": heel, "foot_index": heel + FOOT * ahead}
    for name, place in places.items():
        points[:, landmark(name, side)] = place


def _place_arm(points: Points, side: Side, shoulder: Points, part: dict[str, Pose], sign: float) -> None:
    elbow = shoulder + UPPER_ARM * _direction(part[f"{side}_upper_arm"], part[f"{side}_upper_arm_out"], sign)
    forearm, out = part[f"{side}_forearm"], part[f"{side}_forearm_out"]
    wrist = elbow + FOREARM * _direction(forearm, out, sign)
    fingers = wrist + HAND * _direction(forearm + part[f"{side}_hand"], out, sign)
    apart = np.array([0.0, 0.0, 0.015 * sign])
    places = {"shoulder": shoulder, "elbow": elbow, "wrist": wrist}
    places |= {"pinky": fingers + apart, "index": fingers, "thumb": (wrist + fingers) / 2.0 - apart}
    for name, place in places.items():
        points[:, landmark(name, side)] = place


HEAD = {
    "NOSE": (0.100, 0.000, 0.0),
    "EYE_INNER": (0.085, 0.020, 0.020),
    "EYE": (0.082, 0.020, 0.032),
    "EYE_OUTER": (0.075, 0.020, 0.045),
    "EAR": (-0.015, -0.005, 0.078),
    "MOUTH": (0.080, -0.058, 0.025),
}
"""Landmarks of the head from its centre: metres forward, towards the crown, and to the side."""


def _place_head(points: Points, neck: Points, head: Pose) -> None:
    flat = np.zeros(len(head))
    upward, ahead = _direction(head, flat, 1.0), _direction(head + 90.0, flat, 1.0)
    centre = neck + NECK_TO_HEAD * upward
    for one in Landmark:
        if one < Landmark.LEFT_SHOULDER:
            name = one.name.replace("LEFT", "").replace("RIGHT", "").strip("_")
            forward, up, side = HEAD[name]
            sign = 1.0 if "LEFT" in one.name else -1.0
            points[:, one] = centre + forward * ahead + up * upward + [0.0, 0.0, sign * side]


def _offset(points: Points, anchor: Anchor, x: Pose, y: Pose) -> Points:
    """(frames, 3) by which the figure is moved so that its anchor is where it belongs."""
    sided = anchor.joint.startswith(SIDES)
    held = points[:, Landmark[anchor.joint.upper()]] if sided else _middle(points, anchor.joint)
    up = -points[:, :, 1].min(axis=1) if anchor.y is None else anchor.y - held[:, 1]
    return np.stack([anchor.x - held[:, 0] + x, up + y, np.zeros(len(points))], axis=-1)


def _middle(points: Points, joint: str) -> Points:
    middle: Points = points[:, [landmark(joint, side) for side in SIDES]].mean(axis=1)
    return middle


def _other(name: str) -> str:
    if name.startswith("left_"):
        return name.replace("left_", "right_", 1)
    return name.replace("right_", "left_", 1)
