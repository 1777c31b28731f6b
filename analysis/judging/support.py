"""What carries a body that leans on its hands: the feet or the knees, which are another form of the same exercise.

A straight body that turns about its toes takes the knees along, by a third of the shoulders' way or more. Knees on the
floor stay where they are, no higher than the toes; and they are bent: plainly where the shins are up, by 20 to 40
degrees where they lie on the floor.
"""

from enum import StrEnum

import numpy as np

from analysis.judging.seen import is_seen
from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import ON_KNEES_FROM_DEG, Body
from analysis.motion.signals import Signal

BENT_FROM_DEG = 20.0
LOW_UP_TO = 0.035
GO_ALONG_FROM = 0.15
"""Who rests on the knees has them bent so far and at most so many body heights above the toes, both in the middle of a
repetition, and they go up and down by less than that share of the shoulders' way. Each lies between both forms, seen
from the side. Of 93 given push-ups on the feet the nearest has 17 degrees, 0.070 and, but for one, 0.15; drawn on the
feet with knees that sag, 0.31. Of five drawn on the knees with shins on the floor, through the pose model, the nearest
has 27 degrees (hips that sag; 38 in good form), -0.004 and 0.05."""

FEWEST_SEEN = 0.5
"""Share of the frames in which the joints must be seen."""


class Support(StrEnum):
    """What carries the body behind the hands."""

    FEET = "feet"
    KNEES = "knees"
    UNCLEAR = "unclear"


def support_of(body: Body, frames: slice) -> Support:
    """What carries it in a repetition that is seen from the side, by the leg that is seen better.

    The feet where the knees go along with the shoulders, or the legs are hidden; unclear where knees that stay are
    either straight or off the floor.

    Args:
        body: The person, over the whole clip.
        frames: Of a repetition, and the rest beside it, where the knees are bent the most.
    """
    part = body.part(frames)
    side = max(SIDES, key=lambda one: float(part.visibility[:, [landmark("knee", one), landmark("hip", one)]].sum()))
    seen = is_seen(part, ("shoulder", "hip", "knee", "ankle"), side)
    if seen.mean() < FEWEST_SEEN:
        return Support.FEET
    bent_deg = float(np.median(limb_angle(part.image, "knee_flexion", side)[seen]))
    if bent_deg >= ON_KNEES_FROM_DEG:
        return Support.KNEES
    if _share_of_way(_y(part, "knee", side)[seen], _y(part, "shoulder", side)[seen]) >= GO_ALONG_FROM:
        return Support.FEET
    is_bent, is_low = bent_deg >= BENT_FROM_DEG, _over_toes(part, side) <= LOW_UP_TO
    if is_bent and is_low:
        return Support.KNEES
    return Support.UNCLEAR if is_bent or is_low else Support.FEET


def _over_toes(part: Body, side: Side) -> float:
    """How far the knee is above the toes in the middle of it, in body heights; NaN where toes are hidden."""
    seen = is_seen(part, ("knee", "foot_index"), side)
    if seen.mean() < FEWEST_SEEN:
        return float("nan")
    above = (_y(part, "foot_index", side) - _y(part, "knee", side)) / part.height_px
    return float(np.median(above[seen]))


def _share_of_way(joint_y: Signal, leading_y: Signal) -> float:
    """How far the one joint goes up and down with the other: the slope of the line through both heights."""
    leading = leading_y - leading_y.mean()
    return float((leading * (joint_y - joint_y.mean())).sum() / max(float((leading**2).sum()), 1e-9))


def _y(part: Body, joint: str, side: Side) -> Signal:
    return part.image[:, landmark(joint, side), 1]
