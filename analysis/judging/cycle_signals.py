"""The angle on which an exercise is counted, as a signal: of both limbs together, or of each by itself."""

from dataclasses import dataclass, field

import numpy as np

from analysis.judging.exercise import Cycle, Limbs
from analysis.motion.angles import limb_angle
from analysis.motion.cycling import BODY_ANGLES, CYCLE_JOINTS, cycle_angle
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import Body
from analysis.motion.movement import COUNTING_HZ
from analysis.motion.signals import Signal, fill_gaps, low_pass

TOGETHER_FROM = 0.5
"""Correlation of left and right from which on both limbs make one movement: 0.8 and more when they do, 0 when one
rests."""

FEWEST_FRAMES = 5
"""Fewer frames do not show whether both sides move together."""


CycleSignals = list[tuple[Side | None, Signal]]
"""(frames,) smoothed degrees, NaN where unseen: one signal, or one for each side where they take turns."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What a body can be counted on, worked out once: many exercises share an angle.

    Attributes:
        body: Whose.
    """

    body: Body
    _known: dict[tuple[str, Limbs], CycleSignals] = field(default_factory=dict, init=False, repr=False)

    def of(self, cycle: Cycle) -> CycleSignals:
        """The signals of a cycle; not to be written to."""
        asked = cycle.angle, cycle.limbs
        if asked not in self._known:
            self._known[asked] = _signals_of(self.body, cycle)
        return self._known[asked]


def _signals_of(body: Body, cycle: Cycle) -> CycleSignals:
    if cycle.angle in BODY_ANGLES:
        return [(None, _for_counting(cycle_angle(body.world, cycle.angle, "left"), body.timestamps_s))]
    sides = {side: limb_angle(body.world, cycle.angle, side) for side in SIDES}
    alone = cycle.limbs is Limbs.ONE_OR_BOTH and not _move_together(sides["left"], sides["right"])
    if alone or cycle.limbs is Limbs.IN_TURN:
        return [(side, _for_counting(signal, body.timestamps_s)) for side, signal in sides.items()]
    weights = {side: _visibility(body, cycle, side) ** 2 + 1e-6 for side in SIDES}
    both = (sides["left"] * weights["left"] + sides["right"] * weights["right"]) / (weights["left"] + weights["right"])
    return [(None, _for_counting(both, body.timestamps_s))]


def _for_counting(signal: Signal, timestamps_s: Signal) -> Signal:
    return low_pass(fill_gaps(signal, timestamps_s), timestamps_s, cutoff_hz=COUNTING_HZ)


def _move_together(left: Signal, right: Signal) -> bool:
    both = np.isfinite(left) & np.isfinite(right)
    if both.sum() < FEWEST_FRAMES:
        return True
    if np.ptp(left[both]) == 0.0 or np.ptp(right[both]) == 0.0:
        return False
    return float(np.corrcoef(left[both], right[both])[0, 1]) > TOGETHER_FROM


def _visibility(body: Body, cycle: Cycle, side: Side) -> Signal:
    """(frames,) visibility of the limb's most hidden joint, over two seconds, so that the weights do not jump."""
    seen = np.min([body.visibility[:, landmark(joint, side)] for joint in CYCLE_JOINTS[cycle.angle]], axis=0)
    return np.clip(low_pass(seen, body.timestamps_s, cutoff_hz=0.5), 0.0, 1.0)
