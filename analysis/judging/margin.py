"""How far a measurement may be off from where the camera stands; a verdict within that of its limit is not given.

The limits of the declarations leave room for the pose's own error as seen from the best view. What the camera's place
adds to it is here.
"""

from dataclasses import dataclass
from math import cos, radians

from analysis.judging.exercise import Rule
from analysis.motion.angles import FLEXIONS
from analysis.motion.measures import BODY_HEIGHT, DEGREES
from analysis.motion.view import OBLIQUE, SIDE

PROJECTED = {DEGREES: 60.0, BODY_HEIGHT: 0.18}
"""Times 1 - cos(degrees from the side) it covers what every rule measures otherwise of a figure that is turned away
from the side by up to 35 degrees: measured on drawn skeletons of all exercises (tests/unit/analysis/test_margin.py),
1 degree at 10 degrees, 4 at 20, 8 at 30. From the front the same turn changes widths over widths by less than 0.01
within the range that counts as front, and heights by nothing: there is no margin."""

LYING_SEEN_DEG, LYING_TRUE_DEG = 32.0, 45.0
"""So far from the side the model sees who lies, in the middle (21 to 41), when he is drawn turned by 45 degrees. At the
side itself both agree; in between the difference is taken to grow with the square."""

POSE_ERROR = {
    "elbow_flexion": 12.2,
    "knee_flexion": 7.4,
    "hip_flexion": 6.9,
    "shoulder_elevation": 4.7,
    "forearm_tilt": 6.2,
    "upper_arm_tilt": 5.4,
    "trunk_lean": 5.8,
    "trunk_inclination": 3.7,
    "body_line": 5.9,
    "support_line": 5.9,
    "hip_over_knee": 0.015,
    "hips_over_shoulders": 0.005,
    "shoulders_ahead_of_hands": 0.036,
    "hands_ahead_of_feet": 0.021,
    "knee_ahead_of_hip": 0.019,
    "knee_ahead_of_toe": 0.022,
}
"""By measure: nine of ten values of drawn repetitions from the side, through the pose model, are off by no more, in its
unit (11 to 173 values each; both lines are one geometry and taken together). The limits leave room for that before a
fault is told, and so a value just inside of them may be one: a pass takes as much again. Other measures have not been
measured so."""

OBLIQUE_BELOW_DEG, OBLIQUE_ABOVE_DEG = 11.0, 39.0
"""True flexion lies between that much less and that much more than measured from 45 degrees or more: the published
error of the knee, -13.9 +- 15.1 degrees pooled over 45 to 90 degree views (MediaPipe guide), with 1.64 standard
deviations (90 %). Elbow and hip are taken to be no better."""

OBLIQUE_FROM_DEG = 36.0
"""The published figures begin at 45 degrees; the model sees those as 18 to 54, half of them above this. Below it the
rule is refused."""


@dataclass(frozen=True, slots=True)
class Margin:
    """The true value lies between `measured - below` and `measured + above`."""

    below: float = 0.0
    above: float = 0.0

    def is_decisive(self, rule: Rule, measured: float) -> bool:
        """Whether the rule says the same of every value within the margin."""
        edges = (measured - self.below, measured, measured + self.above)
        return len({_broken(rule, value) for value in edges}) == 1

    def and_also(self, other: "Margin") -> "Margin":
        """The margin that covers both."""
        return Margin(max(self.below, other.below), max(self.above, other.above))


def between(measured: float, otherwise: float) -> Margin:
    """The margin of what was measured in two ways that err differently: it reaches from one to the other."""
    return Margin(max(measured - otherwise, 0.0), max(otherwise - measured, 0.0))


def safe_pass(rule: Rule, view: str, margin: Margin, measured: float) -> bool:
    """Whether the value lies inside of the limits by more than the pose is usually off, as seen from the side."""
    off = POSE_ERROR.get(rule.measure, 0.0) if view == SIDE and rule.views else 0.0
    return margin.and_also(Margin(off, off)).is_decisive(rule, measured)


def margin_of(
    rule: Rule, unit: str, view: str, view_angle_deg: float | None, *, is_lying: bool = False
) -> Margin | None:
    """The margin of a rule's measure seen from there; None where the rule cannot be judged from there at all.

    Args:
        rule: What is judged.
        unit: Of its measure.
        view: As `analysis.motion.view.view_of` names it.
        view_angle_deg: 0 from the front or rear, 90 from the side.
        is_lying: Whether the trunk is level, so that the angle is known less well.
    """
    if not rule.views:
        return Margin()
    if is_measured_in_metres(rule, view):
        enough = view_angle_deg is not None and view_angle_deg >= OBLIQUE_FROM_DEG
        return Margin(OBLIQUE_BELOW_DEG, OBLIQUE_ABOVE_DEG) if enough else None
    if view not in rule.views:
        return None
    if view != SIDE or view_angle_deg is None:
        return Margin()
    turned_deg = 90.0 - view_angle_deg
    if is_lying:
        turned_deg += (LYING_TRUE_DEG - LYING_SEEN_DEG) * (turned_deg / LYING_SEEN_DEG) ** 2
    off = PROJECTED.get(unit, 0.0) * (1.0 - cos(radians(turned_deg)))
    return Margin(off, off)


def is_measured_in_metres(rule: Rule, view: str) -> bool:
    """Whether a flexion that wants the side is measured in the model's metres, since the view is oblique."""
    return view == OBLIQUE and OBLIQUE not in rule.views and SIDE in rule.views and rule.measure in FLEXIONS


def _broken(rule: Rule, value: float) -> int:
    if rule.at_least is not None and value < rule.at_least:
        return -1
    return int(rule.at_most is not None and value > rule.at_most)
