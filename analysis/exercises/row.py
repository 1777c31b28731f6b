"""Bent-over row, with a barbell or dumbbells."""

from analysis.judging.exercise import WHOLE, BlindSpot, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, the source of the limit.
# fmt: off
EXERCISE = Exercise(
    name="row",
    title="Row",
    aliases=("rows", "bent over row", "barbell row", "dumbbell row", "pendlay row", "one arm row"),
    views=("side",),
    posture=Posture.BENT_OVER,
    cycle=Cycle(angle="elbow_flexion", rest_deg=15, effort_deg=45, minimum_range_deg=30, limbs=Limbs.ONE_OR_BOTH),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="row.top", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=75, views=("side",), severity=Severity.MAJOR,
            cue="Pull until the weight touches your body.",
            source="NSCA, Essentials, 4th ed., ch. 15: bar to the lower chest or upper abdomen: elbows past the "
                   "trunk, 90 deg less 15 deg for the error",
            standard=Standard(
                limit=45, why="Not counted: the weight was pulled less than half of the way.",
                source="Half of the right angle at which the bar touches",
            ),
        ),
        Rule(
            code="row.bottom", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Let your arms hang straight between repetitions.",
            source="NSCA, Essentials, 4th ed., ch. 15: elbows fully extended, with 30 deg for the error of the pose",
        ),
        Rule(
            code="row.trunk_lean", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=25, views=("side",), severity=Severity.MAJOR,
            cue="Stay bent forward: the trunk does not rise with the weight.",
            source="NSCA, Essentials, 4th ed., ch. 15: trunk slightly above parallel to the floor; above 60 deg "
                   "from it, it is a shrug, with 5 deg for the error of the pose",
        ),
        Rule(
            code="row.trunk_swing", measure="trunk_inclination", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=20, views=("side",), severity=Severity.MAJOR,
            cue="Keep your trunk still: do not jerk the weight up.",
            source="NSCA, Essentials, 4th ed., ch. 15: rigid torso, do not jerk upward; 20 deg is beyond the pose's "
                   "error",
        ),
        Rule(
            code="row.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, severity=Severity.MINOR,
            cue="Lower the weight slowly.",
            source="ACSM position stand 2009: one to two seconds for the way down; less than 0.4 s is a drop",
        ),
    ),
    blind_spots=(
        BlindSpot("row.rounded_back", "33 joints have no spine: a round back cannot be told."),
    ),
)
