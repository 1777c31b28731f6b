"""What a struck pose is measured by, in every frame: of both sides at once, and from any view.

Heights are taken in the picture, where the camera sees them as they are from every side; what lies across or ahead of
the body is taken in the model's metres.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.motion.angles import Points, angle_between, limb_angle, middle
from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from analysis.motion.measures import Body, trunk_inclination_deg
from analysis.motion.signals import Signal
from analysis.motion.view import across, forward

_ELBOW_ERROR_DEG = 12.0
"""Between those of a bent and of a nearly straight elbow, nine of ten of which keep within 8.6 and 17.1
(`analysis/judging/pose_error.py`)."""


@dataclass(frozen=True, slots=True)
class PoseMeasure:
    """One measure.

    Attributes:
        name: As declarations call it.
        unit: `deg` or `torso`: a share of the distance from hips to shoulders.
        joints: Landmarks that it needs.
        of: From a body to (frames,) values; NaN where a joint is missing.
        one_side_seen: At the side the joints of the near leg are enough: a far one that is hidden lies behind it.
    """

    name: str
    unit: str
    joints: tuple[Landmark, ...]
    of: Callable[[Body], Signal]
    one_side_seen: bool = False


def torso_px(body: Body) -> Signal:
    """(frames,) pixels from the middle of the hips to the middle of the shoulders, as if it stood upright.

    From the body's height, since the trunk itself shrinks in the picture when it leans towards the camera.
    """
    return 0.288 * body.height_px  # trunk's share of body height: Drillis and Contini 1966


def _torso_m(body: Body) -> Signal:
    return np.asarray(np.linalg.norm(middle(body.world, "shoulder") - middle(body.world, "hip"), axis=1))


def _least_of_sides(value: Callable[[Body, Side], Signal]) -> Callable[[Body], Signal]:
    return lambda body: np.minimum(*(value(body, side) for side in SIDES))


def _most_of_sides(value: Callable[[Body, Side], Signal]) -> Callable[[Body], Signal]:
    return lambda body: np.maximum(*(value(body, side) for side in SIDES))


def _elbow(body: Body, side: Side) -> Signal:
    """As the picture shows it, but not further from the metres than those may be off at an elbow.

    What is straight is straight in every picture, while the model's depth bends arms that point sideways.
    """
    in_metres, in_picture = (limb_angle(points, "elbow_flexion", side) for points in (body.world, body.image))
    return np.clip(in_picture, in_metres - _ELBOW_ERROR_DEG, in_metres)


def _knee(body: Body, side: Side) -> Signal:
    return limb_angle(body.world, "knee_flexion", side)


def _y(body: Body, joint: str, side: Side) -> Signal:
    return body.image[:, landmark(joint, side), 1]


def _wrist_off_shoulder(body: Body, side: Side) -> Signal:
    return np.abs(_y(body, "wrist", side) - _y(body, "shoulder", side)) / torso_px(body)


def _wrist_over_nose(body: Body, side: Side) -> Signal:
    return (body.image[:, Landmark.NOSE, 1] - _y(body, "wrist", side)) / torso_px(body)


def _reach_sideways(body: Body, side: Side) -> Signal:
    """How far the wrist is out to its own side of the shoulder, whichever way the camera or a mirror shows it."""
    outwards = _unit(across(body.world)) * (1.0 if side == "left" else -1.0)
    arm = body.world[:, landmark("wrist", side)] - body.world[:, landmark("shoulder", side)]
    return np.asarray((arm * outwards).sum(axis=1)) / _torso_m(body)


def _hip_over_knee(body: Body) -> Signal:
    return np.abs(middle(body.image, "hip")[:, 1] - middle(body.image, "knee")[:, 1]) / torso_px(body)


def _hip_over_higher_knee(body: Body) -> Signal:
    higher_knee_y = np.minimum(*(_y(body, "knee", side) for side in SIDES))
    return np.asarray((higher_knee_y - middle(body.image, "hip")[:, 1]) / torso_px(body))


def _ankles_uneven(body: Body) -> Signal:
    return np.asarray(np.abs(_y(body, "ankle", "left") - _y(body, "ankle", "right")) / torso_px(body))


def _trunk_from_upright(body: Body) -> Signal:
    return trunk_inclination_deg(body.world)


def _thigh_split(body: Body) -> Signal:
    """Angle between both thighs, seen from the side of the body: wide in a lunge, none in a squat however wide."""
    ahead, up = forward(body.world), np.array((0.0, -1.0, 0.0))
    thighs = []
    for side in SIDES:
        thigh = body.world[:, landmark("knee", side)] - body.world[:, landmark("hip", side)]
        thighs.append(np.column_stack(((thigh * ahead).sum(axis=1), (thigh * up).sum(axis=1))))
    return angle_between(thighs[0], thighs[1])


def _unit(vectors: Points) -> Points:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Points = np.divide(vectors, length, out=np.full_like(vectors, np.nan), where=length > 0)
    return unit


def _both(*joints: str) -> tuple[Landmark, ...]:
    return tuple(landmark(joint, side) for joint in joints for side in SIDES)


_ARMS, _LEGS = _both("shoulder", "elbow", "wrist"), _both("hip", "knee", "ankle")

POSE_MEASURES = {
    measure.name: measure
    for measure in (
        PoseMeasure("most_elbow_flexion", "deg", _ARMS, _most_of_sides(_elbow)),
        PoseMeasure("most_wrist_off_shoulder_height", "torso", _ARMS, _most_of_sides(_wrist_off_shoulder)),
        PoseMeasure("least_reach_sideways", "torso", _ARMS, _least_of_sides(_reach_sideways)),
        PoseMeasure("least_wrist_over_nose", "torso", (*_ARMS, Landmark.NOSE), _least_of_sides(_wrist_over_nose)),
        PoseMeasure("least_knee_flexion", "deg", _LEGS, _least_of_sides(_knee), one_side_seen=True),
        PoseMeasure("most_knee_flexion", "deg", _LEGS, _most_of_sides(_knee)),
        PoseMeasure("hip_over_knee", "torso", _both("hip", "knee"), _hip_over_knee, one_side_seen=True),
        PoseMeasure("hip_over_higher_knee", "torso", _both("hip", "knee"), _hip_over_higher_knee),
        PoseMeasure("ankles_uneven_in_height", "torso", _both("ankle"), _ankles_uneven),
        PoseMeasure("trunk_from_upright", "deg", _both("shoulder", "hip"), _trunk_from_upright, one_side_seen=True),
        PoseMeasure("thigh_split", "deg", _both("hip", "knee"), _thigh_split, one_side_seen=True),
    )
}
