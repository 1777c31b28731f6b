"""The body of the mannequin: segment lengths, joints of one pose, and the true angles between them.

Metres in the plane that the camera sees from the side: x is forward (where the standing figure looks), y is up, the
floor is y = 0. A direction is given in degrees from upright, positive forward: 0 is up, 90 forward, 180 down, -90
backward. Segment lengths are shares of the body height after Drillis and Contini (1966), as in Winter, Biomechanics
and Motor Control of Human Movement.
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin, sqrt

Point = tuple[float, float]

HEIGHT = 1.75
SHANK = 0.246 * HEIGHT
THIGH = 0.245 * HEIGHT
TRUNK = 0.288 * HEIGHT
UPPER_ARM = 0.186 * HEIGHT
FOREARM = 0.146 * HEIGHT
HAND = 0.085 * HEIGHT
NECK_TO_HEAD = 0.118 * HEIGHT
FOOT = 0.125 * HEIGHT
ANKLE_HEIGHT = 0.039 * HEIGHT


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg from hip to toe."""

    hip: Point
    knee: Point
    ankle: Point
    heel: Point
    toe: Point


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm from shoulder to finger tips."""

    shoulder: Point
    elbow: Point
    wrist: Point
    fingers: Point


@dataclass(frozen=True, slots=True)
class Figure:
    """All joints of one pose.

    Attributes:
        near_leg: The leg on the camera's side.
        far_leg: The other one.
        near_arm: The arm on the camera's side.
        far_arm: The other one.
        head: Centre of the head.
        head_direction: Direction from the neck to the crown, degrees from upright.
    """

    near_leg: Leg
    far_leg: Leg
    near_arm: Arm
    far_arm: Arm
    head: Point
    head_direction: float

    def angles(self) -> dict[str, float]:
        """True angles of the near side in degrees, flexion convention (0 is straight); trunk lean is from upright."""
        leg, arm = self.near_leg, self.near_arm
        upwards = (leg.hip[0], leg.hip[1] + 1.0)
        return {
            "knee_flexion": flexion(leg.hip, leg.knee, leg.ankle),
            "hip_flexion": flexion(arm.shoulder, leg.hip, leg.knee),
            "elbow_flexion": flexion(arm.shoulder, arm.elbow, arm.wrist),
            "shoulder_elevation": 180.0 - flexion(leg.hip, arm.shoulder, arm.elbow),
            "trunk_lean": 180.0 - flexion(upwards, leg.hip, arm.shoulder),
        }

    def points(self) -> list[Point]:
        """Every joint, for fitting the figure into a picture."""
        legs = [point for leg in (self.near_leg, self.far_leg) for point in (leg.hip, leg.knee, leg.heel, leg.toe)]
        arms = [point for arm in (self.near_arm, self.far_arm) for point in (arm.shoulder, arm.elbow, arm.fingers)]
        crown = along(self.head, self.head_direction, 0.075 * HEIGHT)
        return [*legs, *arms, crown]


def along(start: Point, direction: float, length: float) -> Point:
    """The point `length` metres from `start` in `direction`."""
    return start[0] + length * sin(radians(direction)), start[1] + length * cos(radians(direction))


def direction_of(start: Point, end: Point) -> float:
    """Direction from `start` to `end`, degrees from upright."""
    return degrees(atan2(end[0] - start[0], end[1] - start[1]))


def flexion(first: Point, joint: Point, last: Point) -> float:
    """180 degrees less the inner angle at `joint`: 0 when the three points lie on a line."""
    turn = abs(direction_of(first, joint) - direction_of(joint, last)) % 360.0
    return min(turn, 360.0 - turn)


def reach(upper: float, lower: float, flexion_deg: float) -> float:
    """Distance between the ends of two segments whose joint is bent by `flexion_deg` (law of cosines)."""
    return sqrt(upper**2 + lower**2 + 2.0 * upper * lower * cos(radians(flexion_deg)))


def bend(start: Point, end: Point, upper: float, lower: float, *, towards: float) -> Point:
    """The joint between two segments that join `start` and `end`, bent to the side of direction `towards`.

    Ends that lie further apart than the segments reach give a straight limb.
    """
    distance = min(hypot(end[0] - start[0], end[1] - start[1]), upper + lower)
    share = (upper**2 - lower**2 + distance**2) / (2.0 * distance)
    height = sqrt(max(upper**2 - share**2, 0.0))
    heading = direction_of(start, end)
    foot = along(start, heading, share)
    sides = [along(foot, heading + turn, height) for turn in (90.0, -90.0)]
    aim = (sin(radians(towards)), cos(radians(towards)))
    return max(sides, key=lambda point: point[0] * aim[0] + point[1] * aim[1])


def crossing(first: Point, first_radius: float, second: Point, second_radius: float) -> Point:
    """The upper crossing of two circles."""
    return bend(first, second, first_radius, second_radius, towards=0.0)
