"""Military press."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="military_press",
    title="Military press",
    aliases=("overhead press", "shoulder press", "strict press", "press"),
    views=("side", "front"),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="elbow_flexion", rest_deg=120, effort_deg=70, minimum_range_deg=25),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="military_press.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, severity=Severity.MAJOR,
            cue="Press until your arms are straight.",
            source="NSCA: elbows fully extended; ours: 25 deg for the error of the pose",
            standard=Standard(
                limit=60, why="Not counted: the arms were never straightened.",
                source="CrossFit: no lift unless the elbows lock; ours: 60 deg is plainly bent",
            ),
        ),
        Rule(
            code="military_press.overhead", measure="upper_arm_tilt", statistic=Statistic.MAX, phase=WHOLE,
            at_least=155, views=("side",), severity=Severity.MINOR,
            cue="Press the weight up over your head, not in front of it.",
            source="ACE: pressed overhead; ours: 25 deg short of straight up, however the trunk leans",
        ),
        Rule(
            code="military_press.bottom", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=100, views=("side",), severity=Severity.MINOR,
            cue="Lower the weight to your shoulders.",
            source="NSCA: down to the clavicles and shoulders; ours: there the elbow is bent by 100 deg or more",
        ),
        Rule(
            code="military_press.lean_back", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-15, views=("side",), severity=Severity.MAJOR,
            cue="Tighten your stomach and do not lean back.",
            source="ACE: the low back does not arch; ours: 15 deg is a press from the chest",
        ),
        Rule(
            code="military_press.leg_drive", measure="knee_flexion", statistic=Statistic.RANGE, phase=WHOLE,
            at_most=20, views=("side",), severity=Severity.MAJOR,
            cue="Keep your legs straight and press with your arms only.",
            source="CrossFit: no lift with bending of the legs; ours: 20 deg is beyond the pose's error",
        ),
        Rule(
            code="military_press.even", measure="wrist_difference", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=0.05, views=("front", "rear"), severity=Severity.MINOR,
            cue="Press both hands to the same height.",
            source="CrossFit: elbows lock in unison; ours: 5 % of body height is 9 cm",
        ),
    ),
)
