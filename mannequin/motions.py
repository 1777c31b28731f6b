"""One pose for each exercise and each value of its leading joint angle, seen from the side.

Every motion is a function from the leading angle to a figure, so that the drawn angle is the true one by construction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from mannequin.figure import (
    ANKLE_HEIGHT,
    FOOT,
    FOREARM,
    HAND,
    NECK_TO_HEAD,
    SHANK,
    THIGH,
    TRUNK,
    UPPER_ARM,
    Arm,
    Figure,
    Leg,
    Point,
    along,
    bend,
    crossing,
    direction_of,
    reach,
)

FAR_SHIFT = (0.035, 0.012)
"""Where the far side shows beside the near one, metres: the camera stands a little in front and above."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How one exercise is drawn.

    Attributes:
        name: Canonical name of the exercise.
        angle: The leading angle, one of `Figure.angles`.
        rest_deg: Leading angle between the repetitions.
        turn_deg: Leading angle at the turning point, unless the clip asks for another.
        pose: From the leading angle and an extra lean of the trunk, both in degrees, to the figure.
        prop: What the figure holds or lies on: `barbell`, `dumbbell`, `bar`, `bench` or nothing.
    """

    name: str
    angle: str
    rest_deg: float
    turn_deg: float
    pose: Callable[[float, float], Figure]
    prop: str = ""


def _flat_foot(ankle: Point) -> tuple[Point, Point]:
    """Heel and toe of a foot that stands on the floor below `ankle`."""
    heel = (ankle[0] - 0.27 * FOOT, ankle[1] - ANKLE_HEIGHT)
    return heel, (heel[0] + FOOT, heel[1])


def _shifted(point: Point) -> Point:
    return point[0] + FAR_SHIFT[0], point[1] + FAR_SHIFT[1]


def _far_leg(leg: Leg) -> Leg:
    return Leg(*(_shifted(point) for point in (leg.hip, leg.knee, leg.ankle, leg.heel, leg.toe)))


def _far_arm(arm: Arm) -> Arm:
    return Arm(*(_shifted(point) for point in (arm.shoulder, arm.elbow, arm.wrist, arm.fingers)))


def _arm(shoulder: Point, elevation_from_down: float, elbow_flexion: float) -> Arm:
    """An arm raised forward by `elevation_from_down` from hanging, bent at the elbow."""
    upper = 180.0 - elevation_from_down
    elbow = along(shoulder, upper, UPPER_ARM)
    wrist = along(elbow, upper - elbow_flexion, FOREARM)
    return Arm(shoulder, elbow, wrist, along(wrist, upper - elbow_flexion, HAND))


def _reaching_arm(shoulder: Point, wrist: Point, *, towards: float, fingers: float | None = None) -> Arm:
    """An arm whose hand is fixed at `wrist`, elbow bent `towards` a direction."""
    elbow = bend(shoulder, wrist, UPPER_ARM, FOREARM, towards=towards)
    heading = direction_of(elbow, wrist) if fingers is None else fingers
    return Arm(shoulder, elbow, wrist, along(wrist, heading, HAND))


def _figure(leg: Leg, arm: Arm, neck_direction: float, *, far_leg: Leg | None = None) -> Figure:
    """A figure whose far side mirrors the near one."""
    head = along(arm.shoulder, neck_direction, NECK_TO_HEAD)
    return Figure(leg, far_leg or _far_leg(leg), arm, _far_arm(arm), head, neck_direction)


def _standing_leg(knee_flexion: float, shin_share: float) -> Leg:
    """A leg with a flat foot; the shin takes `shin_share` of the knee's flexion as forward lean."""
    ankle = (0.0, ANKLE_HEIGHT)
    knee = along(ankle, shin_share * knee_flexion, SHANK)
    hip = along(knee, -(1.0 - shin_share) * knee_flexion, THIGH)
    return Leg(hip, knee, ankle, *_flat_foot(ankle))


