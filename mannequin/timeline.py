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
    shares, changes = _course(_held(steps) if motion.held else _repeated(steps), times)
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


MOVE_S = 1.2
"""Into a held position and out of it."""

SETTLED_SHARE = 0.25
"""Of a pause, at its beginning and its end, in which the figure keeps the pose of the repetition beside it."""

Knot = tuple[float, float, Pose]
"""Seconds, share of the way, change of the pose."""


def _course(knots: list[Knot], times: Values) -> tuple[Values, Pose]:
    """(frames,) shares of the way, and (frames, parts) changes."""
    at = np.array([knot[0] for knot in knots])
    values = np.array([np.append(knot[2], knot[1]) for knot in knots])
    index = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 1)
    following = np.minimum(index + 1, len(at) - 1)
    within = np.clip((times - at[index]) / np.maximum(at[following] - at[index], 1e-9), 0.0, 1.0)
    eased = ((1.0 - np.cos(np.pi * within)) / 2.0)[:, np.newaxis]
    course = values[index] + eased * (values[following] - values[index])
    return course[:, -1], course[:, :-1]


def _repeated(steps: tuple[Step, ...]) -> list[Knot]:
    """From rest to the turning point and back, again and again."""
    knots: list[Knot] = [(0.0, *_rest(None, steps[0] if steps else None))]
    for number, step in enumerate(steps):
        before = steps[number - 1] if number else None
        after = steps[number + 1] if number + 1 < len(steps) else None
        whole = _change(step.plant.whole)
        leaves, leaves_change = _rest(before, step)
        back, back_change = _rest(step, after)
        pause_before_s = step.start_s - (before.end_s if before else 0.0)
        pause_after_s = after.start_s - step.end_s if after else MOVE_S
        knots += [
            (step.start_s - SETTLED_SHARE * pause_before_s, leaves, leaves_change + whole),
            (step.start_s, leaves, leaves_change + whole),
            (step.turn_s, step.share, _change(step.plant.turn) + whole),
            (step.end_s, back, back_change + whole),
            (step.end_s + SETTLED_SHARE * pause_after_s, back, back_change + whole),
        ]
        if after is None:
            knots.append((step.end_s + pause_after_s, back, back_change))
        elif step.side != after.side:
            knots.append((step.end_s + pause_after_s / 2.0, 0.0, _change({})))
    return knots


def _held(steps: tuple[Step, ...]) -> list[Knot]:
    """Into the position, still, and out of it."""
    knots: list[Knot] = [(0.0, 0.0, _change({}))]
    for step in steps:
        held = _change(step.plant.turn) + _change(step.plant.whole)
        knots += [
            (step.start_s - MOVE_S, 0.0, _change({})),
            (step.start_s, step.share, held),
            (step.end_s, step.share, held),
            (step.end_s + MOVE_S, 0.0, _change({})),
        ]
    return knots


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
