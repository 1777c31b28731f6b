"""Walking: who goes to the bar, away from it or about between two sets does no repetitions, whatever limbs swing.

At every step the ankles pass each other and come far apart, while the knees are nearly straight. That is so at any
speed, from every side and on a treadmill; a lunge is at its furthest apart when both knees are bent.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import Body, body_height_m, trunk_inclination_deg
from analysis.motion.movement import COUNTING_HZ
from analysis.motion.signals import Signal, fill_gaps, low_pass, stretches
from analysis.motion.swings import pivots
from analysis.motion.view import across

STEP_FROM = 0.25
"""Body heights by which the ankles pass each other, from before to behind. A step of usual length is 0.41 long (Perry,
Gait Analysis) and so twice that here; from the front the model's depth shows half of it, and who is slow takes shorter
ones. Between 0.15 and 0.5 the same walks are found in all given and drawn clips."""

SHORTEST_STEP_S, LONGEST_STEP_S = 0.35, 1.5
"""Usual walking takes 0.5 to 0.6 s a step (Perry), very brisk walking 0.4, slow walking after a stroke 1.2. Where the
pose model takes one leg of a split stance for the other, the ankles seem to pass each other in 0.27 to 0.33 s."""

STRAIGHT_UP_TO_DEG = 50.0
"""Of both knees while the feet are the furthest apart, and of the straighter one all the time. In the given walks they
stay below 38 there, in lunges one has 51 or more. At 40 some steps are missed, from 60 on a drawn split squat walks."""

UPRIGHT_UP_TO_DEG = 45.0
"""Of the trunk: legs of who lies may go up and down by turns, too."""

FEWEST_STEPS = 3
"""In a row; a step back and one forward again are footwork of many an exercise. With up to 5 the same walks are found.
Who is known to walk by so many takes single steps, and fast ones, too."""

LONGEST_HALT_S = 2.0
"""Between two walks: who halts or turns round for less has no time for a repetition and the rest around it."""


def walking(body: Body) -> NDArray[np.bool_]:
    """(frames,) whether the person walks."""
    result = np.zeros(body.timestamps_s.size, dtype=np.bool_)
    apart = _ankles_apart(body)
    seen = np.flatnonzero(np.isfinite(apart))
    if seen.size == 0:
        return result
    turns = seen[[sample for sample, _ in pivots(apart[seen], STEP_FROM)]]
    is_step = np.array([_is_step(body, apart, *ends) for ends in pairwise(turns)], dtype=np.bool_)
    times_s = body.timestamps_s[turns]
    is_plain = is_step & (np.diff(times_s) >= SHORTEST_STEP_S)
    if all(end - first < FEWEST_STEPS for first, end in stretches(is_plain)):
        return result
    usual_s = float(np.median(np.diff(times_s)[is_step]))  # so long the first step takes, and the last one's ending
    walks = [(times_s[first] - usual_s, times_s[end] + usual_s) for first, end in stretches(is_step)]
    between = [(stops, goes_on) for (_, stops), (goes_on, _) in pairwise(walks)]
    for start_s, end_s in (*walks, *(one for one in between if one[1] - one[0] <= LONGEST_HALT_S)):
        result |= (body.timestamps_s >= start_s) & (body.timestamps_s <= end_s)
    return result


def without_walking(body: Body, walks: NDArray[np.bool_]) -> Body:
    """The body as if nobody had been found in the (frames,) in which the person walks."""
    if not walks.any():
        return body
    image, world, visibility = body.image.copy(), body.world.copy(), body.visibility.copy()
    image[walks] = world[walks] = np.nan
    visibility[walks] = 0.0
    return replace(body, image=image, world=world, visibility=visibility)


def _ankles_apart(body: Body) -> Signal:
    """(frames,) how far the left ankle is before the right one, body heights, level with the floor."""
    line = across(body.world)[:, [0, 2]]
    ahead = np.stack([-line[:, 1], line[:, 0]], axis=1) / np.linalg.norm(line, axis=1, keepdims=True)
    left, right = (body.world[:, landmark("ankle", side)][:, [0, 2]] for side in SIDES)
    apart = ((left - right) * ahead).sum(axis=1) / body_height_m(body.world)
    return low_pass(fill_gaps(apart, body.timestamps_s), body.timestamps_s, cutoff_hz=COUNTING_HZ)


def _is_step(body: Body, apart: Signal, first: int, last: int) -> bool:
    """Whether between two turns of that, in frames, one straight leg passes the other."""
    if apart[first] * apart[last] >= 0.0 or body.timestamps_s[last] - body.timestamps_s[first] > LONGEST_STEP_S:
        return False
    world = body.world[first : last + 1]
    knees = np.stack([limb_angle(world, "knee_flexion", side) for side in SIDES])
    straight = knees[:, [0, -1]].max() <= STRAIGHT_UP_TO_DEG and knees.min(axis=0).max() <= STRAIGHT_UP_TO_DEG
    return bool(straight and trunk_inclination_deg(world).max() <= UPRIGHT_UP_TO_DEG)
