"""Romanian deadlift: from standing down to the shins and back."""

from analysis.judging.exercise import WHOLE, BlindSpot, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="romanian_deadlift",
    title="Romanian deadlift",
    aliases=("RDL", "stiff leg deadlift", "stiff legged deadlift", "straight leg deadlift", "good morning"),
    views=("side",),
    posture=Posture.BENT_OVER,
    cycle=Cycle(angle="hip_flexion", rest_deg=5, effort_deg=40, minimum_range_deg=30),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="romanian_deadlift.depth", measure="trunk_lean", statistic=Statistic.MAX, phase=WHOLE,
            at_least=50, views=("side",), severity=Severity.MAJOR,
            cue="Push your hips back until the bar is below your knees.",
            source="NSCA manual: bar just below the knees, or as far as the spine stays neutral; Drillis 1966: hands "
                   "reach the knees at 60 deg; ours: 10 deg for the error of the pose",
            standard=Standard(
                limit=30, why="Not counted: the trunk hardly leaned forward.",
                source="Drillis 1966: hands are just below mid-thigh at 30 deg; ours: that is no repetition",
            ),
        ),
        Rule(
            code="romanian_deadlift.knees", measure="knee_flexion", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=50, views=("side",), severity=Severity.MAJOR,
            cue="Bend your knees only a little and move from your hips.",
            source="NSCA manual: knees stay slightly flexed; ours: 50 deg is a squat's way down",
        ),
        Rule(
            code="romanian_deadlift.lockout", measure="hip_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MINOR,
            cue="Stand up fully between repetitions.",
            source="NSCA manual: the torso back to vertical; ours: 25 deg for the error of the pose",
        ),
        Rule(
            code="romanian_deadlift.bar_drift", measure="hands_ahead_of_legs", statistic=Statistic.MAX, phase=WHOLE,
            at_most=0.15, views=("side",), severity=Severity.MAJOR,
            cue="Keep the bar close to your legs.",
            source="NSCA manual: bar as close as possible to the body; Drillis 1966: the foot is 15 % of body height "
                   "long; ours: no further ahead than that",
        ),
        Rule(
            code="romanian_deadlift.tempo", measure="duration", statistic=Statistic.DURATION, phase="descent",
            at_least=0.5, severity=Severity.MINOR,
            cue="Lower the weight under control.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.5 s is a drop",
        ),
    ),
    blind_spots=(
        BlindSpot("romanian_deadlift.rounded_back", "We do not follow the spine, so we cannot tell a round back."),
    ),
)
