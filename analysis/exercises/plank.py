"""Plank, on forearms or hands, on toes or knees: held and timed."""

from analysis.judging.exercise import WHOLE, Exercise, Hold, Kept, Posture, Rule, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, the source of the limit.
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
            Kept("upper_arm_tilt", at_most=40),  # who lies flat has 50 and more
            Kept("knee_flexion", at_most=110),
            Kept("elbow_flexion", steady_within=50),  # a push-up bends it by 60 and more
        )
    ),
    phases=("hold",),
    rules=(
        Rule(
            code="plank.hips_sag", measure="support_line", statistic=Statistic.HIGH, phase=WHOLE,
            at_most=8, views=("side",), severity=Severity.MAJOR,
            cue="Tighten your stomach so that your hips do not sag.",
            source="Exercise-Correction plank data set: correct planks stay below 1 deg, low backs start at 10 deg",
        ),
        Rule(
            code="plank.hips_high", measure="support_line", statistic=Statistic.LOW, phase=WHOLE,
            at_least=-25, views=("side",), severity=Severity.MAJOR,
            cue="Lower your hips into one line with shoulders and ankles.",
            source="Exercise-Correction plank data set: correct planks stay above -18 deg, high hips start at -32 deg",
        ),
        Rule(
            code="plank.knees", measure="knee_flexion", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Straighten your knees.",
            source="ACE Exercise Library: legs straight, with 30 deg for the error of the pose",
        ),
        Rule(
            code="plank.upper_arms", measure="upper_arm_tilt", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Set your elbows or hands under your shoulders.",
            source="ACE Exercise Library: elbows directly below the shoulders, with 30 deg for the style and the "
                   "error of the pose",
        ),
    ),
)
