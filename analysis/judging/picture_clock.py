"""A second clock: when a repetition leaves rest, turns and is back, read from where the joints are in the picture.

Repetitions are counted on one angle in the model's metres. Where that angle turns along the line of sight (arms raised
towards the camera) the model's depth lets it jump late and fall early, and a slow way looks like a drop. The way of all
joints across the picture errs differently: what both clocks say is told. Where they disagree, the picture is believed
if it shows one plain way: all joints together from one pose into the other, without a detour or turning back.
"""

from dataclasses import dataclass

import numpy as np

from analysis.judging.attempts import REST_SHARE
from analysis.judging.instants import STILL_SHARE
from analysis.judging.picture_places import places, weights_of
from analysis.motion.measures import Body
from analysis.motion.signals import Signal
from analysis.types import Repetition

LOOKED_AT_S, LOOKED_AT_SHARE = 1.0, 1.5
"""So far from its turning point a way may begin or end: a second, or one and a half times the counted repetition."""

AWAY_SHARE = 0.5
"""Standing still before half of the way is done is a pause on the way, and not yet rest."""

PLAIN_OFF_SHARE, PLAIN_FORWARD_SHARE = 1 / 4, 0.9
"""A way is plain if the joints keep to the straight way from pose to pose within that share of its length (root mean
square), and at least that share of all that they move along it leads forward."""

PLAIN_BELOW_SHARE, PLAIN_ABOVE_SHARE = 0.05, 0.4
"""A plain way took no less than so much less, and no more than so much more, than the picture says, each in nine of ten
of 468 ways of drawn repetitions, from the side, 45 degrees and the front, whether they are off by a twentieth of their
length or a quarter. Of ten that turn back on it half are off by more than half."""

WITH_ITS_TURN = 0.795 / 0.590
"""From turning until a tenth of the way is left, over the time without the first tenth: shares of a half cosine's."""


@dataclass(frozen=True, slots=True)
class PictureWay:
    """A way between rest and the turning point, between frames; NaN where the picture does not tell.

    Attributes:
        rest_s: When a tenth of the way from rest is done, or is left on the way back.
        leaves_s: When a tenth of the way is left to the turning point, or is done on the way back.
        is_plain: Whether the joints went one plain way.
    """

    rest_s: float
    leaves_s: float
    is_plain: bool = False

    @property
    def seconds(self) -> float:
        """How long it took, a pause at the turning point left out: what moves smoothly turns with it."""
        return WITH_ITS_TURN * abs(self.leaves_s - self.rest_s)


UNKNOWN = PictureWay(float("nan"), float("nan"))


def picture_way(body: Body, repetition: Repetition, *, back: bool, reversed_way: bool = False) -> PictureWay:
    """The way of a repetition to its turning point, or back from it.

    Args:
        body: The person.
        repetition: As counted.
        back: The way back.
        reversed_way: Read along the other one of both ways. Where the repetition is counted too long, the pose at that
            end is already one of something else (getting ready for the next), and so would be the way to it.
    """
    times = body.timestamps_s
    longest_s = max(LOOKED_AT_S, LOOKED_AT_SHARE * float(times[repetition.end - 1] - times[repetition.start]))
    first = int(np.searchsorted(times, times[repetition.start] - longest_s))
    last = int(np.searchsorted(times, times[repetition.end - 1] + longest_s, side="right"))
    part = body.part(slice(first, last))
    turn = repetition.turn - first
    away = repetition.end - 1 - first if back != reversed_way else repetition.start - first
    done, off = _done(part, away, turn)
    inside = done[repetition.start - first : repetition.end - first]
    if not np.isfinite(inside).any():
        return UNKNOWN
    turn = repetition.start - first + int(np.nanargmax(inside))
    low, high = sorted((away, turn))
    if not np.isfinite(done[low : high + 1]).all():
        return UNKNOWN
    is_plain = _is_plain(done[low : high + 1], off[low : high + 1])
    # read outwards from the turning point, whichever way time goes
    order = np.arange(turn, done.size) if back else np.arange(turn, -1, -1)
    order = order[np.abs(part.timestamps_s[order] - part.timestamps_s[turn]) <= longest_s]
    order = order[: int(np.argmin(np.isfinite(done[order]))) if not np.isfinite(done[order]).all() else order.size]
    leaves_s, rest_s = _tenths_s(done[order], part.timestamps_s[order])
    return PictureWay(rest_s, leaves_s, is_plain)


