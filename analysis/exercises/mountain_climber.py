"""Mountain climber: the knees come forward in turn."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="mountain_climber",
    title="Mountain climber",
    aliases=("mountain climbers", "running plank"),
    views=("side",),
    posture=Posture.PRONE,
    cycle=Cycle(
        angle="hip_flexion", rest_deg=20, effort_deg=55, minimum_range_deg=35, shortest_s=0.2, limbs=Limbs.IN_TURN
    ),
    phases=("out", "back"),
    rules=(
        Rule(
            code="mountain_climber.knee", measure="hip_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=85, views=("side",), severity=Severity.MAJOR,
            cue="Bring your knee forward under your chest.",
            source="ACE tips: thigh in towards the chest; ours: upright under the hip it is at 90 deg, less 5 for the "
                   "error",
            standard=Standard(
                limit=55, why="Not counted: the knee hardly came forward.",
                source="ours: half of the way from the straight leg (20 deg) to the right angle",
            ),
        ),
        Rule(
            code="mountain_climber.leg", measure="hip_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=45, views=("side",), severity=Severity.MINOR,
            cue="Straighten the leg behind you each time.",
            source="ACE tips: the other leg straight; ours: 45 deg for the speed",
        ),
        Rule(
            code="mountain_climber.hips_high", measure="hips_over_shoulders", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=0.08, views=("side",), severity=Severity.MAJOR,
            cue="Keep your hips low, level with your shoulders.",
            source="Men's Health: hips at their highest level with the shoulders; ours: 8 % of body height is 14 cm "
                   "above",
        ),
        Rule(
            code="mountain_climber.arms", measure="upper_arm_tilt", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Keep your shoulders over your hands.",
            source="Men's Health: hands directly below the shoulders; ACE tips: slightly ahead of them; ours: 30 deg "
                   "for both and the error of the pose",
        ),
    ),
)
