"""Burpee: from standing into a push-up position and back."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="burpee",
    title="Burpee",
    aliases=("burpees", "squat thrust"),
    views=("side",),
    posture=Posture.PRONE,
    cycle=Cycle(angle="trunk_inclination", rest_deg=5, effort_deg=60, minimum_range_deg=35, shortest_s=0.8),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="burpee.plank", measure="knee_flexion", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=35, views=("side",), severity=Severity.MAJOR,
            cue="Kick your feet back until your legs are straight.",
            source="Burpee test: legs thrust back into a push-up position; ours: 35 deg for the speed",
        ),
        Rule(
            code="burpee.hips_sag", measure="body_line", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=15, views=("side",), severity=Severity.MINOR,
            cue="Tighten your stomach so that your hips do not sag.",
            source="Burpee test: a straight line from shoulders to heels; ours: a plank's 8 deg, doubled for the speed",
        ),
        Rule(
            code="burpee.hips_high", measure="body_line", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_least=-35, views=("side",), severity=Severity.MINOR,
            cue="Bring your hips down into a straight line.",
            source="Burpee test: a straight line from shoulders to heels; ours: a plank's -25 deg, and 10 for the "
                   "speed",
        ),
        Rule(
            code="burpee.stand", measure="trunk_inclination", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MAJOR,
            cue="Stand up fully before the next repetition.",
            source="Burpee test: back to standing erect; ours: 25 deg for the error of the pose, of the trunk, for "
                   "the hips are straight in the plank, too",
            standard=Standard(
                limit=45, why="Not counted: you did not stand up in between.",
                source="Burpee test: from standing to standing is one; ours: 45 deg is still a squat",
            ),
        ),
    ),
)
