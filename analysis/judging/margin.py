"""How far a measurement may be off from where the camera stands; a verdict within that of its limit is not given.

The limits of the declarations leave room for the pose's own error as seen from the best view (what a pass takes on top
of that is in `pose_error`). What the camera's place adds to it is here. From near the side it only makes everything
narrower, by as much as the estimated angle says: what is measured lies at one end, what would be measured of a body
that fills its width again at the other.
"""

from dataclasses import dataclass
from math import cos, radians

from analysis.judging.exercise import Rule
from analysis.judging.pose_error import usual_error
from analysis.motion.measures import MEASURES, RATIO
from analysis.motion.view import FRONT, REAR, SIDE

LYING_SEEN_DEG, LYING_TRUE_DEG = 32.0, 45.0
"""So far from the side the model sees who lies, in the middle (21 to 41), when he is drawn turned by 45 degrees. At the
side itself both agree; in between the difference is taken to grow with the square."""

OBLIQUE_BELOW_DEG, OBLIQUE_ABOVE_DEG = 11.0, 39.0
"""True flexion lies between that much less and that much more than measured from 45 degrees or more: the published
error of the knee, -13.9 +- 15.1 degrees pooled over 45 to 90 degree views (MediaPipe guide), with 1.64 standard
deviations (90 %). The hip is taken to be no better."""

ELBOW_BELOW_DEG, ELBOW_ABOVE_DEG = 23.0, 47.0
"""Likewise of the elbow, which errs by more: nine of ten of 76 nearly straight ones, drawn from 45 degrees and through
the pose model, lie above the one, and nine of ten of 61 bent ones below the other."""

LYING_BELOW_DEG = 22.0
"""Likewise, below, of who lies, which the published figures are not about: nine of ten of 29 knees, drawn likewise."""

FRONTAL_WIDTH_LEFT = 0.5
"""Who is seen obliquely may be turned by up to 60 degrees from the front (the model makes that less): so much is left
of what goes sideways from the body. All of it may be, too."""

FRONTAL_BELOW_DEG, FRONTAL_ABOVE_DEG, FRONTAL_RATIO_SHARE = 8.0, 2.0, 0.3
"""Beyond that the true angle of arms that go sideways lies so far below and above, and widths over widths within that
share of what is measured, in nine of ten of 61 and 56 values of drawn clips from 45 degrees, through the pose model."""

UNEVEN, MOST_UNEVEN = ("wrist_difference", "shoulder_difference"), 3.0
"""The model makes both sides more alike than they are: of four planted repetitions that were uneven, drawn from the
front, the truth was 1.1, 1.1, 1.8 and 2.9 times what was measured, while 43 even ones were 0.02 or less."""

HAND_BELOW, HAND_ABOVE = 0.06, 0.09
"""Of the chin over one hand, where the other is hidden, in body heights: one hand is nearer to the camera, which sees
it higher or lower than the bar's middle by so much at most in a drawn set from the side."""

CHIN_ABOVE = 0.024
"""Of the chin over both hands, from elsewhere than the side, where the model shows the mouth too low or the hands too
high. Of 52 chins drawn from the front and from 45 degrees nine of ten lie above what is measured by so much at most, in
the middle by 0.015."""


@dataclass(frozen=True, slots=True)
class Margin:
    """The true value lies between `measured - below` and `measured + above`."""

    below: float = 0.0
    above: float = 0.0

    def is_decisive(self, rule: Rule, measured: float) -> bool:
        """Whether the rule says the same of every value within the margin."""
        edges = (measured - self.below, measured, measured + self.above)
        return len({rule.side_of(value) for value in edges}) == 1

    def and_also(self, other: "Margin") -> "Margin":
        """The margin that covers both."""
        return Margin(max(self.below, other.below), max(self.above, other.above))

    def plus(self, other: "Margin") -> "Margin":
        """The margin of both errors at once."""
        return Margin(self.below + other.below, self.above + other.above)


def between(measured: float, otherwise: float) -> Margin:
    """The margin of what was measured in two ways that err differently: it reaches from one to the other."""
    return Margin(max(measured - otherwise, 0.0), max(otherwise - measured, 0.0))


def safe_pass(rule: Rule, view: str, margin: Margin, measured: float) -> bool:
    """Whether the value lies inside of the limits by more than the pose is usually off."""
    off = Margin()
    if view == SIDE and rule.views:
        off = Margin(*usual_error(rule, measured))
    elif view in (FRONT, REAR) and rule.measure in UNEVEN:
        off = Margin(above=(MOST_UNEVEN - 1.0) * measured)
    return margin.and_also(off).is_decisive(rule, measured)


def metres_margin(rule: Rule, *, is_lying: bool) -> Margin:
    """Of a flexion that is measured in the model's metres."""
    below = LYING_BELOW_DEG if is_lying else OBLIQUE_BELOW_DEG
    if rule.measure == "elbow_flexion":
        return Margin(max(below, ELBOW_BELOW_DEG), ELBOW_ABOVE_DEG)
    return Margin(below, OBLIQUE_ABOVE_DEG)


def oblique_margin(rule: Rule, measured: float) -> Margin:
    """Of what goes sideways, beyond what being turned does to it; two widths look narrower by about as much."""
    if MEASURES[rule.measure].unit == RATIO:
        return Margin(FRONTAL_RATIO_SHARE * measured, FRONTAL_RATIO_SHARE * measured)
    return Margin(FRONTAL_BELOW_DEG, FRONTAL_ABOVE_DEG)


def width_left(view_angle_deg: float, *, is_lying: bool = False) -> float:
    """Share of its length that is left in the picture of what lies in the body's middle plane, seen from near the side.

    Args:
        view_angle_deg: 90 from exactly there.
        is_lying: Whether the trunk is level, so that the angle is known less well.
    """
    turned_deg = 90.0 - view_angle_deg
    if is_lying:
        turned_deg += (LYING_TRUE_DEG - LYING_SEEN_DEG) * (turned_deg / LYING_SEEN_DEG) ** 2
    return cos(radians(turned_deg))
