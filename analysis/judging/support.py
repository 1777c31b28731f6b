"""What carries a body that leans on its hands: the feet or the knees, which are another form of the same exercise.

Knees on the floor are no higher than the toes; and they are bent: plainly where the shins are up, by 20 to 40 degrees
where they lie on the floor. Who moves shows it in another way, too: a straight body that turns about its toes takes the
knees along, by a third of the shoulders' way or more, and knees on the floor stay where they are.
"""

from enum import StrEnum

import numpy as np

from analysis.judging.seen import is_seen
from analysis.motion.angles import limb_angle, seen_from_side
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import Body
from analysis.motion.signals import Signal

LEG = ("shoulder", "hip", "knee", "ankle")
"""What must be seen to tell."""

ON_KNEES_FROM_DEG = 60.0
"""Who has them bent so far rests on them, wherever the toes are: straight legs stay below 30, knees on the floor with
the shins up are at 80 to 95."""

BENT_FROM_DEG = 20.0
LOW_UP_TO = 0.035
GO_ALONG_FROM = 0.15
"""Who rests on the knees has them bent so far and at most so many body heights above the toes, both in the middle of a
repetition, and they go up and down by less than that share of the shoulders' way. Each lies between both forms, seen
from the side. Of 93 given push-ups on the feet the nearest has 17 degrees, 0.070 and, but for one, 0.15; drawn on the
feet with knees that sag, 0.31. Of five drawn on the knees with shins on the floor, through the pose model, the nearest
has 27 degrees (hips that sag; 38 in good form), -0.004 and 0.05.

Planks have no way up and down. Of 6759 labelled frames on the feet (Exercise-Correction) five are bent and low, 58 bent
only, and three are bent by more than 60; of ten planks drawn on the knees with shins on the floor, through the pose
model, all are low (0.012 or less), and all but two (elbows wide apart, 12 and 15 degrees) bent."""

FEWEST_SEEN = 0.5
"""Share of the frames in which the joints must be seen."""

NEARLY_ALL = 0.9
"""Share of a hold in which the same carries the body: its rules ask for the upper or lower tenth."""


class Support(StrEnum):
    """What carries the body behind the hands; changing is first the one and then the other."""

    FEET = "feet"
    KNEES = "knees"
    CHANGING = "changing"
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
    side = _seen_better(part)
    seen = is_seen(part, LEG, side)
    if seen.mean() < FEWEST_SEEN:
        return Support.FEET
    bent_deg = float(np.median(_bent_deg(part, side)[seen]))
    if bent_deg >= ON_KNEES_FROM_DEG:
        return Support.KNEES
    if _share_of_way(_y(part, "knee", side)[seen], _y(part, "shoulder", side)[seen]) >= GO_ALONG_FROM:
        return Support.FEET
    toes = is_seen(part, ("knee", "foot_index"), side)
    over_toes = float(np.median(_over_toes(part, side)[toes])) if toes.mean() >= FEWEST_SEEN else float("nan")
    is_bent, is_low = bent_deg >= BENT_FROM_DEG, over_toes <= LOW_UP_TO
    if is_bent and is_low:
        return Support.KNEES
    return Support.UNCLEAR if is_bent or is_low else Support.FEET


def support_of_hold(body: Body, frames: slice) -> Support:
    """What carries it in nearly all of a hold, in what is seen of it from the side, by the leg that is seen better.

    The feet where the legs are hidden; unclear where knees are straight and on the floor, or bent and off it.

    Args:
        body: The person, over the whole clip.
        frames: Of the hold.
    """
    part = body.part(frames)
    side = _seen_better(part)
    seen = is_seen(part, LEG, side)
    looked_at = seen & seen_from_side(part.world)
    if seen.mean() < FEWEST_SEEN or not looked_at.any():
        return Support.FEET
    on_knees = rests_on_knees(part, side)[looked_at]
    by_knees, by_feet = float((on_knees == 1.0).mean()), float((on_knees == 0.0).mean())
    if by_knees >= NEARLY_ALL:
        return Support.KNEES
    if by_feet >= NEARLY_ALL:
        return Support.FEET
    return Support.CHANGING if by_knees >= 1.0 - NEARLY_ALL else Support.UNCLEAR


def rests_on_knees(body: Body, side: Side) -> Signal:
    """(frames,) of who holds still: 1 where the knees carry the body, 0 where the feet do, NaN where it is unclear."""
    bent_deg, over_toes = _bent_deg(body, side), _over_toes(body, side)
    toes = is_seen(body, ("knee", "foot_index"), side)
    is_bent, is_low = bent_deg >= BENT_FROM_DEG, toes & (over_toes <= LOW_UP_TO)
    told = np.where(is_bent == is_low, is_bent.astype(np.float64), np.nan)
    return np.where(bent_deg >= ON_KNEES_FROM_DEG, 1.0, told)


def _seen_better(part: Body) -> Side:
    return max(SIDES, key=lambda one: float(part.visibility[:, [landmark("knee", one), landmark("hip", one)]].sum()))


def _bent_deg(part: Body, side: Side) -> Signal:
    return limb_angle(part.image, "knee_flexion", side)


def _over_toes(part: Body, side: Side) -> Signal:
    """(frames,) how far the knee is above the toes, in body heights."""
    return (_y(part, "foot_index", side) - _y(part, "knee", side)) / part.height_px


def _share_of_way(joint_y: Signal, leading_y: Signal) -> float:
    """How far the one joint goes up and down with the other: the slope of the line through both heights."""
    leading = leading_y - leading_y.mean()
    return float((leading * (joint_y - joint_y.mean())).sum() / max(float((leading**2).sum()), 1e-9))


def _y(part: Body, joint: str, side: Side) -> Signal:
    return part.image[:, landmark(joint, side), 1]
