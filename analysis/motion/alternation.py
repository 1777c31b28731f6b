"""Whether left and right take turns: one turning point is then the mirror image of the other.

Walking and running are such movements and no exercise of a set; alternating lunges or curls are two repetitions a
cycle.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.motion.angles import Points
from analysis.motion.measures import Body
from analysis.motion.movement import BODY_JOINTS
from analysis.motion.signals import Signal
from analysis.motion.swings import Swing
from analysis.motion.view import across

ALTERNATING_FROM = 0.6
"""Share of the way between two turning points that swaps left and right: in the given clips 0.8 for alternating
lunges, 0.9 for walking, below 0.5 for everything that both sides do together."""

LONGEST_STRIDE_S = 1.6
"""A stride (two steps) of slow walking; comfortable walking takes 1.0 to 1.2 s, running less (Perry, Gait Analysis)."""

_NOSE, *_PAIRED = range(len(BODY_JOINTS))
_SWAPPED = [_NOSE, *(one + 1 if number % 2 == 0 else one - 1 for number, one in enumerate(_PAIRED))]


def swapping_share(body: Body, found: Sequence[Swing]) -> float:
    """Median share, 0 to 1, of the change of pose from a low to its peak (in frames) that swaps left and right."""
    low, peak = (_sides_apart(body, [frame(swing) for swing in found]) for frame in (_before, _peak))
    swapped = ((peak[0] - low[0]) ** 2).sum(axis=(1, 2))
    kept = ((peak[1] - low[1]) ** 2).sum(axis=(1, 2))
    shares = np.divide(swapped, swapped + kept, out=np.zeros_like(swapped), where=swapped + kept > 0)
    return float(np.median(shares))


def is_gait(found: Sequence[Swing], timestamps_s: Signal) -> bool:
    """Whether alternating swings (in frames) follow each other as fast as strides."""
    strides_s = [timestamps_s[swing.after] - timestamps_s[swing.before] for swing in found]
    return float(np.median(strides_s)) <= LONGEST_STRIDE_S


def each_side(found: Sequence[Swing], component: Signal) -> list[Swing]:
    """One swing for each turn of a side: both the peaks and the lows of alternating swings, in order."""
    turns = sorted({frame for swing in found for frame in (swing.before, swing.peak, swing.after)})
    turns = [turns[0], *(later for earlier, later in pairwise(turns) if later - earlier > 1)]
    edges = [turns[0], *((one + other) // 2 for one, other in pairwise(turns)), turns[-1]]
    rises = [abs(float(component[turn] - component[edge])) for turn, edge in zip(turns, edges[1:], strict=True)]
    return [
        Swing(start, turn, end, max(rise, 0.0), max(rise, 0.0))
        for start, turn, end, rise in zip(edges[:-1], turns, edges[1:], rises, strict=True)
    ]


def _before(swing: Swing) -> int:
    return swing.before


def _peak(swing: Swing) -> int:
    return swing.peak


def _sides_apart(body: Body, frames: list[int]) -> tuple[Points, Points]:
    """(what swaps the sides, what they share) of the poses in some frames, seen from the body's own front."""
    world = body.world[frames][:, BODY_JOINTS]
    line = across(body.world[frames])
    turned = np.arctan2(line[:, 2], line[:, 0])[:, np.newaxis]
    right = world[..., 0] * np.cos(turned) + world[..., 2] * np.sin(turned)
    ahead = -world[..., 0] * np.sin(turned) + world[..., 2] * np.cos(turned)
    own = np.nan_to_num(np.stack([right, world[..., 1], ahead], axis=-1))
    mirrored = own[:, _SWAPPED] * np.array([-1.0, 1.0, 1.0])
    return (own - mirrored) / 2.0, (own + mirrored) / 2.0
