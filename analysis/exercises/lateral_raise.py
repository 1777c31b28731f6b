"""Lateral raise."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="lateral_raise",
    title="Lateral raise",
    aliases=("lateral raises", "side raise", "side lateral raise", "dumbbell lateral raise"),
    views=("front", "rear"),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="shoulder_elevation", rest_deg=10, effort_deg=45, minimum_range_deg=35, limbs=Limbs.ONE_OR_BOTH),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="lateral_raise.height", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_least=75, views=("front", "rear"), severity=Severity.MAJOR,
            cue="Raise your arms to shoulder height.",
            source="ACE: arms level with the shoulders; ours: 15 deg for the error of the pose",
            standard=Standard(
                limit=50, why="Not counted: the arms stayed far below shoulder height.",
                source="ours: nearer to hanging than to the 90 deg of shoulder height, by the error of the pose",
            ),
        ),
        Rule(
            code="lateral_raise.too_high", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_most=110, views=("front", "rear"), severity=Severity.MINOR,
            cue="Stop at shoulder height.",
            source="ACE: arms level with the shoulders; ours: 110 deg is plainly above",
        ),
        Rule(
            code="lateral_raise.elbows", measure="elbow_flexion", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=50, views=("front", "rear"), severity=Severity.MINOR,
            cue="Keep your elbows only slightly bent.",
            source="ACE: elbows almost straight; ours: 30 deg is a slight bend, and 20 for the error of the pose",
        ),
        Rule(
            code="lateral_raise.even", measure="wrist_difference", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=0.06, views=("front", "rear"), severity=Severity.MINOR,
            cue="Raise both arms to the same height.",
            source="ours: 6 % of body height, 10 cm, is plainly seen by a coach",
        ),
        Rule(
            code="lateral_raise.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.5, severity=Severity.MINOR,
            cue="Lower the weight slowly.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.5 s is a drop",
        ),
    ),
)
