"""Whether what the pose model says can be a person at all, without knowing what is true.

Bones keep their length, and the picture is what the metres look like from the camera. Where the model guesses (who lies
and is filmed from the feet or the head hides most of himself), its bones grow and shrink, and picture and metres
contradict each other. Such landmarks are no measurement, however visible the model calls them.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SEEN_FROM, SIDES, Landmark, landmark
from analysis.motion.measures import Body, body_height_m
from analysis.motion.movement import BODY_JOINTS, FEWEST_JOINTS_SEEN
from analysis.motion.signals import Signal

BONES = tuple(
    (landmark(first, side), landmark(last, side))
    for first, last in (
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
        ("shoulder", "hip"),
        ("hip", "knee"),
        ("knee", "ankle"),
    )
    for side in SIDES
)

FEWEST_FRAMES = 5
"""Fewer frames in which a bone is seen give no typical length."""

BONES_CHANGE_BY, PICTURE_OFF_BY = 0.135, 0.038
"""Not followed is a clip in whose worst tenth of frames the bones that are seen differ so much from their own usual
length, and picture and metres by so much of body height. Of the drawn clips six have 0.14 to 0.34 and 0.038 to 0.075,
all of who lies and is filmed from the front (bench press, crunch, glute bridge, mountain climber, plank, sit-up): where
they were counted, it was 1 for 7, 25 for 13, 4 for 7, 6 for 9. Of all other drawn clips and of 58 real ones none
exceeds both: the nearest have 0.127 and 0.033, 0.100 and 0.042, 0.195 and 0.028."""

REPETITION_CHANGES_BY = 0.14
"""A repetition in which the bones that are seen differ so much in the mean is not judged. A clip in whose worst tenth
of frames they do is not counted on the whole body's movement, for which no angle of the exercise speaks: push-ups from
the front have 0.17, those from above, which are counted so rightly, 0.05."""


def is_followed(body: Body) -> bool:
    """Whether the landmarks of the whole clip can be a person's, so that counting them means something."""
    if not _enough_is_seen(body):
        return False
    changes = _worst_tenth(bone_changes(body))
    return not (changes > BONES_CHANGE_BY and _worst_tenth(picture_errors(body)) > PICTURE_OFF_BY)


def bones_hold(body: Body) -> bool:
    """Whether the bones keep their length so well that the whole body's movement can be counted."""
    return _worst_tenth(bone_changes(body)) <= REPETITION_CHANGES_BY


def is_plausible(changes: Signal, frames: slice) -> bool:
    """Whether a repetition can be judged: `changes` are the `bone_changes` of the whole clip."""
    inside = changes[frames]
    return not (np.isfinite(inside).any() and float(np.nanmean(inside)) > REPETITION_CHANGES_BY)


def bone_changes(body: Body) -> Signal:
    """(frames,) how far the bones that are seen are from their typical length, mean share of it; NaN where unseen."""
    changes = np.full((len(BONES), body.timestamps_s.size), np.nan)
    for row, (first, last) in zip(changes, BONES, strict=True):
        length = np.linalg.norm(body.world[:, first] - body.world[:, last], axis=1)
        seen = np.isfinite(length) & _seen(body, first) & _seen(body, last)
        if np.count_nonzero(seen) >= FEWEST_FRAMES:
            typical = float(np.median(length[seen]))
            row[seen] = np.abs(length[seen] / typical - 1.0) if typical > 0.0 else np.nan
    known = np.isfinite(changes)
    total, count = np.where(known, changes, 0.0).sum(axis=0), known.sum(axis=0)
    mean: Signal = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    return mean


def picture_errors(body: Body) -> Signal:
    """(frames,) how far picture and metres contradict each other, body heights, root mean square over the joints.

    Under weak perspective the picture is the world's x and y, shifted and scaled by one factor (the least squares').
    """
    joints = sorted({joint for bone in BONES for joint in bone})
    flat, seen = body.world[:, joints, :2], body.image[:, joints]
    flat = flat - flat.mean(axis=1, keepdims=True)
    seen = seen - seen.mean(axis=1, keepdims=True)
    scale = (flat * seen).sum(axis=(1, 2)) / np.maximum((flat**2).sum(axis=(1, 2)), 1e-12)
    off = np.sqrt(((seen - scale[:, np.newaxis, np.newaxis] * flat) ** 2).sum(axis=2).mean(axis=1))
    height = np.abs(scale) * body_height_m(body.world)
    share: Signal = np.divide(off, height, out=np.full_like(off, np.nan), where=height > 0.0)
    return share


def _enough_is_seen(body: Body) -> bool:
    """Whether there is a body to follow, and not a face alone, under which the model imagines one that moves."""
    if not body.found.any():
        return True
    seen = body.visibility[body.found][:, BODY_JOINTS].mean(axis=0) >= SEEN_FROM
    return int(seen.sum()) >= FEWEST_JOINTS_SEEN


def _seen(body: Body, joint: Landmark) -> NDArray[np.bool_]:
    return np.asarray(body.inside[:, joint] & (body.visibility[:, joint] >= SEEN_FROM))


def _worst_tenth(values: Signal) -> float:
    """90th percentile; 0 where nothing is known, for what was not seen is not held against anyone."""
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 90.0)) if known.size else 0.0
