"""How the repetitions were moved: range of motion, tempo, velocity, sides.

Range of motion, depth and tempo are those of the signal on which the exercise is counted, measured as the rules measure
it. From elsewhere than they want the camera that is in the model's metres: these understate elbows, hips and knees by a
third or more, which are not told then, and the tempo is that of all joints in the picture.

Velocity is that of the end of the limb that works relative to its root (wrist to shoulder, hip or shoulder to ankle),
so that it is the speed of what is lifted, whether the weight moves or the body does; no other part of the picture is
needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise
from analysis.judging.instants import Instants, instants_of
from analysis.judging.picture_clock import share_done
from analysis.kinematics import RepetitionKinematics, Tempo
from analysis.motion.angles import (
    ANGLE_JOINTS,
    FLEXIONS,
    SHOULDER_ELEVATION,
    Points,
    angles_of_positions,
    limb_angle,
    seen_from_side,
)
from analysis.motion.cycling import CYCLE_JOINTS, LEGS_APART, TRUNK_INCLINATION, cycle_angle
from analysis.motion.landmarks import SEEN_FROM, SIDES, Side, landmark
from analysis.motion.measures import DEGREES, Body, body_height_m
from analysis.motion.movement import COUNTING_HZ
from analysis.motion.signals import Signal, low_pass
from analysis.motion.view import FRONT, REAR, SIDE, view_of
from analysis.types import Repetition

FIRST_WAY_IS_ECCENTRIC = {"descent": True, "lowering": True, "ascent": False, "lifting": False}
"""By the name of the way to the turning point; what else it is called (out, hold) has no such parts."""

MOVED_ENDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "elbow_flexion": ("shoulder", ("wrist",)),
    SHOULDER_ELEVATION: ("shoulder", ("wrist",)),
    "knee_flexion": ("ankle", ("hip",)),
    "hip_flexion": ("ankle", ("shoulder", "hip")),  # a bridge lifts the hips, and the shoulders stay on the floor
    TRUNK_INCLINATION: ("hip", ("shoulder",)),
    LEGS_APART: ("hip", ("ankle",)),
}
"""Root and end of what an exercise moves, by the angle that cycles; of several ends, the one that goes furthest."""


def kinematics_of(
    body: Body,
    exercise: Exercise,
    repetitions: Sequence[Repetition],
    signal_name: str,
    signal: Signal,
    unit: str,
    *,
    height_m: float | None = None,
    in_picture: NDArray[np.bool_] | None = None,
) -> list[RepetitionKinematics]:
    """Figures of each repetition; what cannot be known is None.

    Args:
        body: The person.
        exercise: What was counted.
        repetitions: In order, without rest at their ends.
        signal_name: What they were counted on.
        signal: (frames,) its values as the rules measure them, which no side has to itself.
        unit: Of the signal.
        height_m: The person's height; velocities are in m/s then, else in body heights a second.
        in_picture: (frames,) where the rules read its angle in pixels; where it is seen from the side if None.
    """
    smooth = _smooth(body, signal_name, signal, in_picture)
    own = [smooth.get(repetition.side, smooth[None]) for repetition in repetitions]
    in_metres = ~(seen_from_side(body.world) if in_picture is None else in_picture)
    elsewhere = [unit == DEGREES and bool(in_metres[one.start : one.end].any()) for one in repetitions]
    read = _read(body, own, repetitions, elsewhere)
    moved = _moved(body, signal_name, repetitions)
    following = [*(one.timed for one in read[1:]), None][: len(read)]
    return [
        RepetitionKinematics(
            range_of_motion=None if one.angle is None or one.is_understated(signal_name) else one.angle.range_of_motion,
            depth=None if one.angle is None or one.is_understated(signal_name) or unit != DEGREES else one.angle.turn,
            unit=unit,
            tempo=_tempo(body, exercise, one, after),
            time_under_tension_s=_time_under_tension_s(one),
            peak_velocity=velocity[0],
            mean_velocity=velocity[1],
            velocity_unit="body_height/s" if height_m is None else "m/s",
            left_right_difference_deg=_left_right_deg(body, exercise, one.repetition, in_picture),
            start_s=one.timed.onset_s if one.timed is not None and one.there else None,
            end_s=one.timed.offset_s if one.timed is not None and one.back else None,
        )
        for one, after in zip(read, following, strict=True)
        for velocity in [_velocities(body, exercise, one, moved, height_m or 1.0)]
    ]


# --- a repetition -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """A repetition as its figures are read.

    Attributes:
        repetition: As counted.
        there: Whether the way to the turning point is in the clip; of one that is cut off, the further way is.
        back: Whether the way back is.
        in_metres: Whether the angle was read in the model's metres, from elsewhere than the rules want the camera.
        angle: What the angle says; None where a part of it was not seen.
        timed: When it moves: as the picture tells where the angle is in metres, else as the angle does.
    """

    repetition: Repetition
    there: bool
    back: bool
    in_metres: bool
    angle: Instants | None
    timed: Instants | None

    def is_understated(self, signal_name: str) -> bool:
        """Whether the angle is one that the model's metres understate when it is large."""
        return self.in_metres and signal_name in FLEXIONS


