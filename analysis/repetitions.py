"""Repetitions of a known exercise: where its joint angle leaves rest, turns, and comes back.

The angle is measured in the model's metres, where a limb that comes towards the camera keeps its angle, over whichever sides
are seen. Movements that are no repetitions (walking in, getting down, re-racking) are told by size, duration and posture.
"""

from dataclasses import dataclass

import numpy as np

from analysis.angles import limb_angle, middle
from analysis.exercise import Cycle, Exercise, Limbs, Posture
from analysis.landmarks import SIDES, Landmark, Side, landmark
from analysis.measures import Body, trunk_inclination_deg
from analysis.signals import Signal, fill_gaps, low_pass
from analysis.swings import SHARE_OF_TYPICAL_SWING, Swing, swings, typical_swing
from analysis.types import Repetition
from analysis.view import forward

COUNTING_HZ = 4.0
"""Cut-off for counting: the fastest repetitions of the given clips and of RepCount come twice a second."""

REST_SHARE = 0.1
"""A repetition starts when a tenth of its way is done, and ends with the last tenth."""

TURN_SEEN_SHARE = 0.1
"""At the end of a clip a turning point is inside when the signal has come back from it by a tenth of its rise."""

UPRIGHT_UP_TO_DEG = 70.0
LYING_FROM_DEG = 45.0


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted.

    Attributes:
        repetitions: In order of their turning points.
        signal_name: What was counted on.
        signal: (frames,) its values, NaN where unseen.
        signal_unit: `deg` or `body_height`.
        warnings: What a reader should know of the count, in English.
    """

    repetitions: tuple[Repetition, ...]
    signal_name: str
    signal: Signal
    signal_unit: str
    warnings: tuple[str, ...] = ()


def count_repetitions(body: Body, exercise: Exercise, cycle: Cycle) -> Count:
    """The repetitions of `exercise` in a cleaned track."""
    signals = _signals(body, cycle)
    candidates = [
        (swing, side, signal) for side, signal in signals for swing in _attempts(signal, body.timestamps_s, cycle)
    ]
    in_posture = [candidate for candidate in candidates if _holds(body, exercise.posture, candidate[0].peak)]
    warnings = ()
    if candidates and not in_posture:
        warnings = (
            f"The trunk was never seen {exercise.posture}, as in a {exercise.title.lower()}: the camera may hang above.",
        )
    chosen = sorted(in_posture or candidates, key=lambda candidate: candidate[0].peak)
    repetitions = tuple(
        _repetition(number, swing, signal, side or _working_side(body, cycle, swing))
        for number, (swing, side, signal) in enumerate(chosen, start=1)
    )
    shown = signals[0][1] if len(signals) == 1 else np.fmax(signals[0][1], signals[1][1])
    return Count(repetitions, cycle.angle, shown, "deg", warnings)


def _signals(body: Body, cycle: Cycle) -> list[tuple[Side | None, Signal]]:
    """One signal for both sides, or one for each where they work in turn."""
    sides = {side: limb_angle(body.world, cycle.angle, side) for side in SIDES}
    if cycle.limbs is Limbs.ONE_OR_BOTH and not _move_together(sides["left"], sides["right"]):
        return [(side, _for_counting(signal, body.timestamps_s)) for side, signal in sides.items()]
    weights = {side: _visibility(body, cycle, side) ** 2 + 1e-6 for side in SIDES}
    both = (sides["left"] * weights["left"] + sides["right"] * weights["right"]) / (weights["left"] + weights["right"])
    return [(None, _for_counting(both, body.timestamps_s))]


def _for_counting(signal: Signal, timestamps_s: Signal) -> Signal:
    return low_pass(fill_gaps(signal, timestamps_s), timestamps_s, cutoff_hz=COUNTING_HZ)


def _move_together(left: Signal, right: Signal) -> bool:
    both = np.isfinite(left) & np.isfinite(right)
    if both.sum() < 3 or np.ptp(left[both]) == 0 or np.ptp(right[both]) == 0:
        return True
    return float(np.corrcoef(left[both], right[both])[0, 1]) > 0.0


def _visibility(body: Body, cycle: Cycle, side: Side) -> Signal:
    """(frames,) visibility of the limb, over about a second, so that the weights do not jump."""
    from analysis.angles import ANGLE_JOINTS

    seen = np.min([body.visibility[:, landmark(joint, side)] for joint in ANGLE_JOINTS[cycle.angle]], axis=0)
    return np.clip(low_pass(seen, body.timestamps_s, cutoff_hz=0.5), 0.0, 1.0)


def _attempts(signal: Signal, timestamps_s: Signal, cycle: Cycle) -> list[Swing]:
    """Swings of the right size and duration, in frames."""
    frames = np.flatnonzero(np.isfinite(signal))
    if frames.size < 3:
        return []
    upwards = signal[frames] if cycle.rising else -signal[frames]
    typical = typical_swing(swings(upwards, smallest=cycle.minimum_range_deg))
    smallest = max(cycle.minimum_range_deg, SHARE_OF_TYPICAL_SWING * typical)
    effort = cycle.effort_deg if cycle.rising else -cycle.effort_deg
    found = []
    for swing in swings(upwards, smallest=smallest):
        in_frames = Swing(
            *(int(frames[sample]) for sample in (swing.before, swing.peak, swing.after)), swing.rise, swing.fall
        )
        start, end = _extent(in_frames, signal)
        duration_s = timestamps_s[end - 1] - timestamps_s[start]
        if (
            upwards[swing.peak] >= effort
            and swing.fall >= TURN_SEEN_SHARE * swing.rise
            and cycle.shortest_s <= duration_s <= cycle.longest_s
        ):
            found.append(in_frames)
    return found


def _extent(swing: Swing, signal: Signal) -> tuple[int, int]:
    """Half-open frame range from leaving rest to being back."""
    peak, before, after = signal[swing.peak], signal[swing.before], signal[swing.after]
    way_there = np.abs(signal[swing.before : swing.peak + 1] - before) <= REST_SHARE * abs(peak - before)
    way_back = np.abs(signal[swing.peak : swing.after + 1] - after) <= REST_SHARE * abs(peak - after)
    start = swing.before + int(np.flatnonzero(way_there)[-1])
    end = swing.peak + int(np.flatnonzero(way_back)[0]) + 1
    return start, end


def _repetition(number: int, swing: Swing, signal: Signal, side: Side | None) -> Repetition:
    start, end = _extent(swing, signal)
    return Repetition(number, start, swing.peak, end, swing.fall >= SHARE_OF_TYPICAL_SWING * swing.rise, side)


def _working_side(body: Body, cycle: Cycle, swing: Swing) -> Side | None:
    """The front leg is the one whose hip is bent more at the turning point."""
    if cycle.limbs is not Limbs.FRONT_LEG:
        return None
    bent = {side: float(limb_angle(body.world, "hip_flexion", side)[swing.peak]) for side in SIDES}
    return "left" if bent["left"] >= bent["right"] else "right"


def _holds(body: Body, posture: Posture, frame: int) -> bool:
    """Whether the trunk is held so in a frame; what cannot be seen is not held against the repetition."""
    world = body.world[frame : frame + 1]
    inclination = float(trunk_inclination_deg(world)[0])
    chest_down = float(forward(world)[0, 1])
    hands_over_shoulders = float(middle(world, "shoulder")[0, 1] - middle(world, "wrist")[0, 1])
    return {
        Posture.ANY: True,
        Posture.UPRIGHT: not inclination > UPRIGHT_UP_TO_DEG,
        Posture.PRONE: not inclination < LYING_FROM_DEG and not chest_down < 0.0,
        Posture.SUPINE: not inclination < LYING_FROM_DEG and not chest_down > 0.0,
        Posture.HANGING: not inclination > UPRIGHT_UP_TO_DEG and not hands_over_shoulders < 0.0,
    }[posture]
