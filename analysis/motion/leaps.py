"""Legs that leap away and back, taken out: for some frames, the pose model puts them where they cannot have been.

Seen from the side, one leg behind the other, BlazePose sometimes cannot tell them apart for a moment and puts both in
between, or one on the other, with full visibility; in lunges and split squats dozens of times in a clip. Such frames
are no measurement: a knee that is bent by 53 degrees looks straight in them. Where names alone were exchanged between
two clear leaps, `analysis.motion.flips` puts them back; what still leaps away and comes back is bridged like any short
gap.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.motion.flips import in_torsos
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.signals import LONGEST_FILLED_GAP_S, frame_interval_s, stretches
from analysis.types import PoseTrack

Mask = NDArray[np.bool_]
Legs = NDArray[np.float64]
"""(frames, joints, 2) knees and ankles in the picture, torso lengths; NaN where nobody is found."""

ASKED = [landmark(joint, side) for joint in ("knee", "ankle") for side in SIDES]
TAKEN_OUT = [landmark(joint, side) for joint in ("knee", "ankle", "heel", "foot_index") for side in SIDES]

LARGEST_ACCELERATION = 170.0
"""Torso lengths per second squared, nine times gravity. Of the drawn figure's legs none but a lunge that drops in 0.2 s
and the jumps of a burpee come that high, and those do not come back at once."""

SMALLEST_LEAP = 0.2
"""Torso lengths by which a joint must leave its course between two frames: at many frames a second jitter alone has
high accelerations."""

BACK_WITHIN = 1 / 3
"""Of how far they strayed: so far the legs may have gone on meanwhile. What ends elsewhere may be a way really gone. In
the drawn clips through the pose model, knees and ankles that this changes lie 0.09 of the body's height from the truth
without it and 0.07 with it; a half changes more of them, and makes a lunge of a dance."""

SETTLES_WITHIN_S = 0.1
"""The model takes some frames to leap and to come back."""


def without_leaps(track: PoseTrack) -> PoseTrack:
    """The track with both legs below the hips missing (NaN, in picture and metres) while one has leapt away."""
    away = leapt_away(track)
    if not away.any():
        return track
    landmarks, world = track.landmarks.copy(), track.world.copy()
    frames = np.flatnonzero(away)[:, np.newaxis]
    landmarks[frames, TAKEN_OUT, :3] = world[frames, TAKEN_OUT] = np.nan
    return replace(track, landmarks=landmarks, world=world)


def leapt_away(track: PoseTrack) -> Mask:
    """(frames,) in which a knee or an ankle is torn from its course, and comes back while it can be bridged."""
    away = np.zeros(track.timestamps_s.size, np.bool_)
    found = np.isfinite(track.world[:, 0, 0]) & np.isfinite(track.landmarks[:, 0, 0])
    if np.count_nonzero(found) < 3:
        return away
    legs = np.full((away.size, len(ASKED), 2), np.nan)
    legs[found] = in_torsos(track.landmarks[found, :, :2], track.world[found])[0][:, ASKED]
    seconds = track.timestamps_s
    leaps = np.array(stretches(_leaps(legs, frame_interval_s(seconds))), dtype=np.int64).reshape(-1, 2)
    reached = np.searchsorted(seconds[leaps[:, 1]], seconds[leaps[:, 0]] + LONGEST_FILLED_GAP_S, side="right")
    for number, (first, last) in enumerate(zip(leaps[:, 0], reached, strict=True)):
        if away[first]:
            continue
        for before, after in _around(seconds, first, leaps[number:last, 1]):
            if _comes_back(legs[before : after + 1]):
                away[before + 1 : after] = True
                break
    return away


def _leaps(legs: Legs, interval_s: float) -> Mask:
    """(frames,) in which a joint is off the course of the frames around it."""
    off_course = np.linalg.norm(legs[2:] - 2.0 * legs[1:-1] + legs[:-2], axis=2).max(axis=1)
    largest = max(SMALLEST_LEAP, LARGEST_ACCELERATION * interval_s**2)
    return np.pad(np.nan_to_num(off_course) > largest, 1)


def _around(times_s: NDArray[np.float64], first: int, ends: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Pairs of a frame before `first` and one from an end on that can be bridged, the closest first."""
    settled = 1 + int(SETTLES_WITHIN_S / frame_interval_s(times_s))
    befores = range(max(0, first - settled), first)
    afters = {after for end in ends for after in range(end, min(end + settled, times_s.size))}
    pairs = [
        (one, other) for one in befores for other in afters if times_s[other] - times_s[one] <= LONGEST_FILLED_GAP_S
    ]
    yield from sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair))


def _comes_back(legs: Legs) -> bool:
    """Whether both ends lie close to each other, for how far the legs leave the straight way between them."""
    share = np.linspace(0.0, 1.0, len(legs)).reshape(-1, 1, 1)
    strayed = np.linalg.norm(legs - legs[0] - share * (legs[-1] - legs[0]), axis=2).max()
    return bool(np.linalg.norm(legs[-1] - legs[0], axis=1).max() <= BACK_WITHIN * strayed)
