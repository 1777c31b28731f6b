"""Bent-over row, with a barbell or dumbbells."""

from analysis.judging.exercise import WHOLE, BlindSpot, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
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
            source="Muscle & Fitness: bar up to the stomach; ours: elbows past the trunk at 90 deg, less 15 for the "
                   "error",
            standard=Standard(
                limit=45, why="Not counted: the weight was pulled less than half of the way.",
                source="ours: half of the right angle at which the bar touches",
            ),
        ),
        Rule(
            code="row.bottom", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Let your arms hang straight between repetitions.",
            source="Muscle & Fitness: arms extended; ours: 30 deg for the error of the pose",
        ),
        Rule(
            code="row.trunk_lean", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=25, views=("side",), severity=Severity.MAJOR,
            cue="Stay bent forward while you pull.",
            source="Muscle & Fitness: torso between level and 45 deg; ours: 20 deg to spare, then it is a shrug",
        ),
        Rule(
            code="row.trunk_swing", measure="trunk_inclination", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=20, views=("side",), severity=Severity.MAJOR,
            cue="Keep your trunk still and pull without a jerk.",
            source="Muscle & Fitness: torso in the same position throughout; ours: 20 deg is beyond the pose's error",
        ),
        Rule(
            code="row.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, severity=Severity.MINOR,
            cue="Lower the weight slowly.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
    blind_spots=(
        BlindSpot("row.rounded_back", "We do not follow the spine, so we cannot tell a round back."),
    ),
)
