"""What the figure holds, hangs from or lies on. Lengths in metres."""

import numpy as np

from analysis.motion.landmarks import SIDES, Landmark, landmark
from mannequin.body import Points
from mannequin.camera import Stage
from mannequin.solids import Colour, Cone, Ellipsoid, Solid

STEEL: Colour = (130.0, 130.0, 135.0)
IRON: Colour = (72.0, 72.0, 76.0)
PAD: Colour = (60.0, 60.0, 66.0)

FORWARD, UP, LEFT = np.eye(3)
"""Of the figure, in the room."""


def prop(name: str, points: Points, stage: Stage) -> list[Solid]:
    """The named thing, where the figure of (33, 3) joints in the room needs it; nothing for no name."""
    hands = [points[[landmark("wrist", side), landmark("index", side)]].mean(axis=0) for side in SIDES]
    if name == "dumbbell":
        return [solid for hand in hands for solid in _dumbbell(hand, stage)]
    if name == "barbell":
        return _barbell(hands, stage)
    if name == "bench":
        return [*_barbell(hands, stage), *_bench(points, stage)]
    if name == "bar":
        return [_rod(hands[0] + 0.5 * LEFT, hands[1] - 0.5 * LEFT, 0.018, STEEL, stage)]
    return [solid for hand in hands for solid in _rail(hand, stage)] if name == "bars" else []


def _rod(first: Points, last: Points, radius: float, colour: Colour, stage: Stage) -> Cone:
    start, end = stage.seen(np.array([first, last]))
    return Cone(start, end, (radius, radius), colour)


def _dumbbell(hand: Points, stage: Stage) -> list[Solid]:
    ends = [_rod(hand + at * LEFT, hand + 1.2 * at * LEFT, 0.045, IRON, stage) for at in (0.075, -0.075)]
    return [_rod(hand + 0.07 * LEFT, hand - 0.07 * LEFT, 0.016, STEEL, stage), *ends]


def _barbell(hands: list[Points], stage: Stage) -> list[Solid]:
    axes = stage.direction(np.array([LEFT, FORWARD, UP]))
    left, right = hands[0] + 0.37 * LEFT, hands[1] - 0.37 * LEFT
    plates = [Ellipsoid(stage.seen(end), axes, (0.025, 0.13, 0.13), IRON) for end in (left, right)]
    return [_rod(left, right, 0.014, STEEL, stage), *plates]


def _bench(points: Points, stage: Stage) -> list[Solid]:
    head, hips = points[Landmark.NOSE], points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    first, last = (np.array([x, hips[1] - 0.15, 0.0]) for x in (head[0] - 0.1, hips[0] + 0.05))
    feet = [first + 0.25 * FORWARD, last - 0.15 * FORWARD]
    pad = [_rod(first + beside * LEFT, last + beside * LEFT, 0.05, PAD, stage) for beside in (-0.1, 0.0, 0.1)]
    return [*pad, *(_rod(foot, _floor(foot), 0.025, STEEL, stage) for foot in feet)]


def _rail(hand: Points, stage: Stage) -> list[Solid]:
    first, last = (hand + x * FORWARD - 0.03 * UP for x in (-0.3, 0.3))
    posts = [_rod(end, _floor(end), 0.02, STEEL, stage) for end in (first, last)]
    return [_rod(first, last, 0.02, STEEL, stage), *posts]


def _floor(place: Points) -> Points:
    """The place on the floor below it."""
    below: Points = place * np.array([1.0, 0.0, 1.0])
    return below
