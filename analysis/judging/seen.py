"""A measure over frames of a clip, as far as its joints are seen."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SEEN_FROM, SIDES, Side, landmark
from analysis.motion.lenses import Lens, as_seen
from analysis.motion.measures import Body, Measure, Sides
from analysis.motion.signals import Signal


def seen_values(body: Body, measure: Measure, frames: slice, working_side: str | None, lens: Lens = as_seen) -> Signal:
    """The measure over some frames, NaN where a joint of it is hidden; the mean of both sides where both are seen."""
    part = lens(body.part(frames))
    if measure.sides is Sides.BOTH:
        both = is_seen(part, measure.joints, "left") & is_seen(part, measure.joints, "right")
        return np.where(both, measure.of(part, "left"), np.nan)
    one_side = measure.sides is Sides.WORKING and working_side is not None
    sides = [side for side in SIDES if not one_side or side == working_side]
    return mean_of_seen(part, measure.joints, {side: measure.of(part, side) for side in sides})


def mean_of_seen(body: Body, joints: tuple[str, ...], sides: Mapping[Side, Signal]) -> Signal:
    """(frames,) the mean of the sides' values whose joints are seen; NaN where none is."""
    columns = [np.where(is_seen(body, joints, side), values, np.nan) for side, values in sides.items()]
    counted = np.isfinite(columns).sum(axis=0)
    total = np.nansum(columns, axis=0)
    mean: Signal = np.divide(total, counted, out=np.full_like(total, np.nan), where=counted > 0)
    return mean


def of_seen_sides(body: Body, joints: tuple[str, ...], sides: Mapping[Side, Signal]) -> Signal:
    """(frames,) as `mean_of_seen`; where no side is seen, the values of the one that is seen better in all of them."""
    mean = mean_of_seen(body, joints, sides)

    def visible(side: Side) -> float:
        return float(body.visibility[:, [landmark(joint, side) for joint in joints]].sum())

    return np.where(np.isfinite(mean), mean, sides[max(sides, key=visible)])


def is_seen(body: Body, joints: tuple[str, ...], side: Side) -> NDArray[np.bool_]:
    """(frames,) whether every joint is seen on that side."""
    looked_at = [landmark(joint, side) for joint in joints]
    return np.asarray((body.inside[:, looked_at] & (body.visibility[:, looked_at] >= SEEN_FROM)).all(axis=1))
