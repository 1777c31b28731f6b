"""Push-up."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, the source of the limit.
# fmt: off
EXERCISE = Exercise(
    name="push_up",
    title="Push-up",
    aliases=("pushup", "push ups", "press up"),
    views=("side",),
    posture=Posture.PRONE,
    cycle=Cycle(angle="elbow_flexion", rest_deg=15, effort_deg=45, minimum_range_deg=20),
    phases=("descent", "ascent"),
    rules=(
        Rule(
            code="push_up.depth", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=90, views=("side",), severity=Severity.MAJOR,
            cue="Lower your chest until your elbows are bent to a right angle.",
            source="US Army FM 7-22: upper arms parallel to the ground",
            standard=Standard(
                limit=50, why="Not counted: the elbows were hardly bent.",
                source="US Army FM 7-22: upper arms parallel or no repetition; 50 deg is about half of the way",
            ),
        ),
        Rule(
            code="push_up.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Straighten your arms at the top.",
            source="US Army FM 7-22: arms fully extended, with 30 deg for a soft elbow and the error of the pose",
            standard=Standard(
                limit=65, why="Not counted: the arms were never straightened.",
                source="US Army FM 7-22: arms fully extended or no repetition; 65 deg is plainly bent",
            ),
        ),
        Rule(
            code="push_up.hips_sag", measure="body_line", statistic=Statistic.MAX, phase=WHOLE,
            at_most=8, views=("side",), severity=Severity.MAJOR,
            cue="Tighten your stomach so that your hips do not sag.",
            source="Exercise-Correction plank data set: correct planks stay below 1 deg, low backs start at 10 deg",
        ),
        Rule(
            code="push_up.hips_high", measure="body_line", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-25, views=("side",), severity=Severity.MAJOR,
            cue="Lower your hips into one line with shoulders and ankles.",
            source="Exercise-Correction plank data set: correct planks stay above -18 deg, high hips start at -32 deg",
        ),
    ),
)
