"""The four instants between which a repetition's parts lie, from the speed of its signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.motion.signals import Signal
from analysis.types import Repetition

STILL_SHARE = 0.1
"""Slower than this share of the repetition's highest speed is still. A share of the peak speed is the usual criterion
of movement onset (5 %: Teasdale et al., J Mot Behav 1993); twice that, for the noise of the pose."""

LONGEST_REST_S = 1.0
"""So long before and after a repetition its position of rest is looked for; further away stands the set-up."""


@dataclass(frozen=True, slots=True)
class Instants:
    """When a repetition moves and when it is still, and how far it goes.

    Attributes:
        onset_s: It leaves rest.
        turn_from_s: It comes to the turning point.
        turn_to_s: It leaves the turning point.
        offset_s: It is back at rest.
        rest: Value of the signal at rest, the further one of both sides.
        turn: Value at the turning point.
    """

    onset_s: float
    turn_from_s: float
    turn_to_s: float
    offset_s: float
    rest: float
    turn: float

    @property
    def range_of_motion(self) -> float:
        """From rest to the turning point, in the signal's unit."""
        return abs(self.turn - self.rest)


def instants_of(
    signals: Sequence[Signal], timestamps_s: Signal, repetitions: Sequence[Repetition]
) -> list[Instants | None]:
    """The instants of each repetition in its own (frames,) signal; None where a part of it was not seen."""
    edges = [0, *((one.end + other.start) // 2 for one, other in pairwise(repetitions)), timestamps_s.size]
    found = []
    for number, (signal, repetition) in enumerate(zip(signals, repetitions, strict=True)):
        first, end = _around(signal, timestamps_s, repetition, edges[number], edges[number + 1])
        inside = slice(first, end)
        moved = Repetition(0, repetition.start - first, repetition.turn - first, repetition.end - first, complete=True)
        seen = bool(np.isfinite(signal[repetition.start : repetition.end]).all())
        found.append(_instants(signal[inside], timestamps_s[inside], moved) if seen and end - first > 2 else None)
    return found


def _around(
    signal: Signal, timestamps_s: Signal, repetition: Repetition, earliest: int, latest: int
) -> tuple[int, int]:
    """Half-open frames of a repetition with the rest on both sides, without a gap."""
    first = min(earliest, repetition.start)
    while first < repetition.start and timestamps_s[repetition.start] - timestamps_s[first] > LONGEST_REST_S:
        first += 1
    end, last = max(latest, repetition.end), repetition.end - 1
    while end > repetition.end and timestamps_s[end - 1] - timestamps_s[last] > LONGEST_REST_S:
        end -= 1
    unseen = np.flatnonzero(~np.isfinite(signal[first : repetition.start]))
    first += int(unseen[-1]) + 1 if unseen.size else 0
    unseen = np.flatnonzero(~np.isfinite(signal[repetition.end : end]))
    return first, repetition.end + int(unseen[0]) if unseen.size else end


def _instants(signal: Signal, timestamps_s: Signal, repetition: Repetition) -> Instants | None:
    """As `instants_of`, of a signal that begins and ends with the rest around the repetition."""
    inside = signal[repetition.start : repetition.end]
    ends = (inside[0] + inside[-1]) / 2.0
    rising = signal[repetition.turn] >= ends if repetition.turn < signal.size else True
    towards = signal if rising else -signal
    turn = repetition.start + int(np.argmax(towards[repetition.start : repetition.end]))
    speed = np.abs(np.gradient(signal, timestamps_s))
    still = STILL_SHARE * float(speed[repetition.start : repetition.end].max())
    if still == 0.0:
        return None
    rest = float(towards.min())
    # who rises fast and then waits is stillest beside the highest frame; who never is turns without a pause
    stillest = max(turn - 1, 0) + int(np.argmin(speed[max(turn - 1, 0) : turn + 2]))
    from_s = to_s = float(timestamps_s[turn])
    if speed[stillest] <= still:
        from_s, to_s = (_until_moving(speed, timestamps_s, stillest, step, still) for step in (-1, 1))
    return Instants(
        onset_s=_until_still(speed, timestamps_s, repetition.start, -1, still),
        turn_from_s=from_s,
        turn_to_s=to_s,
        offset_s=_until_still(speed, timestamps_s, repetition.end - 1, 1, still),
        rest=rest if rising else -rest,
        turn=float(signal[turn]),
    )


def _until_still(speed: Signal, timestamps_s: Signal, frame: int, step: int, still: float) -> float:
    while 0 <= frame + step < speed.size and speed[frame] > still:
        frame += step
    return _crossing_s(speed, timestamps_s, frame - step, frame, still)


def _until_moving(speed: Signal, timestamps_s: Signal, frame: int, step: int, still: float) -> float:
    while 0 <= frame + step < speed.size and speed[frame] <= still:
        frame += step
    return _crossing_s(speed, timestamps_s, frame - step, frame, still)


def _crossing_s(speed: Signal, timestamps_s: Signal, before: int, after: int, still: float) -> float:
    """When the speed passes `still` between two neighbouring frames; the later one where it does not."""
    if not 0 <= before < speed.size or (speed[before] > still) == (speed[after] > still):
        return float(timestamps_s[after])
    share = (still - speed[before]) / (speed[after] - speed[before])
    return float(timestamps_s[before] + share * (timestamps_s[after] - timestamps_s[before]))
