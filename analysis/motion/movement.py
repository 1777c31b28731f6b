"""The movement of the whole body on an even time grid, and how like one repetition of it is to the next.

A repetition is a movement that is like the one before or after it: that tells a set from getting ready for it, from
half movements and from the jitter of a hidden joint, whatever the exercise and wherever the camera stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SEEN_FROM, Landmark
from analysis.motion.measures import Body, body_height_m
from analysis.motion.signals import Signal, fill_gaps, low_pass, without_outliers
from analysis.motion.swings import Swing, beyond_half_way

Poses = NDArray[np.float64]

BODY_JOINTS = (
    Landmark.NOSE,
    *(landmark for landmark in Landmark if Landmark.LEFT_SHOULDER <= landmark <= Landmark.RIGHT_WRIST),
    *(landmark for landmark in Landmark if Landmark.LEFT_HIP <= landmark <= Landmark.RIGHT_ANKLE),
)
"""Nose, shoulders, elbows, wrists, hips, knees and ankles: what carries a movement, without face, hands and feet."""

GRID_HZ = 15.0
"""Half a second, the fastest repetition in the given clips and in RepCount, still has seven samples."""

COUNTING_HZ = 3.0
"""Cut-off for counting: half as much again as the fastest repetitions, which come twice a second."""

FEWEST_JOINTS_SEEN = 6
"""A face and a hand are no body that exercises."""

SAME_WITHIN = 2.0
"""Up to twice the size or the time is the same movement, beyond that less and less."""

POSES_PER_WAY = 6

CUT_OFF_BELOW = 0.5
"""A last swing that came back by less than half is cut off by the clip's end: only its way out can be compared. Of a
first one that went out by less than half of its way back, only the latter."""

LIKE_FROM = 0.3
"""Likeness of two neighbouring movements from which on one repeats the other; like ones in the given clips reach 0.6
to 1."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A body's poses on an even time grid.

    Attributes:
        times_s: (samples,) seconds, `GRID_HZ` a second.
        poses: (samples, dimensions) joint positions about the hips in body heights; empty where too little is seen.
        frames: (samples,) the frame of the track nearest to each sample.
    """

    times_s: Signal
    poses: Poses
    frames: NDArray[np.int64]

    def sample_of(self, frame: int) -> int:
        """The first sample that lies at the frame or after it."""
        return min(int(np.searchsorted(self.frames, frame)), self.frames.size - 1)


def motion_of(body: Body) -> Motion | None:
    """The motion of all joints, each by how well it is seen; None where too few are seen."""
    if not body.found.any():
        return None
    seen = body.visibility[body.found][:, BODY_JOINTS].mean(axis=0)
    if (seen >= SEEN_FROM).sum() < FEWEST_JOINTS_SEEN:
        return None
    positions = body.world[:, BODY_JOINTS] * seen[:, np.newaxis] / body_height_m(body.world)
    times_s, poses = on_even_grid(positions.reshape(body.timestamps_s.size, -1), body.timestamps_s)
    between_frames_s = (body.timestamps_s[1:] + body.timestamps_s[:-1]) / 2.0
    return Motion(times_s, poses, np.searchsorted(between_frames_s, times_s))


def on_even_grid(positions: Poses, timestamps_s: Signal) -> tuple[Signal, Poses]:
    """(times, positions) smoothed and sampled `GRID_HZ` times a second; frames without a person are bridged."""
    clean = fill_gaps(without_outliers(positions, timestamps_s), timestamps_s)
    smooth = low_pass(clean, timestamps_s, cutoff_hz=COUNTING_HZ)
    seen = np.isfinite(smooth).all(axis=1)
    if not seen.any():
        return np.zeros(1), np.zeros((1, positions.shape[1]))
    times_s = timestamps_s[seen]
    grid_s = np.arange(times_s[0], times_s[-1] + 0.5 / GRID_HZ, 1.0 / GRID_HZ)
    return grid_s, np.column_stack([np.interp(grid_s, times_s, column) for column in smooth[seen].T])


@dataclass(frozen=True, slots=True)
class Alike:
    """Which of some swings belong to one set.

    Attributes:
        kept: (swings,) true for those that are like a neighbour, and of about the typical duration and way.
        merit: The ways of those kept, weighted by likeness squared: how much of the motion the set explains.
        typical_way: Median way out and back of those kept, all joints together, in body heights; 0 for none.
        likeness: Of the set as a whole, 0 to 1.
    """

    kept: NDArray[np.bool_]
    merit: float
    typical_way: float
    likeness: float


def alike(poses: Poses, found: Sequence[Swing], signal: Signal) -> Alike:
    """Tells the swings (in samples of the poses) that repeat each other from the rest.

    Args:
        poses: (samples, dimensions).
        found: In samples of the poses.
        signal: (samples,) what rises and falls in the swings. How long they take is measured in its upper half, so
            that somebody who tires and rests between repetitions still does the same ones.
    """
    if len(found) < 2:
        return Alike(np.zeros(len(found), dtype=np.bool_), 0.0, 0.0, 0.0)
    durations = beyond_half_way(signal, found)
    like, way = likeness(poses, found, durations=durations), ways(poses, found)
    kept = like >= LIKE_FROM
    for values in (durations, way):
        if kept.any():
            typical = _weighted_median(values[kept], way[kept])
            kept &= (values * SAME_WITHIN >= typical) & (values <= SAME_WITHIN * typical)
    if not kept.any():
        return Alike(kept, 0.0, 0.0, 0.0)
    merit = float((like[kept] ** 2 * way[kept]).sum())
    set_likeness = float(np.sqrt(merit / way[kept].sum()))
    kept = kept | _fills_a_hole(kept, like, durations, way)
    return Alike(kept, merit, _weighted_median(way[kept], way[kept]), set_likeness)


def _fills_a_hole(kept: NDArray[np.bool_], like: Signal, durations: Signal, way: Signal) -> NDArray[np.bool_]:
    """(swings,) true between two repetitions for what is not opposed to them and fits them in time and way."""
    fits = like >= 0.0
    fits[[0, -1]] = False
    fits[1:-1] &= kept[:-2] & kept[2:]
    for values in (durations, way):
        typical = _weighted_median(values[kept], way[kept])
        fits &= (values >= typical / SAME_WITHIN) & (values <= typical * SAME_WITHIN)
    return fits


def likeness(
    poses: Poses,
    found: Sequence[Swing],
    *,
    durations: Signal | None = None,
    reach: int = 1,
    may_be_cut_off: bool = False,
) -> Signal:
    """(swings,) how like each is to the most alike of its neighbours: 1 the same, 0 nothing in common, -1 alone.

    Args:
        poses: (samples, dimensions).
        found: In samples of the poses.
        durations: (swings,) how long each takes, in any unit; from its start to its end where not given.
        reach: How many neighbours to each side; 2 where left and right take turns.
        may_be_cut_off: Whether the last may have turned just before the clip ends, and the first just after it began;
            then only the way that is seen is compared.
    """
    result = np.full(len(found), -1.0)
    if not found:
        return result
    before, peak, after = np.array([(swing.before, swing.peak, swing.after) for swing in found]).T
    there, back = _courses(poses, before, peak), _courses(poses, peak, after)
    began, ends = np.zeros((2, len(found)), dtype=np.bool_)
    began[0] = may_be_cut_off and found[0].rise < CUT_OFF_BELOW * found[0].fall
    ends[-1] = may_be_cut_off and found[-1].fall < CUT_OFF_BELOW * found[-1].rise
    durations = np.maximum(after - before if durations is None else durations, 1).astype(np.float64)
    for step in range(1, min(reach, len(found) - 1) + 1):
        whole = _neighbours(np.concatenate((there, back), axis=1), step) * _same_size(durations, step)
        same = np.where(began[:-step], _neighbours(back, step), whole)
        same = np.where(ends[step:], _neighbours(there, step), same)
        result[step:] = np.maximum(result[step:], same)
        result[:-step] = np.maximum(result[:-step], same)
    return result


def _neighbours(courses: Poses, step: int) -> Signal:
    """Likeness of each (poses, dimensions) course to the one `step` further on."""
    centred = (courses - courses.mean(axis=1, keepdims=True)).reshape(len(courses), -1)
    sizes = np.maximum(np.linalg.norm(centred, axis=1), 1e-12)
    cosine: Signal = (centred[step:] * centred[:-step]).sum(axis=1) / (sizes[step:] * sizes[:-step])
    alike_in_size: Signal = cosine * _same_size(sizes, step)
    return alike_in_size


def _same_size(values: Signal, step: int) -> Signal:
    """1 up to twice the size or the time, beyond that less and less."""
    smaller, larger = np.minimum(values[step:], values[:-step]), np.maximum(values[step:], values[:-step])
    factor: Signal = np.minimum(1.0, SAME_WITHIN * smaller / larger)
    return factor


def _courses(poses: Poses, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Poses:
    """(swings, POSES_PER_WAY, dimensions) poses passed from each start to its end, evenly spread in time."""
    samples = starts[:, np.newaxis] + np.outer(ends - starts, np.linspace(0.0, 1.0, POSES_PER_WAY))
    courses: Poses = poses[np.rint(samples).astype(int)]
    return courses


def ways(poses: Poses, found: Sequence[Swing]) -> Signal:
    """(swings,) distance in the space of poses to the turning point and back."""
    before, peak, after = (
        poses[samples] for samples in np.array([(one.before, one.peak, one.after) for one in found]).T
    )
    way: Signal = np.linalg.norm(peak - before, axis=1) + np.linalg.norm(peak - after, axis=1)
    return way


def whole_way(poses: Poses) -> float:
    """Length of the way through the space of poses: no swings' ways exceed it together, and no merit does."""
    return float(np.linalg.norm(np.diff(poses, axis=0), axis=1).sum())


def _weighted_median(values: Signal, weights: Signal) -> float:
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][int(np.searchsorted(share, 0.5))])
