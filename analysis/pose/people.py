"""Telling people apart over time, and finding the one who exercises."""

import warnings
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.pose.turning_points import limb_angles

# Two poses whose landmarks lie closer together than this share of their size are one person, found twice.
SAME_PERSON_DISTANCE = 0.25
# Someone who moves further between two frames, in sizes, is someone else; grows while unseen.
REACH = 0.5
REACH_PER_S = 1.0
FORGET_AFTER_S = 2.0
SHORTEST_TRACK_S = 0.5
# Two or three degrees at a knee: less than the landmarks' own error.
STILL_DISTANCE = 0.02
# Shoulders to ankles, without hands and feet.
_LIMB_ENDS = [*range(11, 17), *range(23, 29)]


@dataclass(slots=True)
class _Track:
    """One person's frames, while they are being linked."""

    frames: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)


def count_people(people: NDArray[np.float32], size: tuple[int, int]) -> int:
    """How many different people are among poses of one picture, float32 (poses, 33, 7), NaN for nobody."""
    return len(_distinct(people[..., :2] * np.array(size, np.float32)))


def same_person(one: NDArray[np.float32], other: NDArray[np.float32], size: tuple[int, int]) -> bool:
    """Whether two poses, float32 (33, 7), of pictures in a row can be one person; nobody can be anyone."""
    scale = np.array(size, np.float32)
    return not _distance(one[:, :2] * scale, other[:, :2] * scale) > REACH


def same_pose(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether a person, (33, 2 or more) pixels, has hardly moved between two pictures, in any limb."""
    moved = np.linalg.norm(one[_LIMB_ENDS, :2] - other[_LIMB_ENDS, :2], axis=-1)
    return bool(np.max(moved) < STILL_DISTANCE * _size(one[:, :2]))


def choose_person(
    people: NDArray[np.float32], timestamps_s: NDArray[np.float64], size: tuple[int, int]
) -> tuple[NDArray[np.float32], int]:
    """The one who exercises, and how many people are seen at most.

    Poses are linked from frame to frame by where they are. Whoever moves the limbs most, relative to the body, for the
    longest time is followed; size decides among equals. Where that person is not in the picture (a cut, a second
    scene), the next best takes the place.

    Args:
        people: float32 (frames, poses, 33, 7) as of `PoseLandmarker.people`.
        timestamps_s: (frames,).
        size: Width and height of the upright picture in pixels.

    Returns:
        float32 (frames, 33, 7), NaN where nobody fits, and the number of people.
    """
    points = people[..., :2] * np.array(size, np.float32)
    tracks = [track for track in _link(points, timestamps_s) if _lasts(track, timestamps_s)]
    tracks.sort(key=lambda track: _exercise_score(points, track, len(timestamps_s)), reverse=True)
    person = np.full((len(people), *people.shape[2:]), np.nan, np.float32)
    taken = np.zeros(len(people), bool)
    seen = np.zeros(len(people), int)
    for track in tracks:
        frames = np.array(track.frames)
        seen[frames] += 1
        if not taken[frames[0] : frames[-1] + 1].any():
            person[frames] = people[frames, track.slots]
            taken[frames[0] : frames[-1] + 1] = True
    return person, int(seen.max(initial=0))


def _distinct(points: NDArray[np.float32]) -> list[int]:
    """Slots of the people in one frame, (poses, 33, 2) pixels, without those found twice."""
    kept: list[int] = []
    for slot in np.flatnonzero(np.isfinite(points[:, 0, 0])):
        if all(_distance(points[slot], points[other]) > SAME_PERSON_DISTANCE for other in kept):
            kept.append(int(slot))
    return kept


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Median distance of the landmarks, (33, 2) each, in sizes of the larger body."""
    return float(np.median(np.linalg.norm(one - other, axis=-1)) / max(_size(one), _size(other)))


def _size(points: NDArray[np.float32]) -> float:
    """Diagonal of the box around the body, pixels; never zero."""
    return max(1.0, float(np.linalg.norm(np.ptp(points, axis=0))))


def _link(points: NDArray[np.float32], timestamps_s: NDArray[np.float64]) -> list[_Track]:
    tracks: list[_Track] = []
    for frame, time_s in enumerate(timestamps_s):
        slots = _distinct(points[frame])
        alive = [track for track in tracks if time_s - timestamps_s[track.frames[-1]] <= FORGET_AFTER_S]
        for track, slot in _matches(points, timestamps_s, frame, alive, slots):
            track.frames.append(frame)
            track.slots.append(slot)
            slots.remove(slot)
        tracks += [_Track([frame], [slot]) for slot in slots]
    return tracks


def _matches(
    points: NDArray[np.float32], timestamps_s: NDArray[np.float64], frame: int, tracks: list[_Track], slots: list[int]
) -> list[tuple[_Track, int]]:
    """Which track goes on with which pose of this frame: the nearest pair first."""
    if not tracks or not slots:
        return []
    distances = np.array(
        [
            [_distance(points[track.frames[-1], track.slots[-1]], points[frame, slot]) for slot in slots]
            for track in tracks
        ]
    )
    unseen_s = np.array([timestamps_s[frame] - timestamps_s[track.frames[-1]] for track in tracks])
    reach = REACH + REACH_PER_S * unseen_s
    pairs = []
    while np.isfinite(distances).any():
        row, column = np.unravel_index(np.nanargmin(distances), distances.shape)
        if distances[row, column] <= reach[row]:
            pairs.append((tracks[row], slots[column]))
        distances[row, :] = distances[:, column] = np.nan
    return pairs


def _lasts(track: _Track, timestamps_s: NDArray[np.float64]) -> bool:
    return bool(timestamps_s[track.frames[-1]] - timestamps_s[track.frames[0]] >= SHORTEST_TRACK_S)


def _exercise_score(points: NDArray[np.float32], track: _Track, frame_count: int) -> float:
    """Degrees that the busiest limbs travel, times the share of the video, times a little for size."""
    body = points[track.frames, track.slots]
    angles = np.array([limb_angles(pose) for pose in body])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no finite angle at all
        low, high = np.nanpercentile(angles, [10, 90], axis=0)
    travel = np.sort(high - low)[-3:].mean()
    size = np.median([_size(pose) for pose in body])
    return float(np.nan_to_num(travel) * len(track.frames) / frame_count * size**0.5)
