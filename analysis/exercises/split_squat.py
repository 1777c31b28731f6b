"""Split squat: a lunge whose feet stay where they are."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="split_squat",
    title="Split squat",
    aliases=("split lunge", "static lunge", "stationary lunge", "bulgarian split squat"),
    views=("side",),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="knee_flexion", rest_deg=25, effort_deg=45, minimum_range_deg=25, limbs=Limbs.FRONT_LEG),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="split_squat.depth", measure="knee_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=80, views=("side",), severity=Severity.MAJOR,
            cue="Go down until your front thigh is parallel to the floor.",
            source="ACE: in a lunge, front thigh parallel with the floor; ours: 90 deg at the knee, less 10 deg for "
                   "the error of the pose",
            standard=Standard(
                limit=55, why="Not counted: the front knee was bent far less than to a right angle.",
                source="ours: about halfway between standing (25 deg) and the rule's 80 deg",
            ),
        ),
        Rule(
            code="split_squat.trunk_lean", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_most=35, views=("side",), severity=Severity.MAJOR,
            cue="Keep your chest up and lean forward less.",
            source="NSCA: in a lunge, torso erect; ours: a lunge's 30 deg, and 5 for a raised rear foot",
        ),
        Rule(
            code="split_squat.knee_over_toe", measure="knee_ahead_of_toe", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=-0.01, views=("side",), severity=Severity.MINOR,
            cue="Keep your front knee behind your toes: set your feet further apart.",
            source="Exercise-Correction: 98 of 100 correct knees stay 2 % of body height or more behind the toes; "
                   "ours: 1 % less for the error",
        ),
        Rule(
            code="split_squat.top", measure="knee_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=40, views=("side",), severity=Severity.MINOR,
            cue="Rise until your front leg is almost straight.",
            source="ours: the split stance itself leaves 25 deg, and 15 for the error of the pose",
        ),
        Rule(
            code="split_squat.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.4, severity=Severity.MINOR,
            cue="Go down under control.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
)
