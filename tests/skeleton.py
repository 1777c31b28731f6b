"""Motion with a known answer: 33 landmarks of a drawn figure, from any side, without any picture or network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark
from analysis.types import PoseTrack, VideoInfo
from mannequin.body import PARTS, Pose
from mannequin.camera import seen
from mannequin.motion import Motion
from mannequin.motions import MOTIONS

Angles = NDArray[np.float64]

SIDE, FRONT, REAR, OBLIQUE = 0.0, 90.0, -90.0, 45.0
"""Degrees by which the figure, which looks to the right of the picture, is turned towards the camera."""


@dataclass(frozen=True)
class Widths:
    """Half distances between left and right, metres; feet point straight ahead unless the toes' is given."""

    shoulders: float = 0.18
    hips: float = 0.10
    knees: float = 0.20
    ankles: float = 0.27
    toes: float | None = None


def cosine(count: float, rest_deg: float, turn_deg: float, *, fps: float = 30.0, seconds_each: float = 2.0) -> Angles:
    """(frames,) angle that leaves rest, turns and comes back `count` times; half a count ends at the turn."""
    frames = round(count * seconds_each * fps)
    share = (1.0 - np.cos(2.0 * pi * np.arange(frames + 1) / (seconds_each * fps))) / 2.0
    return np.asarray(rest_deg + (turn_deg - rest_deg) * share)


def times(frames: int, fps: float = 30.0) -> Angles:
    """(frames,) seconds."""
    return np.arange(frames) / fps


def skeleton_track(
    exercise: str,
    leading_deg: Angles,
    *,
    timestamps_s: Angles | None = None,
    fps: float = 30.0,
    turned_deg: float = SIDE,
    lean_deg: float | Angles = 0.0,
    tilted_deg: float = 0.0,
    widths: Widths | None = None,
    size: tuple[int, int] = (720, 1280),
    pixels_per_metre: float = 300.0,
    shift_px: tuple[float, float] = (360.0, 900.0),
    mirrored: bool = False,
    noise_px: float = 0.0,
    hidden: Sequence[tuple[int, int]] = (),
    unseen: Sequence[str] = (),
) -> PoseTrack:
    """A figure doing an exercise whose leading angle runs as given.

    Args:
        exercise: One of `mannequin.motions.MOTIONS`.
        leading_deg: (frames,) the leading angle.
        timestamps_s: (frames,) seconds; even at `fps` if None.
        fps: Frames per second.
        turned_deg: `SIDE`, `FRONT`, `REAR`, or anything between.
        lean_deg: Extra lean of the trunk.
        tilted_deg: The whole figure, sideways in the picture.
        widths: Of the body; of no use where the motion itself goes sideways.
        size: Width and height of the picture.
        pixels_per_metre: Scale.
        shift_px: Where the hips are.
        mirrored: Looks to the left.
        noise_px: Standard deviation of the landmarks' noise.
        hidden: Half-open frame ranges in which nobody is found.
        unseen: Joints of both sides with visibility 0.
    """
    leans = np.broadcast_to(np.asarray(lean_deg, dtype=np.float64), leading_deg.shape)
    motion = MOTIONS[exercise]
    if _goes_sideways(motion):
        points = motion.joints(motion.poses(motion.shares(leading_deg), leans))
    else:
        motion = replace(motion, keys=tuple((share, _in_plane(pose)) for share, pose in motion.keys))
        points = _spread(motion.joints(motion.poses(motion.shares(leading_deg), leans)), widths or Widths())
    world = seen(points, turned_deg)
    if mirrored:
        world = _mirrored(world)
    if tilted_deg:
        turn = radians(tilted_deg)
        world = world @ np.array([[cos(turn), sin(turn), 0.0], [-sin(turn), cos(turn), 0.0], [0.0, 0.0, 1.0]])
    return track_of(world, timestamps_s, fps, size, pixels_per_metre, shift_px, noise_px, hidden, unseen)


def track_of(
    world: Angles,
    timestamps_s: Angles | None = None,
    fps: float = 30.0,
    size: tuple[int, int] = (720, 1280),
    pixels_per_metre: float = 300.0,
    shift_px: tuple[float, float] = (360.0, 900.0),
    noise_px: float = 0.0,
    hidden: Sequence[tuple[int, int]] = (),
    unseen: Sequence[str] = (),
) -> PoseTrack:
    """A track of (frames, 33, 3) positions in the room, metres, y down."""
    frames = world.shape[0]
    random = np.random.default_rng(7)
    noise = random.normal(0.0, noise_px, world.shape)
    landmarks = np.ones((frames, 33, 4), dtype=np.float32)
    landmarks[:, :, :3] = world * pixels_per_metre + noise
    landmarks[:, :, :2] += np.array(shift_px)
    about_hips = world + noise / pixels_per_metre
    about_hips = about_hips - about_hips[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    about_hips = about_hips.astype(np.float32)
    for first, end in hidden:
        landmarks[first:end, :, :3] = np.nan
        about_hips[first:end] = np.nan
    for joint in unseen:
        for side in ("left", "right"):
            landmarks[:, Landmark[f"{side}_{joint}".upper()], 3] = 0.0
    seconds = times(frames, fps) if timestamps_s is None else timestamps_s
    video = VideoInfo(*size, fps, frames, float(seconds[-1]) + 1.0 / fps, 0, "drawn", "")
    return PoseTrack(landmarks, about_hips, seconds, video)


def joined(*parts: Angles) -> Angles:
    """Angles one after the other."""
    return np.concatenate(parts)


def _goes_sideways(motion: Motion) -> bool:
    """Whether arms or legs leave the middle plane, so that the widths are the motion's own."""
    out = [index for index, part in enumerate(PARTS) if part.endswith("_out")]
    return bool(np.ptp([pose[out] for _, pose in motion.keys], axis=0).max() > 45.0)


def _in_plane(pose: Pose) -> Pose:
    """The pose with every limb straight ahead of its joint, so that the leading angle is that of the middle plane."""
    flat = pose.copy()
    flat[[index for index, part in enumerate(PARTS) if part.endswith("_out")]] = 0.0
    return flat


def _spread(points: Angles, widths: Widths) -> Angles:
    """(frames, 33, 3) joints moved sideways to the given half widths."""
    moved = points.copy()
    apart = {
        ("shoulder",): widths.shoulders,
        ("elbow", "wrist", "index", "pinky", "thumb"): widths.shoulders + 0.03,
        ("hip",): widths.hips,
        ("knee",): widths.knees,
        ("ankle", "heel"): widths.ankles,
        ("foot_index",): widths.ankles if widths.toes is None else widths.toes,
    }
    for joints, half in apart.items():
        for side, sign in (("left", 1.0), ("right", -1.0)):
            moved[:, [Landmark[f"{side}_{joint}".upper()] for joint in joints], 2] = sign * half
    return moved


def _mirrored(world: Angles) -> Angles:
    """As a mirror shows it: x turned round, left and right swapped."""
    swapped = world.copy()
    for one in Landmark:
        if one.name.startswith("LEFT_"):
            other = Landmark[one.name.replace("LEFT_", "RIGHT_", 1)]
            swapped[:, one], swapped[:, other] = world[:, other], world[:, one]
    swapped[:, Landmark.MOUTH_LEFT], swapped[:, Landmark.MOUTH_RIGHT] = (
        world[:, Landmark.MOUTH_RIGHT],
        world[:, Landmark.MOUTH_LEFT],
    )
    swapped[:, :, 0] *= -1.0
    return swapped
