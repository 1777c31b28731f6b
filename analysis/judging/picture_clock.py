"""A second clock: when a repetition leaves rest, turns and is back, read from where the joints are in the picture.

Repetitions are counted on one angle in the model's metres. Where that angle turns along the line of sight (arms raised
towards the camera) the model's depth lets it jump late and fall early, and a slow way looks like a drop. The way of all
joints across the picture errs differently: what both clocks say is told, and what they disagree on is not.
"""

from dataclasses import dataclass

import numpy as np

from analysis.judging.instants import STILL_SHARE
from analysis.judging.repetitions import REST_SHARE
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import Body
from analysis.motion.signals import Signal
from analysis.types import Repetition

JOINTS = [landmark(joint, side) for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in SIDES]

HARDLY_SEEN = 0.3
"""A joint of this visibility or less tells nothing; its weight is what is above."""

LOOKED_AT_S, LOOKED_AT_SHARE = 1.0, 1.5
"""So far from its turning point a way may begin or end: a second, or one and a half times the counted repetition."""

AWAY_SHARE = 0.5
"""Standing still before half of the way is done is a pause on the way, and not yet rest."""


@dataclass(frozen=True, slots=True)
class PictureWay:
    """A way between rest and the turning point, between frames; NaN where the picture does not tell.

    Attributes:
        rest_s: When a tenth of the way from rest is done, or is left on the way back.
        turn_s: The turning point.
    """

    rest_s: float
    turn_s: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return abs(self.turn_s - self.rest_s)


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
    done = _done(part, away, turn)
    inside = done[repetition.start - first : repetition.end - first]
    if not np.isfinite(inside).all():
        return UNKNOWN
    turn = repetition.start - first + int(np.argmax(inside))
    # read outwards from the turning point, whichever way time goes
    order = np.arange(turn, done.size) if back else np.arange(turn, -1, -1)
    order = order[np.abs(part.timestamps_s[order] - part.timestamps_s[turn]) <= longest_s]
    order = order[: int(np.argmin(np.isfinite(done[order]))) if not np.isfinite(done[order]).all() else order.size]
    rest_s = _left_s(done[order], part.timestamps_s[order])
    return PictureWay(rest_s, _vertex_s(done, part.timestamps_s, turn))


def _done(body: Body, away: int, turn: int) -> Signal:
    """(frames,) share of the way that the joints have gone in the picture: about 0 at frame `away`, 1 at `turn`."""
    points = body.image[:, JOINTS]
    low, high = sorted((away, turn))
    weights = np.clip(np.median(body.visibility[low : high + 1][:, JOINTS], axis=0) - HARDLY_SEEN, 0.0, 1.0)
    weights[~np.isfinite(points[low : high + 1]).all(axis=(0, 2))] = 0.0
    points = points[:, weights > 0.0]
    weights = weights[weights > 0.0]
    if not weights.size:
        return np.full(points.shape[0], np.nan)
    centre = (points * weights[:, np.newaxis]).sum(axis=1, keepdims=True) / weights.sum()
    places = ((points - centre) * np.sqrt(weights)[:, np.newaxis]).reshape(points.shape[0], -1)
    way = places[turn] - places[away]
    length = float(way @ way)
    done: Signal = (places - places[away]) @ way / length if length > 0.0 else np.full(points.shape[0], np.nan)
    return done


def _left_s(done: Signal, seconds: Signal) -> float:
    """When a tenth of the way is left to rest; from a turning point outwards to where the joints first stand still."""
    if done.size < 3:
        return float("nan")
    speed = np.abs(np.gradient(done, seconds))
    fastest = np.maximum.accumulate(speed)
    away = done[0] - done >= AWAY_SHARE * done[0]
    turns = np.append(np.diff(done) > 0.0, True)
    at_rest = np.flatnonzero(away & ((speed < STILL_SHARE * fastest) | turns))
    rest = int(at_rest[0]) if at_rest.size else done.size - 1
    level = done[rest] + REST_SHARE * (done[0] - done[rest])
    beyond = np.flatnonzero(done[: rest + 1] <= level)
    if not beyond.size or beyond[0] == 0:
        return float("nan")
    after = int(beyond[0])
    share = (level - done[after - 1]) / (done[after] - done[after - 1])
    return float(seconds[after - 1] + share * (seconds[after] - seconds[after - 1]))


def _vertex_s(done: Signal, seconds: Signal, turn: int) -> float:
    """Of the parabola through the turning point and its neighbours."""
    if not 0 < turn < done.size - 1:
        return float(seconds[turn])
    before, at, after = done[turn - 1 : turn + 2]
    bend = before - 2.0 * at + after
    shift = 0.5 * (before - after) / bend if bend < 0.0 else 0.0
    return float(seconds[turn] + shift * (seconds[turn + 1] - seconds[turn]))
