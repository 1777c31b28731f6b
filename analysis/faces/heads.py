"""Where the heads of followed people are, in every frame, also where the face itself is not seen.

All is given as circles, x, y and radius in pixels. When in doubt they are too large, or too many.
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark
from analysis.types import PoseTrack

Circles = NDArray[np.float32]

# Metres. A head is 0.23 m high and 0.19 m long (NASA-STD-3000, 3.3.1: male 50th percentile 0.228 and 0.200); the
# face's landmarks lie before its middle, so that a circle around them must reach further than half of it.
RADIUS_M = 0.17
# From between the shoulders to the middle of the face, along the trunk.
NECK_M = 0.25
FARTHEST_FACE_M = 0.45
# Below this the network guesses where the face is.
SEEN_VISIBILITY = 0.5
# A body measures no less than so many of its landmarks' diagonals: 0.5 standing, about 1 when crouched.
LEAST_METRES_PER_DIAGONAL = 2.5
# While nobody is found between two frames with a person, the circle is between theirs, and wider.
WIDER_IN_GAPS = 1.5
# Before the first frame with a person and after the last.
HOLD_S = 1.0
STEADY_S = 0.2
MOST_LAG = 0.75
# A head that is this far on in the next frame is one that the network had lost, or lost just now.
JUMP_IN_RADII, AROUND_JUMP_S = 0.8, 0.5

_FACE = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)


def head_circles(track: PoseTrack) -> Circles:
    """The head of a followed person in every frame.

    Returns:
        float32 (frames, 3, 3): two circles as of `heads_seen`, the first of them held where the person is not found,
        and NaN only more than `HOLD_S` before the first and after the last time that the person is; then one for the
        time around a jump, when either place may be wrong.
    """
    circles = heads_seen(track.landmarks, track.world)
    circles[:, 0] = _held(circles[:, 0], track.timestamps_s)
    across = _across_jumps(circles[:, 0], track.timestamps_s)
    return np.concatenate((circles, across[:, None]), axis=1).astype(np.float32)


def heads_seen(landmarks: NDArray[np.float32], world: NDArray[np.float32]) -> Circles:
    """Two circles for each pose: around the face's landmarks, and where the trunk says that the head is.

    Args:
        landmarks: (poses, 33, 4) x, y in pixels, z, visibility; NaN where nobody was found.
        world: (poses, 33, 3) metres.

    Returns:
        float32 (poses, 2, 3), NaN for nobody; the second is NaN, too, where the first can be relied on.
    """
    image, visibility = landmarks[..., :2], landmarks[..., 3]
    pixels_per_m = _scale(image, world)
    face = image[:, _FACE].mean(axis=1)
    shoulders = (image[:, Landmark.LEFT_SHOULDER] + image[:, Landmark.RIGHT_SHOULDER]) / 2
    hips = (image[:, Landmark.LEFT_HIP] + image[:, Landmark.RIGHT_HIP]) / 2
    spread = np.linalg.norm(image[:, _FACE] - face[:, None], axis=-1).max(axis=1)
    radius = np.maximum(RADIUS_M * pixels_per_m, 1.5 * spread)

    trunk = shoulders - hips
    length = np.maximum(np.linalg.norm(trunk, axis=-1), 1e-6)
    predicted = shoulders + trunk / length[:, None] * (NECK_M * pixels_per_m)[:, None]
    away = np.linalg.norm(face - shoulders, axis=-1)
    doubtful = (visibility[:, _FACE].max(axis=1) < SEEN_VISIBILITY) | (away > FARTHEST_FACE_M * pixels_per_m)

    first = np.column_stack((face, radius))
    second = np.column_stack((predicted, RADIUS_M * pixels_per_m))
    second[~doubtful] = np.nan
    return np.stack((first, second), axis=1).astype(np.float32)


def _scale(image: NDArray[np.float32], world: NDArray[np.float32]) -> NDArray[np.float64]:
    """Pixels per metre, (frames,): least-squares fit of the body's landmarks, without the face, to those in metres."""
    image, world = image[:, Landmark.LEFT_SHOULDER :], world[:, Landmark.LEFT_SHOULDER :]
    in_picture = (image - image.mean(axis=1, keepdims=True)).astype(np.float64)
    in_metres = (world[..., :2] - world[..., :2].mean(axis=1, keepdims=True)).astype(np.float64)
    fitted = (in_picture * in_metres).sum(axis=(1, 2)) / np.maximum((in_metres**2).sum(axis=(1, 2)), 1e-9)
    diagonal = np.linalg.norm(image.max(axis=1) - image.min(axis=1), axis=-1)
    return np.asarray(np.maximum(fitted, diagonal / LEAST_METRES_PER_DIAGONAL))


def _held(circles: NDArray[np.floating], timestamps_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The circles (frames, 3) without gaps, steadied, and widened where the head moves fast."""
    found = np.isfinite(circles).all(axis=1)
    held = np.full(circles.shape, np.nan)
    if not found.any():
        return held
    known_s = timestamps_s[found]
    near = (timestamps_s >= known_s[0] - HOLD_S) & (timestamps_s <= known_s[-1] + HOLD_S)
    for column in range(3):
        held[near, column] = np.interp(timestamps_s[near], known_s, circles[found, column])
    held[near & ~found, 2] *= WIDER_IN_GAPS
    # MediaPipe's smoothing lags behind: a fast head is up to a frame or two further on.
    moved = np.linalg.norm(np.diff(held[:, :2], axis=0, prepend=held[:1, :2], append=held[-1:, :2]), axis=-1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # next to frames without a person
        radius = _widest_nearby(held[:, 2], timestamps_s)
        lag = np.nan_to_num(np.fmax(moved[1:], moved[:-1]))
        held[:, 2] = radius + np.fmin(lag, MOST_LAG * radius)
    return held


def _across_jumps(circles: Circles, timestamps_s: NDArray[np.float64]) -> Circles:
    """Where the circle jumps by more than itself: after the jump the old place, before it the new one, (frames, 3)."""
    other = np.full_like(circles, np.nan)
    away = np.linalg.norm(np.diff(circles[:, :2], axis=0), axis=-1)
    for frame in np.flatnonzero(away > JUMP_IN_RADII * np.fmin(circles[:-1, 2], circles[1:, 2])):
        first = np.searchsorted(timestamps_s, timestamps_s[frame] - AROUND_JUMP_S)
        last = np.searchsorted(timestamps_s, timestamps_s[frame + 1] + AROUND_JUMP_S, side="right")
        other[first : frame + 1] = circles[frame + 1]
        other[frame + 1 : last] = circles[frame]
    return other


def _widest_nearby(radius: NDArray[np.float64], timestamps_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest radius within `STEADY_S` of each frame; NaN stays NaN."""
    first = np.searchsorted(timestamps_s, timestamps_s - STEADY_S)
    last = np.searchsorted(timestamps_s, timestamps_s + STEADY_S, side="right")
    known = np.nan_to_num(radius)
    widest = np.array([known[start:end].max() for start, end in zip(first, last, strict=True)])
    return np.where(np.isfinite(radius), widest, np.nan)
