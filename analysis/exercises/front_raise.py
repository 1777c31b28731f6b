"""Front raise."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="front_raise",
    title="Front raise",
    aliases=("front raises", "dumbbell front raise", "shoulder front raise"),
    views=("side",),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="shoulder_elevation", rest_deg=10, effort_deg=45, minimum_range_deg=35, limbs=Limbs.ONE_OR_BOTH),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="front_raise.height", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_least=75, views=("side",), severity=Severity.MAJOR,
            cue="Raise your arms to shoulder height.",
            source="Livestrong: arms about parallel to the floor; ours: 15 deg for the error of the pose",
            standard=Standard(
                limit=50, why="Not counted: the arms stayed far below shoulder height.",
                source="ours: nearer to hanging than to the 90 deg of shoulder height, by the error of the pose",
            ),
        ),
        Rule(
            code="front_raise.too_high", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_most=120, views=("side",), severity=Severity.MINOR,
            cue="Stop at shoulder height.",
            source="Livestrong: stop with the arms about parallel to the floor; ours: 30 deg above is another exercise",
        ),
        Rule(
            code="front_raise.elbows", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_most=45, views=("side",), severity=Severity.MINOR,
            cue="Keep your elbows almost straight.",
            source="Livestrong: elbows straight or slightly bent; ours: 30 deg is slightly, and 15 for the error",
        ),
        Rule(
            code="front_raise.lean_back", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-10, views=("side",), severity=Severity.MAJOR,
            cue="Stand still and do not swing the weight up with your back.",
            source="Livestrong: the torso does not rock; Exercise-Correction: 99 of 100 upright curls stay above -4 "
                   "deg, 99 of 100 leaning ones below -14; ours: between both",
        ),
        Rule(
            code="front_raise.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.5, severity=Severity.MINOR,
            cue="Lower the weight slowly.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.5 s is a drop",
        ),
    ),
)
