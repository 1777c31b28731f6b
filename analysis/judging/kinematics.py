"""How the repetitions and the set were moved: range of motion, tempo, velocity, sides, consistency, fatigue.

Range of motion, depth and tempo are those of the signal on which the exercise is counted, measured as the rules measure
it. Velocity is that of the end of the limb that works relative to its root (wrist to shoulder, hip or shoulder to
ankle), so that it is the speed of what is lifted, whether the weight moves or the body does; no other part of the
picture is needed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise
from analysis.judging.instants import Instants, instants_of
from analysis.judging.scoring import DEDUCTION
from analysis.kinematics import FixFirst, RepetitionKinematics, SetKinematics, Tempo
from analysis.motion.angles import ANGLE_JOINTS, SHOULDER_ELEVATION, Points, angles_of_positions, limb_angle
from analysis.motion.cycling import CYCLE_JOINTS, LEGS_APART, TRUNK_INCLINATION, cycle_angle
from analysis.motion.landmarks import SEEN_FROM, SIDES, Side, landmark
from analysis.motion.measures import Body, body_height_m
from analysis.motion.movement import COUNTING_HZ
from analysis.motion.signals import Signal, low_pass
from analysis.motion.view import FRONT, REAR, SIDE, view_of
from analysis.types import Repetition
from analysis.verdicts import JudgedRepetition

FIRST_WAY_IS_ECCENTRIC = {"descent": True, "lowering": True, "ascent": False, "lifting": False}
"""By the name of the way to the turning point; what else it is called (out, hold) has no such parts."""

MOVED_ENDS = {
    "elbow_flexion": ("shoulder", "wrist"),
    SHOULDER_ELEVATION: ("shoulder", "wrist"),
    "knee_flexion": ("ankle", "hip"),
    "hip_flexion": ("ankle", "shoulder"),
    TRUNK_INCLINATION: ("hip", "shoulder"),
    LEGS_APART: ("hip", "ankle"),
}
"""Root and end of what an exercise moves, by the angle that cycles."""

FEWEST_OF_A_SET = 3
"""Fewer repetitions show neither consistency nor fatigue."""


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
        repetitions: In order.
        signal_name: What they were counted on.
        signal: (frames,) its values as the rules measure them, which no side has to itself.
        unit: Of the signal.
        height_m: The person's height; velocities are in m/s then, else in body heights a second.
        in_picture: (frames,) where the rules read its angle in pixels; where it is seen from the side if None.
    """
    smooth = _smooth(body, signal_name, signal, in_picture)
    own = [smooth.get(repetition.side, smooth[None]) for repetition in repetitions]
    instants = instants_of(own, body.timestamps_s, repetitions)
    speeds = _speeds(body, signal_name)
    following = [*instants[1:], None][: len(instants)]
    return [
        _figures(body, exercise, repetition, at, after, speeds, unit, height_m, in_picture)
        for repetition, at, after in zip(repetitions, instants, following, strict=True)
    ]


def set_kinematics(repetitions: Sequence[JudgedRepetition]) -> SetKinematics:
    """Figures of the set; of fewer than three whole repetitions only what to fix first.

    Velocity loss is that of velocity-based training: how much slower the last repetition's mean velocity is than the
    fastest one's, in percent (Sanchez-Medina and Gonzalez-Badillo, Med Sci Sports Exerc 2011).
    """
    whole = [judged.kinematics for judged in repetitions if judged.kinematics and judged.repetition.complete]
    velocities = [one.mean_velocity for one in whole if one.mean_velocity is not None]
    loss = None
    if len(velocities) >= FEWEST_OF_A_SET and max(velocities) > 0.0:
        loss = 100.0 * (max(velocities) - velocities[-1]) / max(velocities)
    return SetKinematics(
        range_of_motion_cv_percent=_cv_percent([one.range_of_motion for one in whole]),
        tempo_cv_percent=_cv_percent([one.time_under_tension_s for one in whole]),
        velocity_loss_percent=loss,
        fix_first=_fix_first(repetitions),
    )


# --- a repetition -----------------------------------------------------------------------------------------------


