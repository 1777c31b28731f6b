"""Dip on parallel bars."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, the source of the limit.
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
            cue="Go down until your upper arms are level with the floor.",
            source="ACE Exercise Library: upper arms parallel to the floor, elbows at 90 deg, less 10 deg for the "
                   "error of the pose",
            standard=Standard(
                limit=55, why="Not counted: the elbows were bent far less than to a right angle.",
                source="CrossFit movement standards: shoulder below elbow or no rep; 55 deg is plainly above",
            ),
        ),
        Rule(
            code="dip.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MAJOR,
            cue="Press until your arms are straight.",
            source="CrossFit movement standards: elbows locked at the top, with 25 deg for the error of the pose",
            standard=Standard(
                limit=60, why="Not counted: the arms were never straightened.",
                source="CrossFit movement standards: no lock-out, no rep; 60 deg is plainly bent",
            ),
        ),
        Rule(
            code="dip.lean", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_most=45, views=("side",), severity=Severity.MINOR,
            cue="Keep your chest up and lean forward less.",
            source="ACE Exercise Library: torso upright or a little forward; 45 deg is a fall forward",
        ),
        Rule(
            code="dip.swing", measure="knee_ahead_of_hip", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=0.12, views=("side",), severity=Severity.MINOR,
            cue="Keep your legs still and do not swing.",
            source="CrossFit movement standards: no kipping; half a thigh (Drillis and Contini) is more than a breath",
        ),
        Rule(
            code="dip.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.4, severity=Severity.MINOR,
            cue="Go down under control.",
            source="ACSM position stand 2009: one to two seconds for the way down; less than 0.4 s is a drop",
        ),
    ),
)
