"""Dip on parallel bars."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="dip",
    title="Dip",
    aliases=("dips", "parallel bar dip", "triceps dip", "chest dip"),
    views=("side",),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="elbow_flexion", rest_deg=15, effort_deg=45, minimum_range_deg=25),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="dip.depth", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=80, views=("side",), severity=Severity.MAJOR,
            cue="Go down until your upper arms are parallel to the floor.",
            source="CrossFit: shoulders below the elbows, which takes 90 deg; ours: 10 deg for the error of the pose",
            standard=Standard(
                limit=55, why="Not counted: the elbows were bent far less than to a right angle.",
                source="CrossFit: no repetition with the shoulders above the elbows; ours: 55 deg is plainly above",
            ),
        ),
        Rule(
            code="dip.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MAJOR,
            cue="Press until your arms are straight.",
            source="CrossFit: elbows fully extended at the top; ours: 25 deg for the error of the pose",
            standard=Standard(
                limit=60, why="Not counted: the arms were never straightened.",
                source="CrossFit: no repetition without lock-out; ours: 60 deg is plainly bent",
            ),
        ),
        Rule(
            code="dip.lean", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_most=45, views=("side",), severity=Severity.MINOR,
            cue="Keep your chest up and lean forward less.",
            source="ours: leaning a little forward is usual, 45 deg is a fall forward",
        ),
        Rule(
            code="dip.swing", measure="knee_ahead_of_hip", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=0.12, views=("side",), severity=Severity.MINOR,
            cue="Keep your legs still and do not swing.",
            source="Drillis 1966: the thigh is 24.5 % of body height; ours: half of a thigh is more than a breath "
                   "moves it",
        ),
        Rule(
            code="dip.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.4, severity=Severity.MINOR,
            cue="Go down under control.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
)
