"""How far the pose is usually off in what a rule measures from the side: a pass takes that distance from its limit.

The limits leave room for the pose's error before a fault is told, and so a value just inside of them may be a fault.
"""

from analysis.judging.exercise import Rule, Statistic
from analysis.motion.measures import DEGREES, MEASURES

NEAR, FAR = "near", "far"
NEAR_UP_TO_DEG = 45.0
"""Angles err otherwise near their zero (a straight limb, an upright trunk) than far from it."""

SAME = {"support_line": "body_line"}
"""Two names of one geometry."""

ERROR: dict[tuple[str, str], tuple[float, float]] = {
    ("body_line", FAR): (3.1, 10.7),
    ("body_line", NEAR): (2.2, 12.1),
    ("elbow_flexion", FAR): (8.0, 12.8),
    ("elbow_flexion", NEAR): (16.4, 0.0),
    ("forearm_tilt", NEAR): (14.4, 3.9),
    ("hands_ahead_of_feet", ""): (0.003, 0.031),
    ("hip_flexion", FAR): (5.6, 11.8),
    ("hip_flexion", NEAR): (16.2, 9.4),
    ("hip_over_knee", ""): (0.035, 0.002),
    ("hips_over_shoulders", ""): (0.018, 0.012),
    ("knee_ahead_of_hip", ""): (0.033, 0.007),
    ("knee_ahead_of_toe", ""): (0.001, 0.028),
    ("knee_flexion", FAR): (5.2, 8.5),
    ("knee_flexion", NEAR): (9.9, 9.1),
    (str(Statistic.RANGE), ""): (8.6, 3.8),
    ("shoulder_elevation", FAR): (4.0, 9.2),
    ("shoulder_elevation", NEAR): (5.2, 12.5),
    ("shoulders_ahead_of_hands", ""): (0.042, 0.000),
    ("trunk_inclination", FAR): (4.0, 10.2),
    ("trunk_inclination", NEAR): (11.8, 6.1),
    ("trunk_lean", FAR): (5.9, 5.5),
    ("trunk_lean", NEAR): (5.1, 9.7),
    ("upper_arm_tilt", NEAR): (11.8, 5.0),
}
"""Measure and band to (below, above): the true value lies no further below, and no further above, what is measured, in
nine of ten values of an exercise that had no say in the figures. `python -m benchmarks.pose_errors` prints them."""

AS_LABELLED = {
    ("body_line", 8.0),
    ("body_line", -25.0),
    ("support_line", 8.0),
    ("support_line", -25.0),
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
