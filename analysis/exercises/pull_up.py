"""Pull-up."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="pull_up",
    title="Pull-up",
    aliases=("pullup", "pull ups", "chin up"),
    views=("rear", "front", "side"),
    posture=Posture.HANGING,
    cycle=Cycle(angle="elbow_flexion", rest_deg=20, effort_deg=50, minimum_range_deg=30),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="pull_up.chin", measure="chin_over_hands", statistic=Statistic.MAX, phase=WHOLE,
            at_least=-0.02, severity=Severity.MAJOR,
            cue="Pull until your chin is above the bar.",
            source="USMC: chin above the bar; ours: hands are seen a little above it",
            standard=Standard(
                limit=-0.1, why="Not counted: the chin stayed far below the bar.",
                source="USMC: no pull-up without it; Drillis 1966: the head is 13 % of body height; ours: most of a "
                       "head is far below",
            ),
        ),
        Rule(
            code="pull_up.hang", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("front", "rear", "side"), severity=Severity.MAJOR,
            cue="Lower yourself until your arms are straight.",
            source="USMC: arms fully extended; ours: 30 deg for the error of the pose",
            standard=Standard(
                limit=75, why="Not counted: the arms stayed bent at the bottom.",
                source="USMC: no pull-up without arms fully extended; ours: 75 deg is plainly bent",
            ),
        ),
        Rule(
            code="pull_up.swing", measure="trunk_inclination", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MINOR,
            cue="Hang still and do not swing.",
            source="USMC: no kipping, some body movement is natural; ours: 25 deg leaves room for the chest to rise",
        ),
        Rule(
            code="pull_up.even", measure="shoulder_difference", statistic=Statistic.MAX, phase=WHOLE,
            at_most=0.04, views=("front", "rear"), severity=Severity.MINOR,
            cue="Pull equally with both arms.",
            source="ours: 4 % of body height is 7 cm, just above the 3.7 % below which 95 of 100 frames of the given "
                   "clips lie",
        ),
        Rule(
            code="pull_up.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, severity=Severity.MINOR,
            cue="Lower yourself under control.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
)