def squat(knee_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Arms come forward and the trunk leans as the hips go down and back."""
    leg = _standing_leg(knee_flexion, shin_share=0.32)
    lean = 4.0 + 0.36 * knee_flexion + extra_lean * min(knee_flexion / 90.0, 1.0)
    shoulder = along(leg.hip, lean, TRUNK)
    return _figure(leg, _arm(shoulder, 8.0 + 0.85 * knee_flexion - lean, 12.0), 0.4 * lean)


def deadlift(hip_flexion: float, extra_lean: float = 0.0) -> Figure:
    """A hinge at the hips with the bar in hanging arms."""
    leg = _standing_leg(0.55 * hip_flexion, shin_share=0.2)
    lean = hip_flexion - 0.8 * 0.55 * hip_flexion + extra_lean
    shoulder = along(leg.hip, lean, TRUNK)
    return _figure(leg, _arm(shoulder, 2.0, 2.0), 0.75 * lean)


def biceps_curl(elbow_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Standing, upper arm still."""
    leg = _standing_leg(4.0, shin_share=0.5)
    shoulder = along(leg.hip, 2.0 + extra_lean, TRUNK)
    return _figure(leg, _arm(shoulder, 4.0, elbow_flexion), 2.0)


def military_press(elbow_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Standing, from the shoulders to over the head."""
    leg = _standing_leg(4.0, shin_share=0.5)
    shoulder = along(leg.hip, 1.0 + extra_lean, TRUNK)
    return _figure(leg, _arm(shoulder, 172.0 - 1.05 * elbow_flexion, elbow_flexion), 2.0)


def lunge(knee_flexion: float, extra_lean: float = 0.0) -> Figure:
    """A split stance with fixed feet; the hips go straight down and the rear heel lifts."""
    front_ankle, rear_ankle = (0.34, ANKLE_HEIGHT), (-0.40, ANKLE_HEIGHT + 0.07)
    distance = reach(THIGH, SHANK, knee_flexion)
    hip = (0.02, front_ankle[1] + sqrt(max(distance**2 - (front_ankle[0] - 0.02) ** 2, 0.01)))
    knee = bend(hip, front_ankle, THIGH, SHANK, towards=90.0)
    front = Leg(hip, knee, front_ankle, *_flat_foot(front_ankle))
    rear_hip = _shifted(hip)
    rear_knee = bend(rear_hip, rear_ankle, THIGH, SHANK, towards=90.0)
    rear_heel = (rear_ankle[0] - 0.06, rear_ankle[1])
    rear = Leg(rear_hip, rear_knee, rear_ankle, rear_heel, (rear_ankle[0] + 0.13, 0.02))
    shoulder = along(hip, 3.0 + extra_lean, TRUNK)
    return _figure(front, _arm(shoulder, 6.0, 14.0), 2.0, far_leg=rear)


def push_up(elbow_flexion: float, extra_lean: float = 0.0) -> Figure:
    """A straight body that turns about the toes over fixed hands; `extra_lean` lets the hips sag."""
    toe, wrist = (0.0, 0.02), (1.33, 0.03)
    ankle = (-0.03, 0.13)
    shoulder = crossing(
        ankle, SHANK + THIGH + TRUNK - 0.002 * extra_lean, wrist, reach(UPPER_ARM, FOREARM, elbow_flexion)
    )
    heading = direction_of(ankle, shoulder)
    hip = bend(ankle, shoulder, SHANK + THIGH, TRUNK, towards=180.0)
    knee = along(ankle, direction_of(ankle, hip), SHANK)
    leg = Leg(hip, knee, ankle, (-0.09, 0.11), toe)
    arm = _reaching_arm(shoulder, wrist, towards=-90.0, fingers=95.0)
    return _figure(leg, arm, heading - 12.0)


def sit_up(hip_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Lying with bent knees and fixed feet; the trunk rises."""
    hip, ankle = (0.0, 0.11), (0.48, ANKLE_HEIGHT)
    knee = bend(hip, ankle, THIGH, SHANK, towards=0.0)
    leg = Leg(hip, knee, ankle, *_flat_foot(ankle))
    trunk = direction_of(hip, knee) + hip_flexion - 180.0 + extra_lean
    shoulder = along(hip, trunk, TRUNK)
    return _figure(leg, _arm(shoulder, 40.0 - trunk, 125.0), trunk + 8.0)


def pull_up(elbow_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Hanging from a fixed bar, shins a little back."""
    wrist = (0.10, 2.25)
    distance = reach(UPPER_ARM, FOREARM, elbow_flexion)
    shoulder = (0.0, wrist[1] - sqrt(distance**2 - wrist[0] ** 2))
    hip = along(shoulder, 180.0 - extra_lean, TRUNK)
    knee = along(hip, 172.0, THIGH)
    ankle = along(knee, 205.0, SHANK)
    leg = Leg(hip, knee, ankle, along(ankle, 240.0, 0.07), along(ankle, 150.0, 0.15))
    return _figure(leg, _reaching_arm(shoulder, wrist, towards=120.0, fingers=0.0), 5.0)


def bench_press(elbow_flexion: float, extra_lean: float = 0.0) -> Figure:
    """Lying on a bench, feet on the floor, the bar moves straight up and down over the chest."""
    hip, ankle = (0.0, 0.52 + 0.001 * extra_lean), (0.50, ANKLE_HEIGHT)
    knee = bend(hip, ankle, THIGH, SHANK, towards=60.0)
    leg = Leg(hip, knee, ankle, *_flat_foot(ankle))
    shoulder = (-TRUNK, 0.54)
    wrist_x = shoulder[0] + 0.10
    distance = reach(UPPER_ARM, FOREARM, elbow_flexion)
    wrist = (wrist_x, shoulder[1] + sqrt(distance**2 - 0.10**2))
    return _figure(leg, _reaching_arm(shoulder, wrist, towards=120.0, fingers=0.0), -90.0)


MOTIONS = {
    motion.name: motion
    for motion in (
        Motion("squat", "knee_flexion", 4.0, 105.0, squat),
        Motion("push_up", "elbow_flexion", 8.0, 95.0, push_up),
        Motion("biceps_curl", "elbow_flexion", 10.0, 135.0, biceps_curl, "dumbbell"),
        Motion("lunge", "knee_flexion", 30.0, 95.0, lunge),
        Motion("military_press", "elbow_flexion", 130.0, 8.0, military_press, "barbell"),
        Motion("sit_up", "hip_flexion", 60.0, 125.0, sit_up),
        Motion("deadlift", "hip_flexion", 110.0, 4.0, deadlift, "barbell"),
        Motion("pull_up", "elbow_flexion", 8.0, 120.0, pull_up, "bar"),
        Motion("bench_press", "elbow_flexion", 10.0, 95.0, bench_press, "bench"),
    )
}
