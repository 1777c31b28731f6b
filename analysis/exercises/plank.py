"""Plank, on forearms or hands, on toes or knees: held and timed."""

from analysis.judging.exercise import NOT_ASKED, WHOLE, Exercise, Hold, Kept, Posture, Rule, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="plank",
    title="Plank",
    aliases=("planks", "forearm plank", "front plank", "high plank", "elbow plank", "front leaning rest"),
    views=("side",),
    posture=Posture.PRONE,
    cycle=None,
    hold=Hold(
        keeps=(
            Kept("hip_flexion", at_most=90),
            Kept("trunk_inclination", at_least=70),  # who lies on the forearms with the hips on the floor has 64 to 69
            Kept("upper_arm_tilt", at_most=48),  # who lies flat has 50 and more
            Kept("knee_flexion", at_most=110),
            Kept("elbow_flexion", steady_within=50),  # a push-up bends it by 60 and more
        )
    ),
    phases=("hold",),
    rules=(
        Rule(
            code="plank.hips_sag", measure="body_line", statistic=Statistic.HIGH, phase=WHOLE,
            at_most=8, on_knees="knee_line", views=("side",), severity=Severity.MAJOR,
            cue="Tighten your stomach so that your hips do not sag.",
            source="Exercise-Correction: 99 of 100 correct planks stay below 1 deg, 19 of 20 low backs are above 10; "
                   "ours: between both",
        ),
        Rule(
            code="plank.hips_high", measure="body_line", statistic=Statistic.LOW, phase=WHOLE,
            at_least=-25, on_knees="knee_line", views=("side",), severity=Severity.MAJOR,
            cue="Lower your hips into one line with shoulders and knees.",
            source="Exercise-Correction: 99 of 100 correct planks stay above -20 deg, 99 of 100 high hips are below "
                   "-33; ours: between both",
        ),
        Rule(
            code="plank.knees", measure="knee_flexion", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, on_knees=NOT_ASKED, views=("side",), severity=Severity.MINOR,
            cue="Straighten your knees.",
            source="ACE tips: torso and legs rigid; ours: straight, with 30 deg for the error of the pose",
        ),
        Rule(
            code="plank.upper_arms", measure="upper_arm_tilt", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Set your elbows or hands under your shoulders.",
            source="ACE tips: elbows directly under the shoulders; ours: 30 deg for the style and the error of the "
                   "pose",
        ),
    ),
)
