"""Lunge."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="lunge",
    title="Lunge",
    aliases=("lunges", "front lunge", "forward lunge", "walking lunge", "alternating lunge", "reverse lunge"),
    views=("side", "front"),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="knee_flexion", rest_deg=25, effort_deg=45, minimum_range_deg=25, limbs=Limbs.FRONT_LEG),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="lunge.depth", measure="knee_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=80, views=("side",), severity=Severity.MAJOR,
            cue="Go down until your front thigh is parallel to the floor.",
            source="ACE: front thigh parallel with the floor; ours: which bends the knee by 90 deg, less 10 for the "
                   "error",
            standard=Standard(
                limit=50, why="Not counted: the front knee was bent far less than to a right angle.",
                source="ours: halfway between standing (20 deg) and the rule's 80 deg",
            ),
        ),
        Rule(
            code="lunge.too_deep", measure="knee_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_most=125, views=("side",), severity=Severity.MINOR,
            cue="Stop when your front knee is at a right angle.",
            source="Exercise-Correction: its authors accept up to 120 deg; ours: 5 deg for the error of the pose",
        ),
        Rule(
            code="lunge.trunk_lean", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MAJOR,
            cue="Keep your trunk upright.",
            source="NSCA: torso erect; ACE: slightly bent forward at the hips; ours: 30 deg is more than slightly",
        ),
        Rule(
            code="lunge.knee_over_toe", measure="knee_ahead_of_toe", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=-0.01, views=("side",), severity=Severity.MINOR,
            cue="Keep your front knee behind your toes: take a longer step.",
            source="Marquette: the knee does not go over the toes; Exercise-Correction: 98 of 100 correct knees stay "
                   "2 % of body height or more behind the toes; ours: 1 % less for the error",
        ),
        Rule(
            code="lunge.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.4, severity=Severity.MINOR,
            cue="Go down under control.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.4 s is a drop",
        ),
    ),
)
