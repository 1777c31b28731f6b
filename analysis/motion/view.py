"""From where the camera looks at the person, estimated from the model's metric landmarks.

The line through both shoulders (and both hips) lies across the picture when the camera stands in front or behind, and
along the line of sight when it stands at the side. Of who lies, the trunk shows it, too: across the picture when the
camera stands at the side, along the line of sight when it stands at the head or the feet. The world landmarks' x axis
is the picture's, z points away from the camera.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark
from analysis.motion.signals import Signal

Points = NDArray[np.float64]

FRONT_UP_TO_DEG = 16.0
SIDE_FROM_DEG = 55.0
"""Between these two the view is oblique. The model sees an oblique person as more frontal than true: in the given
clips those filmed from 45 degrees measure 18 to 54, those from the front 1 to 13, those from the side 61 to 86. A
verdict on a sagittal angle wants a side view: the published error of the knee angle is -2.3 +- 6.4 degrees from the
side and -13.9 +- 15.1 pooled over 45 to 90 degree views (MediaPipe guide)."""

LYING_FROM_DEG = 60.0
"""From this inclination on the trunk's own bearing counts, too, and the lesser of both angles is the view: a person who
lies at 45 degrees is seen by the shoulders at 49 to 69, by the trunk at 54 to 66, in the drawn clips; both at once are
less often wrong."""

PLAINLY_SIDE_FROM_DEG = 62.0
"""Who steps with one leg and then with the other turns shoulders and hips with it: lunges drawn from 45 degrees are
seen at 36 to 41 with the left leg ahead and at 56 to 61 with the right. Below this a part of a clip is seen from the
side only if the clip as a whole is."""

FRONT, REAR, SIDE, OBLIQUE, UNKNOWN = "front", "rear", "side", "oblique", "unknown"
VIEWS = (FRONT, REAR, SIDE, OBLIQUE)


def view_angles_deg(world: Points) -> Signal:
    """(frames,) 0 seen from the front or rear, or from the head or the feet of who lies, 90 from the side.

    NaN without a person.
    """
    line = across(world)
    by_shoulders = np.degrees(np.arctan2(np.abs(line[:, 2]), np.hypot(line[:, 0], line[:, 1])))
    trunk = _trunk(world)
    by_trunk = np.degrees(np.arctan2(np.abs(trunk[:, 0]), np.abs(trunk[:, 2])))
    return np.where(_lies(trunk), np.minimum(by_shoulders, by_trunk), by_shoulders)


def is_lying(world: Points, frames: slice = slice(None)) -> bool:
    """Whether the trunk is level in most of some frames."""
    trunk = _trunk(world[frames])
    found = np.isfinite(trunk[:, 0])
    return bool(found.any() and _lies(trunk)[found].mean() > 0.5)


def view_of(world: Points, frames: slice = slice(None)) -> tuple[str, float | None]:
    """Name of the view and its angle in degrees over some frames; (`unknown`, None) without a person."""
    angles = view_angles_deg(world[frames])
    if not np.isfinite(angles).any():
        return UNKNOWN, None
    angle = float(np.nanmedian(angles))
    if angle >= SIDE_FROM_DEG:
        return SIDE, angle
    if angle > FRONT_UP_TO_DEG:
        return OBLIQUE, angle
    towards_camera = float(np.nanmedian(forward(world[frames])[:, 2])) <= 0.0
    return (FRONT if towards_camera else REAR), angle


def view_within(world: Points, frames: slice) -> tuple[str, float | None]:
    """The view over some frames of a clip; near the border of side and oblique, the whole clip has a say in it."""
    view, angle = view_of(world, frames)
    if view != SIDE or angle is None or angle >= PLAINLY_SIDE_FROM_DEG:
        return view, angle
    usually, usual_angle = view_of(world)
    return (view, angle) if usually == SIDE else (OBLIQUE, usual_angle)


def forward(world: Points) -> Points:
    """(frames, 3) direction in which the chest looks, unit length; x to the right of the picture, y down, z away."""
    ahead = np.cross(across(world), _trunk(world))
    length = np.linalg.norm(ahead, axis=1, keepdims=True)
    unit: Points = np.divide(ahead, length, out=np.full_like(ahead, np.nan), where=length > 0)
    return unit


def across(world: Points) -> Points:
    """(frames, 3) direction from the right to the left side of the body, metres."""
    shoulders = world[:, Landmark.LEFT_SHOULDER] - world[:, Landmark.RIGHT_SHOULDER]
    hips = world[:, Landmark.LEFT_HIP] - world[:, Landmark.RIGHT_HIP]
    return shoulders + hips


def _lies(trunk: Points) -> NDArray[np.bool_]:
    level = np.hypot(trunk[:, 0], trunk[:, 2])
    return np.asarray(level > np.tan(np.radians(LYING_FROM_DEG)) * np.abs(trunk[:, 1]))


def _trunk(world: Points) -> Points:
    """(frames, 3) from the middle of the hips to the middle of the shoulders, metres."""
    hips = _middle(world, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
    return _middle(world, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER) - hips


def _middle(world: Points, left: Landmark, right: Landmark) -> Points:
    return (world[:, left] + world[:, right]) / 2.0
