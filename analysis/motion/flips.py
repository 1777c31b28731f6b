"""Left and right put back where the pose model confused them for a while.

BlazePose sometimes takes left for right and back, mostly from the side and from behind, where hardly anything tells
them apart: the whole body, or arms or legs alone, which then hang crosswise from shoulders and hips that stay. Nobody's
limbs trade places from one frame to the next, so a flip begins and ends with a leap: every joint is where the other
side's was. Limbs that truly pass each other, and a person who turns around, come there on a way and do not leap.

How far the joints came from one frame to the next does not depend on which of them is called left, only on whether the
names were changed in between. The cheapest naming of all frames (what a Viterbi search would find) can therefore be
read off leap by leap, for the whole track at once.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import LANDMARK_COUNT, Landmark, landmark
from analysis.motion.signals import Signal, frame_interval_s, stretches
from analysis.types import PoseTrack

Mask = NDArray[np.bool_]
Pairs = tuple[tuple[Landmark, Landmark], ...]

CLEAR_LEAP = 0.15
"""What a change of names must spare each joint at the least, torso lengths, mean of picture and metres: the price of a
change. Shoulders are 0.7 apart and hips 0.4; from frame to frame, joints move by 0.02 in the median of the given clips.
"""

LEAP_OVER_MOTION = 3.0
"""How many times as far as the motion in the frames around it a clear leap goes. Legs that pass each other come just as
far in the frames before and after, whatever their speed: 1. From 2 to 3, nine of ten frames of the drawn clips that are
changed come nearer to the truth; with 2 cuts pass for leaps, with 2.5 a second of a real lunge got the wrong names."""

LONGEST_FLIP_S = 1.0
"""What has other names than before and after for longer stays as it is: it may be the person who turned, or another
scene, and nobody can tell."""

LONGEST_STEP_S = 0.25
"""In a gap longer than this the limbs may have gone anywhere: across it, nobody can tell either."""


def _pairs(*joints: str) -> Pairs:
    return tuple((landmark(joint, "left"), landmark(joint, "right")) for joint in joints)


_TRUNK = _pairs("shoulder", "hip")
_ARMS = _pairs("elbow", "wrist")
_LEGS = _pairs("knee", "ankle")
"""What is asked; the rest is seen worse, and follows."""

_GROUPS: tuple[tuple[Pairs, Pairs], ...] = (
    (_TRUNK, (*_pairs("eye_inner", "eye", "eye_outer", "ear"), (Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT))),
    (_ARMS, _pairs("pinky", "index", "thumb")),
    (_LEGS, _pairs("heel", "foot_index")),
)


def without_flips(track: PoseTrack) -> PoseTrack:
    """The track with left and right exchanged, visibility and all, where trunk, arms or legs were confused."""
    flipped = flipped_parts(track)
    if not flipped.any():
        return track
    order = np.broadcast_to(np.arange(LANDMARK_COUNT), (track.timestamps_s.size, LANDMARK_COUNT)).copy()
    for frames, (asked, following) in zip(flipped, _GROUPS, strict=True):
        for left, right in (*asked, *following):
            order[frames, left], order[frames, right] = right, left
    landmarks, world = (
        np.take_along_axis(points, order[:, :, np.newaxis], axis=1) for points in (track.landmarks, track.world)
    )
    return replace(track, landmarks=landmarks, world=world)


def flipped_parts(track: PoseTrack) -> Mask:
    """(3, frames) where left and right are confused: in trunk and face, in arms, in legs."""
    flipped = np.zeros((len(_GROUPS), track.timestamps_s.size), np.bool_)
    found = np.flatnonzero(np.isfinite(track.world[:, 0, 0]) & np.isfinite(track.landmarks[:, 0, 0]))
    if found.size < 2:
        return flipped
    seconds = track.timestamps_s[found]
    near = np.diff(seconds) <= LONGEST_STEP_S
    image, world = in_torsos(track.landmarks[found, :, :2], track.world[found])
    steps = [_steps(image, world, asked) for asked, _ in _GROUPS]
    clear = near & np.any([_is_clear(one) for one in (*steps, np.mean(steps, axis=0))], axis=0)
    for part, (kept, changed) in zip(flipped, steps, strict=True):
        likely = kept > changed
        part[found] = _misnamed(clear & likely, ~near | (likely & ~clear), seconds)
    return flipped


def in_torsos(image: NDArray[np.float32], world: NDArray[np.float32]) -> tuple[Signal, Signal]:
    """(frames, 33, 2) pixels and (frames, 33, 3) metres as lengths of the trunk in metres, which no view shortens."""
    shoulders, hips = (world[:, left] + world[:, right] for left, right in _TRUNK)
    torso_m = max(float(np.median(np.linalg.norm(shoulders - hips, axis=1))) / 2.0, 1e-9)
    spread_px, spread_m = (
        np.linalg.norm(points - points.mean(axis=1, keepdims=True), axis=(1, 2)) for points in (image, world[:, :, :2])
    )
    metres_per_px = float(np.median(spread_m / np.maximum(spread_px, 1e-9)))
    return image.astype(np.float64) * (metres_per_px / torso_m), world.astype(np.float64) / torso_m


def _steps(image: Signal, world: Signal, pairs: Pairs) -> Signal:
    """(2, frames - 1) torso lengths from a frame to the next: with the names kept, and with the names changed."""
    joints = [joint for pair in pairs for joint in pair]
    others = [joint for left, right in pairs for joint in (right, left)]
    lengths = [
        [np.linalg.norm(points[1:, joints] - points[:-1, before], axis=2).mean(axis=1) for before in (joints, others)]
        for points in (image, world)
    ]
    return np.asarray(np.mean(lengths, axis=0))


def _is_clear(steps: Signal) -> Mask:
    """(frames - 1,) where names must have changed from a frame to the next."""
    kept, changed = steps
    motion = np.pad(steps.min(axis=0), 1)
    around = np.max([changed, motion[:-2], motion[2:]], axis=0)
    return np.asarray((kept - changed > CLEAR_LEAP) & (kept > LEAP_OVER_MOTION * around))


def _misnamed(leaps: Mask, doubtful: Mask, seconds: Signal) -> Mask:
    """(frames,) which frames have the wrong names, from the (frames - 1,) steps between them.

    A run of frames from leap to leap that lasts long is right, as far as anyone can tell, and a short one is right or
    wrong by the long ones before and after it, if these agree. Nothing is told across a doubtful step.
    """
    misnamed = np.zeros(seconds.size, np.bool_)
    if not leaps.any():
        return misnamed
    interval_s = frame_interval_s(seconds)
    long_s = min(LONGEST_FLIP_S, (seconds[-1] - seconds[0]) / 2.0)
    for first, last in stretches(np.append(~doubtful, False)):
        if seconds[last] - seconds[first] + interval_s <= long_s:
            continue
        cuts = np.concatenate(([first], first + 1 + np.flatnonzero(leaps[first:last]), [last + 1]))
        names = np.arange(cuts.size - 1) % 2
        long = np.flatnonzero(seconds[cuts[1:] - 1] - seconds[cuts[:-1]] + interval_s > long_s)
        if long.size:
            before = long[np.maximum(np.searchsorted(long, np.arange(names.size), side="right") - 1, 0)]
            after = long[np.minimum(np.searchsorted(long, np.arange(names.size)), long.size - 1)]
            wrong = (names != names[before]) & (names != names[after])
            misnamed[first : last + 1] = np.repeat(wrong, np.diff(cuts))
    return misnamed
