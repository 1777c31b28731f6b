"""Squat."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="squat",
    title="Squat",
    aliases=("squats", "back squat", "front squat", "air squat", "bodyweight squat", "goblet squat"),
    views=("side", "front"),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="knee_flexion", rest_deg=10, effort_deg=45, minimum_range_deg=30),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="squat.depth", measure="knee_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=90, views=("side",), severity=Severity.MAJOR,
            cue="Go down until your thighs are parallel to the floor.",
            source="Escamilla 2001: thighs parallel to the ground at 100 deg; ours: 10 deg for the error of the pose",
            standard=Standard(
                limit=60, why="Not counted: less than half a squat.",
                source="Schoenfeld 2010, unread: a half squat starts at 70 deg; ours: 10 deg for the error of the pose",
            ),
        ),
        Rule(
            code="squat.trunk_lean", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_most=55, views=("side",), severity=Severity.MAJOR,
            cue="Keep your chest up and lean forward less.",
            source="Fuglsang 2017: forward lean loads the lower back; ours: 55 deg leaves room for long thighs and "
                   "the error",
        ),
        Rule(
            code="squat.lockout", measure="knee_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MINOR,
            cue="Stand up fully between repetitions.",
            source="doThis: knee beyond 170 deg at the top; ours: 15 deg for the error of the pose",
        ),
        Rule(
            code="squat.knees_in", measure="knee_width", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_least=0.65, views=("front", "rear"), severity=Severity.MAJOR,
            cue="Push your knees outwards, over your feet.",
            source="Exercise-Correction: 0.69 is the lowest of 236 correct low positions, and its authors accept 0.65",
        ),
        Rule(
            code="squat.stance", measure="toe_width", statistic=Statistic.HIGH, phase=WHOLE,
            at_least=1.2, at_most=2.8, views=("front", "rear"), severity=Severity.MINOR,
            cue="Set your feet a little wider than your shoulders, but not too wide.",
            source="Exercise-Correction: its authors accept 1.2 to 2.8, between the toes",
        ),
        Rule(
            code="squat.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.5, severity=Severity.MINOR,
            cue="Go down under control instead of dropping.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.5 s is a drop",
        ),
    ),
)