def _figures(
    body: Body,
    exercise: Exercise,
    repetition: Repetition,
    at: Instants | None,
    after: Instants | None,
    speeds: dict[Side, Signal],
    unit: str,
    height_m: float | None,
    in_picture: NDArray[np.bool_] | None,
) -> RepetitionKinematics:
    eccentric_first = FIRST_WAY_IS_ECCENTRIC.get(exercise.phases[0])
    peak, mean = None, None
    if at is not None and eccentric_first is not None:
        way_s = (at.turn_to_s, at.offset_s) if eccentric_first else (at.onset_s, at.turn_from_s)
        if repetition.complete or not eccentric_first:
            peak, mean = _velocities(body, speeds, repetition.side, way_s, height_m or 1.0)
    return RepetitionKinematics(
        range_of_motion=None if at is None else at.range_of_motion,
        depth=None if at is None else at.turn,
        unit=unit,
        tempo=_tempo(repetition, at, after, eccentric_first=eccentric_first),
        time_under_tension_s=at.offset_s - at.onset_s if at is not None and repetition.complete else None,
        peak_velocity=peak,
        mean_velocity=mean,
        velocity_unit="body_height/s" if height_m is None else "m/s",
        left_right_difference_deg=_left_right_deg(body, exercise, repetition, in_picture),
    )


def _tempo(
    repetition: Repetition, at: Instants | None, after: Instants | None, *, eccentric_first: bool | None
) -> Tempo:
    if at is None:
        return Tempo(None, None, None, None)
    there, back = at.turn_from_s - at.onset_s, at.offset_s - at.turn_to_s if repetition.complete else None
    eccentric, concentric = {True: (there, back), False: (back, there), None: (None, None)}[eccentric_first]
    pause = max(after.onset_s - at.offset_s, 0.0) if after is not None and repetition.complete else None
    return Tempo(eccentric, at.turn_to_s - at.turn_from_s, concentric, pause)


def _velocities(
    body: Body, speeds: dict[Side, Signal], side: str | None, way_s: tuple[float, float], scale: float
) -> tuple[float | None, float | None]:
    """(highest, mean) speed on a way from one second to another; of the side that is seen better."""
    inside = np.flatnonzero((body.timestamps_s >= way_s[0]) & (body.timestamps_s <= way_s[1]))
    known = [speeds[one][inside] for one in speeds if side in (None, one)]
    known = [values for values in known if values.size > 1 and np.isfinite(values).all()]
    if not known:
        return None, None
    return scale * float(known[0].max()), scale * float(known[0].mean())


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


def _speeds(body: Body, name: str) -> dict[Side, Signal]:
    """(frames,) body heights a second of what is moved on each side, the better seen side first; NaN where unseen."""
    if name not in MOVED_ENDS:
        return {}
    seen = {
        side: float(body.visibility[:, [landmark(joint, side) for joint in MOVED_ENDS[name]]].sum()) for side in SIDES
    }
    ends = MOVED_ENDS[name]
    from_side = view_of(body.world)[0] == SIDE
    points = body.image if from_side else body.world
    height = body.height_px if from_side else np.full(body.timestamps_s.size, body_height_m(body.world))
    return {
        side: _speed(points, height, body.timestamps_s, landmark(ends[0], side), landmark(ends[1], side))
        for side in sorted(SIDES, key=lambda one: -seen[one])
    }


def _speed(points: Points, height: Signal, timestamps_s: Signal, root: int, end: int) -> Signal:
    if timestamps_s.size < 2:
        return np.full(timestamps_s.size, np.nan)
    way = (points[:, end] - points[:, root]) / height[:, np.newaxis]
    way = low_pass(way, timestamps_s, cutoff_hz=COUNTING_HZ)  # the noise of a joint is fast, what is lifted is not
    return np.asarray(np.linalg.norm(np.gradient(way, timestamps_s, axis=0), axis=1))


# --- the set ----------------------------------------------------------------------------------------------------


def _cv_percent(values: Sequence[float | None]) -> float | None:
    """Coefficient of variation: standard deviation over mean."""
    known = np.array([value for value in values if value is not None])
    if known.size < FEWEST_OF_A_SET or not known.mean() > 0.0:
        return None
    return float(100.0 * known.std(ddof=1) / known.mean())


def _fix_first(repetitions: Sequence[JudgedRepetition]) -> FixFirst | None:
    """The rule whose breaks took most points; of equal ones the one that is broken further."""
    broken: dict[str, list[float]] = {}
    faults = {}
    for judged in repetitions:
        for fault in judged.faults:
            excess = abs(fault.measured - fault.limit) / max(abs(fault.limit), 0.1)
            broken.setdefault(fault.code, []).append(excess)
            faults[fault.code] = fault
    if not broken:
        return None

    def cost(code: str) -> tuple[float, float]:
        return DEDUCTION[faults[code].severity] * len(broken[code]), max(broken[code])

    worst = max(broken, key=cost)
    fault = faults[worst]
    return FixFirst(worst, str(fault.severity), len(broken[worst]), cost(worst)[0])