def _read(
    body: Body, own: Sequence[Signal], repetitions: Sequence[Repetition], elsewhere: Sequence[bool]
) -> list[_Read]:
    """Metres let an angle jump that turns along the line of sight; where joints are in the picture tells the time."""
    times = body.timestamps_s
    angles = instants_of(own, times, repetitions)
    ways = [_ways_seen(signal, one) for signal, one in zip(own, repetitions, strict=True)]
    clocks = [
        low_pass(share_done(body, one, there=there, back=back), times, cutoff_hz=COUNTING_HZ) if asked else signal
        for signal, one, (there, back), asked in zip(own, repetitions, ways, elsewhere, strict=True)
    ]
    timed = instants_of(clocks, times, repetitions) if any(elsewhere) else angles
    return [
        _Read(one, *way, asked, angle, clock or angle)
        for one, way, asked, angle, clock in zip(repetitions, ways, elsewhere, angles, timed, strict=True)
    ]


def _ways_seen(signal: Signal, repetition: Repetition) -> tuple[bool, bool]:
    if repetition.complete:
        return True, True
    start, turn, last = signal[[repetition.start, repetition.turn, repetition.end - 1]]
    there = bool(abs(turn - start) >= abs(turn - last))
    return there, not there


def _tempo(body: Body, exercise: Exercise, one: _Read, after: Instants | None) -> Tempo:
    """The parts that lie in the clip; a pause that lasts to its end, or from its start, may have been longer."""
    at = one.timed
    if at is None:
        return Tempo(None, None, None, None)
    there = at.turn_from_s - at.onset_s if one.there else None
    back = at.offset_s - at.turn_to_s if one.back else None
    ways = {True: (there, back), False: (back, there), None: (None, None)}
    eccentric, concentric = ways[FIRST_WAY_IS_ECCENTRIC.get(exercise.phases[0])]
    turned = at.turn_from_s > body.timestamps_s[0] and at.turn_to_s < body.timestamps_s[-1]
    pause = max(after.onset_s - at.offset_s, 0.0) if after is not None and one.back else None
    return Tempo(eccentric, at.turn_to_s - at.turn_from_s if turned else None, concentric, pause)


def _time_under_tension_s(one: _Read) -> float | None:
    return one.timed.offset_s - one.timed.onset_s if one.timed is not None and one.repetition.complete else None


def _velocities(
    body: Body, exercise: Exercise, one: _Read, moved: "_Moved", scale: float
) -> tuple[float | None, float | None]:
    """(highest, mean) speed of the concentric way; of the side that is seen better."""
    eccentric_first = FIRST_WAY_IS_ECCENTRIC.get(exercise.phases[0])
    at = one.timed
    if at is None or eccentric_first is None or not (one.back if eccentric_first else one.there):
        return None, None
    first_s, last_s = (at.turn_to_s, at.offset_s) if eccentric_first else (at.onset_s, at.turn_from_s)
    times = body.timestamps_s
    first, last = int(np.searchsorted(times, first_s, side="right")) - 1, int(np.searchsorted(times, last_s))
    way = slice(max(first, 0), last + 1)
    sides = [side for side in moved.places if one.repetition.side in (None, side)]
    known = [side for side in sides if np.isfinite(moved.places[side][way]).all()]
    if last - first < 2 or not known:
        return None, None
    scale /= float(np.nanmedian(moved.height[one.repetition.start : one.repetition.end]))
    steps = np.linalg.norm(np.diff(moved.places[known[0]][way], axis=0), axis=1)
    gone = np.interp((first_s, last_s), times[way], np.append(0.0, np.cumsum(steps)))
    mean = scale * float(gone[1] - gone[0]) / (last_s - first_s)
    peak = scale * float(np.nanmax(moved.speeds[known[0]][way]))
    # a jump of the model's depth is fast: from elsewhere, drawn peaks are 30 % too high in the median, many twice so
    return None if one.in_metres else peak, mean


