"""Glute bridge."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="glute_bridge",
    title="Glute bridge",
    aliases=("glute bridges", "hip bridge", "bridge", "hip thrust", "hip raise"),
    views=("side",),
    posture=Posture.SUPINE,
    cycle=Cycle(angle="hip_flexion", rest_deg=50, effort_deg=30, minimum_range_deg=15),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="glute_bridge.height", measure="hip_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=20, views=("side",), severity=Severity.MAJOR,
            cue="Lift your hips into one line with shoulders and knees.",
            source="Mayo Clinic: hips in line with knees and shoulders; ours: 20 deg for the error of the pose",
            standard=Standard(
                limit=40, why="Not counted: the hips stayed far below the line from shoulders to knees.",
                source="ours: hips on the floor leave about 50 deg, 40 deg is hardly off it",
            ),
        ),
        Rule(
            code="glute_bridge.return", measure="hip_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=35, views=("side",), severity=Severity.MINOR,
            cue="Lower your hips to the floor between repetitions.",
            source="Mayo Clinic: back to the start each time; ours: hips on the floor leave about 50 deg, less 15 for "
                   "the error",
        ),
        Rule(
            code="glute_bridge.knees", measure="knee_flexion", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_least=60, views=("side",), severity=Severity.MINOR,
            cue="Set your feet closer to your hips, so that your shins are upright at the top.",
            source="Mayo Clinic: knees bent; ours: shins are upright at 90 deg, less 30 deg for the style",
        ),
        Rule(
            code="glute_bridge.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.4, views=("side", "oblique"), severity=Severity.MINOR,
            cue="Lower your hips slowly.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
)
