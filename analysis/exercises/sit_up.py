"""Sit-up."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="sit_up",
    title="Sit-up",
    aliases=("situp", "sit ups", "v sit"),
    views=("side",),
    posture=Posture.ANY,
    cycle=Cycle(angle="hip_flexion", rest_deg=60, effort_deg=70, minimum_range_deg=20),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="sit_up.height", measure="trunk_inclination", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=35, views=("side",), severity=Severity.MAJOR,
            cue="Come up until your trunk is upright.",
            source="APFT: up to the vertical, neck above the base of the spine; ours: 35 deg for a round back",
            standard=Standard(
                limit=60, why="Not counted: the trunk rose less than half of the way.",
                source="APFT: no repetition short of the vertical; ours: 60 deg is a third of the way up",
            ),
        ),
        Rule(
            code="sit_up.return", measure="trunk_inclination", statistic=Statistic.MAX, phase=WHOLE,
            at_least=70, views=("side",), severity=Severity.MINOR,
            cue="Lie back until your shoulder blades touch the floor.",
            source="APFT: down until the shoulder blades touch the ground; ours: 20 deg for the round back and the "
                   "error",
        ),
        Rule(
            code="sit_up.knees", measure="knee_flexion", statistic=Statistic.MEAN, phase=WHOLE,
            at_least=55, views=("side",), severity=Severity.MINOR,
            cue="Keep your knees bent to a right angle.",
            source="APFT: knees bent at 90 deg; ours: 35 deg for the style and the error of the pose",
        ),
        Rule(
            code="sit_up.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, severity=Severity.MINOR,
            cue="Lower yourself slowly instead of falling back.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a fall",
        ),
    ),
)
