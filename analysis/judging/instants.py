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

SWAYS_FOR_S = 0.3
"""At the turning point, what gets no further for so long than one who is still would is swaying on the spot."""

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
    moves = _Speed(speed, timestamps_s, still)
    from_s, to_s = (moves.leaves_s(towards, turn, step) for step in (-1, 1))
    if from_s > to_s:  # it turns without a pause
        from_s = to_s = (from_s + to_s) / 2.0
    return Instants(
        onset_s=moves.rests_s(repetition.start, -1),
        turn_from_s=from_s,
        turn_to_s=to_s,
        offset_s=moves.rests_s(repetition.end - 1, 1),
        rest=rest if rising else -rest,
        turn=float(signal[turn]),
    )


@dataclass(frozen=True, slots=True)
class _Speed:
    """How fast a signal changes, and when that begins and ends.

    What begins or ends smoothly is slow for a while: of a cosine, 3 % of the way's time lie beyond where it is slower
    than a tenth of its highest speed. So the moment is told at which the speed, going on as it does between a tenth and
    two, is 0.

    Attributes:
        speed: (frames,) of the signal, without sign.
        timestamps_s: (frames,).
        still: Slower than this is still.
    """

    speed: Signal
    timestamps_s: Signal
    still: float

    def rests_s(self, frame: int, step: int) -> float:
        """When what moves in this frame comes to rest, time going in steps of +1, or has left rest (-1)."""
        while self._is_inside(frame + step) and self.speed[frame] > self.still:
            frame += step
        stillest = frame
        while self._is_inside(stillest + step) and self.speed[stillest + step] < self.speed[stillest]:
            stillest += step
        slow_s = self._crossing_s(frame - step, frame, self.still)
        began_s = self._extrapolated_s(slow_s, frame, -step)
        # not beyond where it is stillest
        return step * min(step * began_s, max(step * float(self.timestamps_s[stillest]), step * slow_s))

    def leaves_s(self, towards: Signal, turn: int, step: int) -> float:
        """When what is at its turning point leaves it (+1), or has come to it (-1).

        Args:
            towards: (frames,) the signal, highest at the turning point.
            turn: Its frame.
            step: Which way time goes.
        """
        frame = turn
        while self._is_inside(frame + step) and not self._goes_on(towards, frame, step):
            frame += step
        if frame == turn:
            return float(self.timestamps_s[turn])
        return self._extrapolated_s(self._crossing_s(frame - step, frame, self.still), frame, step)

    def _goes_on(self, towards: Signal, frame: int, step: int) -> bool:
        """Whether it moves away, and that is no swaying on the spot."""
        if self.speed[frame] <= self.still or towards[frame + step] > towards[frame]:
            return False
        at_s = self.timestamps_s[frame]
        first, end = np.searchsorted(self.timestamps_s, sorted((at_s, at_s + step * SWAYS_FOR_S)), side="left")
        gone = towards[frame] - towards[first : end + 1].min()
        return bool(gone > self.still * SWAYS_FOR_S)

    def _extrapolated_s(self, slow_s: float, frame: int, step: int) -> float:
        """When the speed is 0 that passes a tenth at `slow_s` and two tenths in one of the frames from here on."""
        while self._is_inside(frame) and self.speed[frame] <= 2.0 * self.still:
            frame += step
        if not self._is_inside(frame):
            return slow_s
        return 2.0 * slow_s - self._crossing_s(frame - step, frame, 2.0 * self.still)

    def _crossing_s(self, before: int, after: int, level: float) -> float:
        """When the speed passes a level between two neighbouring frames; the later one where it does not."""
        if not self._is_inside(before) or (self.speed[before] > level) == (self.speed[after] > level):
            return float(self.timestamps_s[after])
        share = (level - self.speed[before]) / (self.speed[after] - self.speed[before])
        return float(self.timestamps_s[before] + share * (self.timestamps_s[after] - self.timestamps_s[before]))

    def _is_inside(self, frame: int) -> bool:
        return 0 <= frame < self.speed.size
