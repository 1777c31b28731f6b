"""Changing who was followed, in ways that leave the truth known: no pose is estimated again."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from analysis.motion.landmarks import Landmark, landmark
from analysis.motion.measures import body_height_m, body_of
from analysis.types import PoseTrack

_NAMES = [one.name for one in Landmark]
OTHER_SIDE = [
    _NAMES.index(name.replace("LEFT", "RIGHT") if "LEFT" in name else name.replace("RIGHT", "LEFT")) for name in _NAMES
]
"""For each landmark its counterpart of the other side."""

FAR_LIMBS = [
    landmark(joint, "left") for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
]
HIDDEN_VISIBILITY = 0.1


def mirrored(track: PoseTrack) -> PoseTrack:
    """As if the picture had been mirrored: left is right, in name and place."""
    landmarks, world = track.landmarks[:, OTHER_SIDE].copy(), track.world[:, OTHER_SIDE].copy()
    landmarks[:, :, 0] = track.video.width - landmarks[:, :, 0]
    world[:, :, 0] *= -1.0
    return replace(track, landmarks=landmarks, world=world)


def at_speed(track: PoseTrack, speed: float) -> PoseTrack:
    """As if everything had been done so many times as fast: the same frames at other times."""
    video = replace(track.video, fps=track.video.fps * speed, duration_s=track.video.duration_s / speed)
    return replace(track, timestamps_s=track.timestamps_s / speed, video=video)


def every_second(track: PoseTrack) -> PoseTrack:
    """Half the frames a second."""
    return _taken(track, np.arange(0, track.timestamps_s.size, 2), track.video.fps / 2.0)


def part(track: PoseTrack, first: int, end: int) -> PoseTrack:
    """The frames of a half-open range, as a clip of their own."""
    return _taken(track, np.arange(first, end), track.video.fps)


def joined(first: PoseTrack, second: PoseTrack, *, over_s: float = 0.0) -> PoseTrack:
    """One clip of two, in the picture of the first.

    Args:
        first: Comes first, and lends its picture and frame rate.
        second: Is scaled into it, at its own frame times.
        over_s: Seconds in which the one pose becomes the other; 0 for a cut.
    """
    frame_s = 1.0 / first.video.fps
    factor = min(first.video.width / second.video.width, first.video.height / second.video.height)
    landmarks = second.landmarks.copy()
    landmarks[:, :, :3] *= factor
    steps = round(over_s / frame_s)
    shares = (1.0 - np.cos(np.pi * np.arange(1, steps + 1) / (steps + 1))).reshape(-1, 1, 1) / 2.0
    seconds = first.timestamps_s[-1] + frame_s * np.arange(1, steps + 1)
    after_s = first.timestamps_s[-1] + frame_s * (steps + 1) + second.timestamps_s
    timestamps_s = np.concatenate([first.timestamps_s, seconds, after_s])
    video = replace(
        first.video, frame_count=timestamps_s.size, duration_s=float(timestamps_s[-1]) + frame_s, sha256="joined"
    )
    return PoseTrack(
        np.concatenate([first.landmarks, *_between(first.landmarks[-1], landmarks[0], shares), landmarks]),
        np.concatenate([first.world, *_between(first.world[-1], second.world[0], shares), second.world]),
        timestamps_s,
        replace(video, fps=timestamps_s.size / video.duration_s),
    )


def paused(track: PoseTrack, frame: int, seconds: float, *, sway: float, seed: int = 0) -> PoseTrack:
    """The person stays as in one frame for some seconds, swaying slowly by a share of the body's height."""
    frames = max(2, round(seconds * track.video.fps))
    still = part(track, frame, frame + 1)
    still = replace(
        still,
        landmarks=np.repeat(still.landmarks, frames, axis=0),
        world=np.repeat(still.world, frames, axis=0),
        timestamps_s=np.arange(frames) / track.video.fps,
    )
    resting = noisy(still, sway, slower_s=0.3, seed=seed)
    return joined(joined(part(track, 0, frame + 1), resting), part(track, frame + 1, track.timestamps_s.size))


def noisy(track: PoseTrack, share: float, *, slower_s: float = 0.0, seed: int = 0) -> PoseTrack:
    """Every joint off by a share of the body's height (standard deviation), in pixels and metres alike.

    Args:
        track: Who is followed.
        share: Of the body's height.
        slower_s: 0 for jitter, in which every frame is off by itself; else the standard deviation of the smoothing.
        seed: Of the noise.
    """
    landmarks, world = track.landmarks.copy(), track.world.copy()
    off = _noise(track, share, slower_s, seed)
    metres_per_px = _metres_per_px(track)
    world += off
    landmarks[:, :, :2] += off[:, :, :2] / metres_per_px
    return replace(track, landmarks=landmarks, world=world)


def half_hidden(track: PoseTrack, first: int, end: int, *, share: float, seed: int = 0) -> PoseTrack:
    """One side's limbs hardly seen for some frames, and off by a share of the body's height."""
    guessed = noisy(track, share, slower_s=0.2, seed=seed)
    landmarks, world = track.landmarks.copy(), track.world.copy()
    frames = np.arange(first, end)[:, np.newaxis]
    landmarks[frames, FAR_LIMBS], world[frames, FAR_LIMBS] = (
        points[frames, FAR_LIMBS] for points in (guessed.landmarks, guessed.world)
    )
    landmarks[frames, FAR_LIMBS, 3] = HIDDEN_VISIBILITY
    return replace(track, landmarks=landmarks, world=world)


def lost(track: PoseTrack, first: int, end: int) -> PoseTrack:
    """Nobody found for some frames."""
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[first:end, :, :3] = world[first:end] = np.nan
    landmarks[first:end, :, 3] = 0.0
    return replace(track, landmarks=landmarks, world=world)


def _taken(track: PoseTrack, frames: NDArray[np.int64], fps: float) -> PoseTrack:
    seconds = track.timestamps_s[frames]
    video = replace(track.video, fps=fps, frame_count=frames.size, duration_s=frames.size / fps)
    return PoseTrack(track.landmarks[frames], track.world[frames], seconds - seconds[0], video)


def _between(
    last: NDArray[np.float32], following: NDArray[np.float32], shares: NDArray[np.float64]
) -> list[NDArray[np.float32]]:
    return [(last + shares * (following - last)).astype(np.float32)] if shares.size else []


def _noise(track: PoseTrack, share: float, slower_s: float, seed: int) -> NDArray[np.float32]:
    """(frames, 33, 3) metres."""
    noise = np.random.default_rng(seed).normal(size=track.world.shape)
    if slower_s > 0.0:
        noise = gaussian_filter1d(noise, slower_s * track.video.fps, axis=0)
        noise /= noise.std()
    return (share * body_height_m(track.world.astype(np.float64)) * noise).astype(np.float32)


def _metres_per_px(track: PoseTrack) -> float:
    body = body_of(track)
    return body_height_m(body.world) / float(np.nanmedian(body.height_px))