def share_done(body: Body, repetition: Repetition, *, there: bool, back: bool) -> Signal:
    """(frames,) how much of its way the joints have done in the picture: about 0 at rest, 1 at the turning point.

    The mean of both ways, or of the one that is asked for; NaN from a second before and after it on.
    """
    times = body.timestamps_s
    first = int(np.searchsorted(times, times[repetition.start] - LOOKED_AT_S))
    end = int(np.searchsorted(times, times[repetition.end - 1] + LOOKED_AT_S, side="right"))
    part, turn = body.part(slice(first, end)), repetition.turn - first
    rests = [repetition.start - first] * there + [repetition.end - 1 - first] * back
    share = np.full(times.size, np.nan)
    share[first:end] = np.mean([_done(part, rest, turn)[0] for rest in rests], axis=0)
    return share


def _done(body: Body, away: int, turn: int) -> tuple[Signal, Signal]:
    """How far the joints have gone in the picture, (frames,) each, as shares of the way from frame `away` to `turn`.

    Returns:
        Along it: about 0 at frame `away`, 1 at `turn`; and how far they are off it.
    """
    low, high = sorted((away, turn))
    at = places(body.image, weights_of(body, slice(low, high + 1)))
    way = at[turn] - at[away]
    length = float(way @ way)
    if length == 0.0:
        unknown = np.full(len(at), np.nan)
        return unknown, unknown
    gone = at - at[away]
    done: Signal = gone @ way / length
    off: Signal = np.linalg.norm(gone - done[:, np.newaxis] * way, axis=1) / np.sqrt(length)
    return done, off


def _is_plain(done: Signal, off: Signal) -> bool:
    """Whether the joints keep to the way and do not turn back on it; both over the way only."""
    moved = float(np.abs(np.diff(done)).sum())
    forward = abs(float(done[-1] - done[0])) / moved if moved > 0.0 else 0.0
    return bool(np.sqrt(np.mean(off**2)) <= PLAIN_OFF_SHARE and forward >= PLAIN_FORWARD_SHARE)


def _tenths_s(done: Signal, seconds: Signal) -> tuple[float, float]:
    """When a tenth of the way is done, and when one is left; from a turning point outwards to where joints stand still.

    Until the one it may sway about its turning point; from the other on it may sway at rest.
    """
    unknown = float("nan"), float("nan")
    if done.size < 3:
        return unknown
    speed = np.abs(np.gradient(done, seconds))
    fastest = np.maximum.accumulate(speed)
    away = done[0] - done >= AWAY_SHARE * done[0]
    turns = np.append(np.diff(done) > 0.0, True)
    at_rest = np.flatnonzero(away & ((speed < STILL_SHARE * fastest) | turns))
    rest = int(at_rest[0]) if at_rest.size else done.size - 1
    tenth = REST_SHARE * (done[0] - done[rest])
    beyond = np.flatnonzero(done[: rest + 1] <= done[rest] + tenth)
    if not beyond.size or beyond[0] == 0:
        return unknown
    last = int(beyond[0])
    first = int(np.flatnonzero(done[:last] >= done[0] - tenth)[-1]) + 1
    return _crossing_s(done, seconds, first, done[0] - tenth), _crossing_s(done, seconds, last, done[rest] + tenth)


def _crossing_s(done: Signal, seconds: Signal, after: int, level: float) -> float:
    """When it falls to the level, between a frame and the one before."""
    share = (level - done[after - 1]) / (done[after] - done[after - 1])
    return float(seconds[after - 1] + share * (seconds[after] - seconds[after - 1]))
