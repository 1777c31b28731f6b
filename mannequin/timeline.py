"""When the figure is where: knots in time, each a share of the way and a change of the pose, joined by half cosines."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mannequin.body import PARTS, Pose, changed, swapped
from mannequin.motion import Degrees, Motion, Plant

Values = NDArray[np.float64]

NO_PLANT = Plant("")


@dataclass(frozen=True, slots=True)
class Step:
    """One repetition (or hold) as it is to be done, seconds from the first frame.

    Attributes:
        start_s: Leaves rest; of a hold, when it is reached.
        turn_s: Turning point; of a hold, its middle.
        end_s: Back at rest; of a hold, when it is left.
        share: Of the way, at the turning point.
        plant: The fault planted.
        side: `left` or `right`, where one side works alone.
    """

    start_s: float
    turn_s: float
    end_s: float
    share: float
    plant: Plant = field(default=NO_PLANT)
    side: str | None = None


def poses(motion: Motion, steps: tuple[Step, ...], times: Values, extra_lean_deg: float, *, one_arm: bool) -> Pose:
    """(frames, parts) poses of the steps, with rest between them.

    Args:
        motion: What is done.
        steps: In order.
        times: (frames,) seconds.
        extra_lean_deg: As in `Motion.poses`.
        one_arm: The side that does not work stays at rest.
    """
    shares, changes = _course(motion, steps, times)
    straight = motion.poses(shares, extra_lean_deg)
    if one_arm:
        idle = [index for index, name in enumerate(PARTS) if name.startswith("left_")]
        straight[:, idle] = motion.poses(np.zeros(len(times)), extra_lean_deg)[:, idle]
    result = straight + changes
    edges = [(before.end_s + after.start_s) / 2.0 for before, after in pairwise(steps)]
    which = np.searchsorted(np.array(edges), times)
    lefts = np.array([step.side == "left" for step in steps] or [False])[which]
    result[lefts] = swapped(result[lefts])
    return result


def _course(motion: Motion, steps: tuple[Step, ...], times: Values) -> tuple[Values, Pose]:
    """(frames,) shares of the way, and (frames, parts) changes."""
    knots: list[tuple[float, float, Pose]] = []
    rest_before, change_before = _rest(None, steps[0] if steps else None)
    knots.append((0.0, rest_before, change_before))
    for number, step in enumerate(steps):
        after = steps[number + 1] if number + 1 < len(steps) else None
        before = steps[number - 1] if number else None
        whole = _change(step.plant.whole)
        turn = _change(step.plant.turn) + whole
        (left, left_change), (back, back_change) = _rest(before, step), _rest(step, after)
        if motion.held:
            knots += [(step.start_s, step.share, turn), (step.end_s, step.share, turn)]
        else:
            knots += [
                (step.start_s, left, left_change + whole),
                (step.turn_s, step.share, turn),
                (step.end_s, back, back_change + whole),
            ]
        if motion.held:
            pause = after.start_s if after else step.end_s + 2.0 * MOVE_S
            knots.append(((step.end_s + pause) / 2.0, 0.0, _change({})))
        elif after is None:
            knots.append((step.end_s + MOVE_S, back, back_change))
    at = np.array([knot[0] for knot in knots])
    values = np.array([np.append(knot[2], knot[1]) for knot in knots])
    index = np.clip(np.searchsorted(at, times, side="right") - 1, 0, max(len(at) - 2, 0))
    following = np.minimum(index + 1, len(at) - 1)
    within = np.clip((times - at[index]) / np.maximum(at[following] - at[index], 1e-9), 0.0, 1.0)
    eased = ((1.0 - np.cos(np.pi * within)) / 2.0)[:, np.newaxis]
    course = values[index] + eased * (values[following] - values[index])
    return course[:, -1], course[:, :-1]


MOVE_S = 1.2
"""Into a held position and out of it."""


def _rest(before: Step | None, after: Step | None) -> tuple[float, Pose]:
    """Share of the way and change of the pose at the rest between two repetitions."""
    plants = [step.plant for step in (before, after) if step is not None]
    share = max((plant.back_to for plant in plants), default=0.0)
    change = _change({})
    for plant in plants:
        change = change + _change(plant.rest)
    return share, change + (_change(after.plant.start) if after is not None else 0.0)


def _change(degrees: Degrees) -> Pose:
    return changed(np.zeros(len(PARTS)), degrees)
