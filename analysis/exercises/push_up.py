"""Push-up."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
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
            source="APFT: upper arms at least parallel to the ground; ours: which bends the elbow by 90 deg",
            standard=Standard(
                limit=50, why="Not counted: the elbows were hardly bent.",
                source="APFT: no repetition unless the upper arms are; ours: 50 deg is about half of the way",
            ),
        ),
        Rule(
            code="push_up.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Straighten your arms at the top.",
            source="APFT: arms fully extended; ours: 30 deg for a soft elbow and the error of the pose",
            standard=Standard(
                limit=65, why="Not counted: the arms were never straightened.",
                source="APFT: no repetition unless the arms are; ours: 65 deg is plainly bent",
            ),
        ),
        Rule(
            code="push_up.hips_sag", measure="body_line", statistic=Statistic.MAX, phase=WHOLE,
            at_most=8, on_knees="knee_line", views=("side",), severity=Severity.MAJOR,
            cue="Tighten your stomach so that your hips do not sag.",
            source="APFT: a straight line from shoulders to ankles; ACE bent-knee: from shoulders to knees; "
                   "Exercise-Correction: 99 of 100 correct planks stay below 1 deg, 19 of 20 low backs are above 10; "
                   "ours: between both",
        ),
        Rule(
            code="push_up.hips_high", measure="body_line", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-25, on_knees="knee_line", views=("side",), severity=Severity.MAJOR,
            cue="Lower your hips into one line with shoulders and knees.",
            source="APFT: a straight line from shoulders to ankles; ACE bent-knee: from shoulders to knees; "
                   "Exercise-Correction: 99 of 100 correct planks stay above -20 deg, 99 of 100 high hips are below "
                   "-33; ours: between both",
        ),
    ),
)