def _left_right_deg(
    body: Body, exercise: Exercise, repetition: Repetition, in_picture: NDArray[np.bool_] | None
) -> float | None:
    """Range of motion of the left side less that of the right, from the front or rear.

    The far side hides from the side, and obliquely the nearer one is measured otherwise: of drawn bodies, nearly all
    of which move both alike, it differs by 10 degrees there in the median and by 23 in one of ten (front: 6 and 12).
    """
    angle = exercise.cycle.angle if exercise.cycle is not None else ""
    frames = slice(repetition.start, repetition.end)
    if angle not in ANGLE_JOINTS or repetition.side is not None or view_of(body.world, frames)[0] not in (FRONT, REAR):
        return None
    part = body.part(frames)
    positions = part.image if in_picture is not None and in_picture[frames].all() else part.world
    ranges = []
    for side in SIDES:
        joints = [landmark(joint, side) for joint in ANGLE_JOINTS[angle]]
        seen = part.inside[:, joints] & (part.visibility[:, joints] >= SEEN_FROM)
        values = limb_angle(positions, angle, side)
        if not seen.all(axis=1).mean() >= 0.5 or not np.isfinite(values).all():
            return None
        ranges.append(float(np.ptp(values)))
    return ranges[0] - ranges[1]


# --- signals ----------------------------------------------------------------------------------------------------


def _smooth(body: Body, name: str, signal: Signal, in_picture: NDArray[np.bool_] | None) -> dict[str | None, Signal]:
    """The signal without what is too fast for a repetition, for both sides together (None) and for each."""
    found: dict[str | None, Signal] = {None: signal}
    if name in ANGLE_JOINTS:
        angles = angles_of_positions(body.image, body.world, body.timestamps_s, in_picture=in_picture)
        found |= {side: angles[f"{side}_{name}"] for side in SIDES}
    elif name in CYCLE_JOINTS:
        found[None] = cycle_angle(body.world, name, "left")
    return {side: low_pass(values, body.timestamps_s, cutoff_hz=COUNTING_HZ) for side, values in found.items()}


@dataclass(frozen=True, slots=True)
class _Moved:
    """What the exercise moves.

    Attributes:
        places: By side, the better seen one first: (frames, axes) of the limb's end from its root; NaN where unseen.
        speeds: By side: (frames,) how much of that a second.
        height: (frames,) body height in the same unit. How large the model sees somebody depends on the posture, though
            nobody comes nearer in a repetition: of a drawn deadlift that would be 6 % of the speed. So each has one.
    """

    places: dict[Side, Points]
    speeds: dict[Side, Signal]
    height: Signal


def _moved(body: Body, name: str, repetitions: Sequence[Repetition]) -> _Moved:
    """By the angle that cycles; nothing where it is unknown what that moves."""
    from_side = view_of(body.world)[0] == SIDE
    points = body.image if from_side else body.world
    height = body.height_px if from_side else np.full(body.timestamps_s.size, body_height_m(body.world))
    if name not in MOVED_ENDS:
        return _Moved({}, {}, height)
    root, ends = MOVED_ENDS[name]
    ways = {end: {side: _way(points, body.timestamps_s, root, end, side) for side in SIDES} for end in ends}
    end = max(ends, key=lambda one: _reach(list(ways[one].values()), repetitions))
    seen = {side: float(body.visibility[:, [landmark(joint, side) for joint in (root, end)]].sum()) for side in SIDES}
    places = {side: ways[end][side] for side in sorted(SIDES, key=lambda one: -seen[one])}
    return _Moved(places, {side: _speed(place, body.timestamps_s) for side, place in places.items()}, height)


def _way(points: Points, timestamps_s: Signal, root: str, end: str, side: Side) -> Points:
    """(frames, axes) of the end from the root, smooth."""
    way = points[:, landmark(end, side)] - points[:, landmark(root, side)]
    return low_pass(way, timestamps_s, cutoff_hz=COUNTING_HZ)  # the noise of a joint is fast, what is lifted is not


def _reach(ways: Sequence[Points], repetitions: Sequence[Repetition]) -> float:
    """How far these go in repetitions, together; frames in which they are not seen say nothing."""
    inside = [way[one.start : one.end] for way in ways for one in repetitions]
    seen = [part[np.isfinite(part).all(axis=1)] for part in inside]
    return sum(float(np.linalg.norm(np.ptp(part, axis=0))) for part in seen if part.size)


def _speed(way: Points, timestamps_s: Signal) -> Signal:
    if timestamps_s.size < 2:
        return np.full(timestamps_s.size, np.nan)
    return np.asarray(np.linalg.norm(np.gradient(way, timestamps_s, axis=0), axis=1))
