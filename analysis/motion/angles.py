"""Joint angles over time, flexion convention: 0 is straight, 90 a right angle.

Measured in pixels or in world metres, never in coordinates divided by the picture's width and height: a true 90 degrees
would read 59 in a 9:16 portrait frame.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.motion.flips import without_flips
from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from analysis.motion.signals import Signal, fill_gaps, low_pass, without_outliers
from analysis.motion.view import SIDE_FROM_DEG, view_angles_deg
from analysis.types import JointAngles, PoseTrack

Points = NDArray[np.float64]

SMOOTHING_HZ = 6.0
"""Cut-off for joint positions; 6 Hz is usual for human movement (Winter, Biomechanics and Motor Control, ch. 3)."""

FLEXIONS: dict[str, tuple[str, str, str]] = {
    "elbow_flexion": ("shoulder", "elbow", "wrist"),
    "hip_flexion": ("shoulder", "hip", "knee"),
    "knee_flexion": ("hip", "knee", "ankle"),
}
"""Angle to the three joints that form it: how far the limb is bent from straight."""

SHOULDER_ELEVATION = "shoulder_elevation"
"""Angle between upper arm and trunk: 0 with the arm at the side, 180 overhead."""

ANGLE_JOINTS: dict[str, tuple[str, ...]] = {**FLEXIONS, SHOULDER_ELEVATION: ("elbow", "shoulder", "hip")}


def joint_angles(track: PoseTrack, *, source: Literal["image", "world", "best"] = "best") -> JointAngles:
    """Angles of elbows, shoulders, hips and knees of both sides, such as `left_knee_flexion`, smoothed.

    Args:
        track: The person.
        source: `image` measures in pixels, exact when the limb moves across the line of sight; `world` measures in the
            model's metres, which hold from every view but understate strong flexion; `best` takes pixels in frames
            that are seen from the side and metres in the others.
    """
    track = without_flips(track)
    image = clean_positions(track.landmarks[:, :, :2], track.timestamps_s)
    world = clean_positions(track.world, track.timestamps_s)
    return angles_of_positions(image, world, track.timestamps_s, source=source)


def angles_of_positions(
    image: Points,
    world: Points,
    timestamps_s: Signal,
    *,
    source: Literal["image", "world", "best"] = "best",
    in_picture: NDArray[np.bool_] | None = None,
) -> JointAngles:
    """As `joint_angles`, of cleaned positions: (frames, 33, 2) pixels, (frames, 33, 3) metres.

    Where `in_picture` is told, (frames,), `best` takes pixels there and metres elsewhere.
    """
    names = tuple(f"{side}_{angle}" for side in SIDES for angle in ANGLE_JOINTS)
    columns = []
    best = seen_from_side(world) if in_picture is None else in_picture
    for side in SIDES:
        for angle in ANGLE_JOINTS:
            in_image, in_world = limb_angle(image, angle, side), limb_angle(world, angle, side)
            chosen = {"image": in_image, "world": in_world, "best": np.where(best, in_image, in_world)}
            columns.append(chosen[source])
    return JointAngles(np.column_stack(columns), names, timestamps_s)


def seen_from_side(world: Points) -> NDArray[np.bool_]:
    """(frames,) whether the person is seen from the side, of (frames, 33, 3) metres."""
    return np.asarray(view_angles_deg(world) >= SIDE_FROM_DEG)


def clean_positions(positions: NDArray[np.floating], timestamps_s: Signal) -> Points:
    """(frames, 33, axes) positions without leaps, short gaps bridged, low-passed; the unit stays."""
    flat = positions.astype(np.float64).reshape(positions.shape[0], -1)
    smooth = low_pass(
        fill_gaps(without_outliers(flat, timestamps_s), timestamps_s), timestamps_s, cutoff_hz=SMOOTHING_HZ
    )
    return smooth.reshape(positions.shape)


def limb_angle(positions: Points, angle: str, side: Side) -> Signal:
    """(frames,) degrees of one of `ANGLE_JOINTS`; NaN where a joint is missing or two joints coincide."""
    first, joint, last = (positions[:, landmark(name, side)] for name in ANGLE_JOINTS[angle])
    between = angle_between(joint - first, last - joint)
    return 180.0 - between if angle == SHOULDER_ELEVATION else between


def angle_between(first: Points, second: Points) -> Signal:
    """(frames,) degrees from 0 to 180 between two (frames, axes) directions; NaN where one has no length."""
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    cosine = np.divide((first * second).sum(axis=-1), lengths, out=np.full(lengths.shape, np.nan), where=lengths > 0)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def middle(positions: Points, joint: str) -> Points:
    """(frames, axes) point half-way between the left and the right joint."""
    left, right = Landmark[f"LEFT_{joint.upper()}"], Landmark[f"RIGHT_{joint.upper()}"]
    return (positions[:, left] + positions[:, right]) / 2.0
