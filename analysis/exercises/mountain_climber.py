"""Mountain climber: the knees come forward in turn."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, the source of the limit.
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
            source="ACE Exercise Library: knee towards the chest; the thigh upright under the hip is 90 deg, less "
                   "the error",
            standard=Standard(
                limit=55, why="Not counted: the knee hardly came forward.",
                source="Less than half of the way from the straight leg (20 deg) to the right angle",
            ),
        ),
        Rule(
            code="mountain_climber.leg", measure="hip_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=45, views=("side",), severity=Severity.MINOR,
            cue="Straighten the leg behind you each time.",
            source="ACE Exercise Library: the other leg stays straight, with 45 deg for the speed",
        ),
        Rule(
            code="mountain_climber.hips_high", measure="hips_over_shoulders", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=0.08, views=("side",), severity=Severity.MAJOR,
            cue="Keep your hips low, level with your shoulders.",
            source="ACE Exercise Library: hips level with the shoulders; 8 % of body height is 14 cm above",
        ),
        Rule(
            code="mountain_climber.arms", measure="upper_arm_tilt", statistic=Statistic.MEAN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Keep your shoulders over your hands.",
            source="ACE Exercise Library: shoulders over the wrists, with 30 deg for the style and the error of the "
                   "pose",
        ),
    ),
)
