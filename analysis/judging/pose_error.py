"""How far the pose is usually off in what a rule measures from the side: a pass takes that distance from its limit.

The limits leave room for the pose's error before a fault is told, and so a value just inside of them may be a fault.
"""

from analysis.judging.exercise import Rule, Statistic
from analysis.motion.measures import DEGREES, MEASURES

NEAR, FAR = "near", "far"
NEAR_UP_TO_DEG = 45.0
"""Angles err otherwise near their zero (a straight limb, an upright trunk) than far from it."""

SAME = {"knee_line": "body_line"}
"""Names of one geometry."""

ERROR: dict[tuple[str, str], tuple[float, float]] = {
    ("body_line", FAR): (5.3, 7.6),
    ("body_line", NEAR): (2.5, 9.1),
    ("elbow_flexion", FAR): (6.2, 9.6),
    ("elbow_flexion", NEAR): (17.4, 0.0),
    ("forearm_tilt", NEAR): (17.0, 2.2),
    ("hands_ahead_of_legs", ""): (0.002, 0.032),
    ("hip_flexion", FAR): (3.0, 11.2),
    ("hip_flexion", NEAR): (17.1, 10.2),
    ("hip_over_knee", ""): (0.028, 0.014),
    ("hips_over_shoulders", ""): (0.032, 0.000),
    ("knee_ahead_of_hip", ""): (0.039, 0.002),
    ("knee_ahead_of_toe", ""): (0.019, 0.020),
    ("knee_flexion", FAR): (7.2, 8.5),
    ("knee_flexion", NEAR): (12.4, 5.5),
    (str(Statistic.RANGE), ""): (9.2, 4.6),
    ("shoulder_elevation", FAR): (4.8, 8.4),
    ("shoulder_elevation", NEAR): (5.5, 11.3),
    ("shoulders_ahead_of_hands", ""): (0.029, 0.001),
    ("trunk_inclination", FAR): (1.4, 12.4),
    ("trunk_inclination", NEAR): (7.9, 6.7),
    ("trunk_lean", FAR): (5.2, 5.8),
    ("trunk_lean", NEAR): (3.1, 8.0),
    ("upper_arm_tilt", FAR): (10.4, 6.6),
    ("upper_arm_tilt", NEAR): (10.3, 4.6),
}
"""Measure and band to (below, above): the true value lies no further below, and no further above, what is measured, in
nine of ten values of an exercise that had no say in the figures. `python -m benchmarks.pose_errors` prints them."""

AS_LABELLED = {
    ("body_line", 8.0),
    ("body_line", -25.0),
    ("knee_line", 8.0),
    ("knee_line", -25.0),
    ("trunk_lean", -10.0),
    ("knee_ahead_of_toe", -0.01),
}
"""Measure and limit that were found in labelled landmarks of real people (Exercise-Correction data set): limits of what
the pose shows, its bias included, and not of what is true. At the limit itself more than nine of ten faulty frames
break it (recall .980, .998, .998, .902: `python -m benchmarks.landmarks`), and so a pass needs no distance from it."""


def cell_of(rule: Rule, measured: float) -> tuple[str, str]:
    """(measure, band) whose errors are alike; what differs between two moments has a band of its own."""
    measure = SAME.get(rule.measure, rule.measure)
    if MEASURES[measure].unit != DEGREES:
        return measure, ""
    if rule.statistic is Statistic.RANGE:
        return str(Statistic.RANGE), ""
    return measure, NEAR if abs(measured) < NEAR_UP_TO_DEG else FAR


def usual_error(rule: Rule, measured: float) -> tuple[float, float]:
    """(below, above) what is measured from the side: how far the truth may lie from it."""
    if AS_LABELLED & {(rule.measure, rule.at_least), (rule.measure, rule.at_most)}:
        return 0.0, 0.0
    return ERROR.get(cell_of(rule, measured), (0.0, 0.0))
