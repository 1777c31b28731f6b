"""Crunch: only the shoulder blades leave the floor."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="crunch",
    title="Crunch",
    aliases=("crunches", "curl up", "partial curl up", "abdominal crunch"),
    views=("side",),
    posture=Posture.SUPINE,
    cycle=Cycle(angle="trunk_inclination", rest_deg=90, effort_deg=83, minimum_range_deg=8),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="crunch.height", measure="trunk_inclination", statistic=Statistic.MIN, phase=WHOLE,
            at_most=75, views=("side",), severity=Severity.MAJOR,
            cue="Curl up until your shoulder blades leave the floor.",
            source="ACSM curl-up: the trunk at 30 deg; ours: of which the line from hip to shoulder shows half",
            standard=Standard(
                limit=84, why="Not counted: the shoulder blades stayed on the floor.",
                source="ACSM curl-up: the trunk at 30 deg; ours: 6 deg of the whole line is a nod",
            ),
        ),
        Rule(
            code="crunch.too_high", measure="trunk_inclination", statistic=Statistic.MIN, phase=WHOLE,
            at_least=50, views=("side",), severity=Severity.MINOR,
            cue="Keep your lower back on the floor and lift only your shoulder blades.",
            source="Burden 2013: a curl-up bends the spine, a sit-up the hips, too; ours: beyond 40 deg off the floor "
                   "the hips bend",
        ),
        Rule(
            code="crunch.return", measure="trunk_inclination", statistic=Statistic.MAX, phase=WHOLE,
            at_least=82, views=("side",), severity=Severity.MINOR,
            cue="Lie back between repetitions.",
            source="ACSM curl-up: shoulder blades back on the mat each time; ours: 8 deg for the error of the pose",
        ),
        Rule(
            code="crunch.knees", measure="knee_flexion", statistic=Statistic.MEAN, phase=WHOLE,
            at_least=55, views=("side",), severity=Severity.MINOR,
            cue="Keep your knees bent and your feet flat.",
            source="ACSM curl-up: knees bent at 90 deg; ours: 35 deg for the style and the error of the pose",
        ),
        Rule(
            code="crunch.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, views=("side", "oblique"), severity=Severity.MINOR,
            cue="Lower yourself slowly instead of falling back.",
            source="ACSM curl-up: 20 a minute, 1.5 s each way; ours: less than 0.4 s is a fall",
        ),
    ),
)
