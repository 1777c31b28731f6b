"""Motion with a known answer: 33 landmarks of a drawn figure, from any side, without any picture or network."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark, Side, landmark
from analysis.types import PoseTrack, VideoInfo
from mannequin.figure import Arm, Figure, Leg, Point, along
from mannequin.motions import MOTIONS

Angles = NDArray[np.float64]

SIDE, FRONT, REAR, OBLIQUE = 0.0, 90.0, -90.0, 45.0
"""Degrees by which the figure, which looks to the right of the picture, is turned towards the camera."""


@dataclass(frozen=True)
class Widths:
    """Half distances between left and right, metres."""

    shoulders: float = 0.18
    hips: float = 0.10
    knees: float = 0.20
    ankles: float = 0.27


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
        widths: Of the body.
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
    body = widths or Widths()
    poses = [
        _world(motion.pose(float(angle), float(lean)), body) for angle, lean in zip(leading_deg, leans, strict=True)
    ]
    world = _turned(np.array(poses), turned_deg)
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


def _world(figure: Figure, widths: Widths) -> Angles:
    """(33, 3) metres: the figure looks along x; its right side is near the camera, which looks along z."""
    points = np.zeros((33, 3))
    head = figure.head
    for number in range(Landmark.LEFT_SHOULDER):
        points[number] = _at(head, 0.03 if "LEFT" in Landmark(number).name else -0.03)
    points[Landmark.NOSE] = _at(along(head, figure.head_direction + 90.0, 0.10), 0.0)
    for corner, depth in ((Landmark.MOUTH_LEFT, 0.02), (Landmark.MOUTH_RIGHT, -0.02)):
        points[corner] = _at(
            along(along(head, figure.head_direction + 90.0, 0.08), figure.head_direction, -0.05), depth
        )
    _place(points, "right", figure.near_arm, figure.near_leg, widths, -1.0)
    _place(points, "left", figure.far_arm, figure.far_leg, widths, 1.0)
    return points


def _place(points: Angles, side: Side, arm: Arm, leg: Leg, widths: Widths, away: float) -> None:
    places: dict[str, tuple[Point, float]] = {
        "shoulder": (arm.shoulder, widths.shoulders),
        "elbow": (arm.elbow, widths.shoulders + 0.03),
        "wrist": (arm.wrist, widths.shoulders + 0.03),
        "pinky": (arm.fingers, widths.shoulders + 0.04),
        "index": (arm.fingers, widths.shoulders + 0.03),
        "thumb": (arm.fingers, widths.shoulders + 0.02),
        "hip": (leg.hip, widths.hips),
        "knee": (leg.knee, widths.knees),
        "ankle": (leg.ankle, widths.ankles),
        "heel": (leg.heel, widths.ankles),
        "foot_index": (leg.toe, widths.ankles),
    }
    for joint, (place, apart) in places.items():
        points[landmark(joint, side)] = _at(place, away * apart)


def _at(point: Point, depth: float) -> tuple[float, float, float]:
    return point[0], -point[1], depth


def _turned(world: Angles, degrees: float) -> Angles:
    """Turned about the upright; 90 degrees make the figure look into the camera."""
    turn = np.array(
        [
            [cos(radians(degrees)), 0.0, -sin(radians(degrees))],
            [0, 1, 0],
            [sin(radians(degrees)), 0, cos(radians(degrees))],
        ]
    )
    return np.asarray(world @ turn)


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
