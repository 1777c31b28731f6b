"""Jumping jack, counted on the arms or, where they leave the picture, on the legs."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="jumping_jack",
    title="Jumping jack",
    aliases=("jumping jacks", "star jump", "side straddle hop"),
    views=("front", "rear"),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="shoulder_elevation", rest_deg=15, effort_deg=60, minimum_range_deg=45),
    other_cycles=(Cycle(angle="legs_apart", rest_deg=12, effort_deg=22, minimum_range_deg=12),),
    phases=("out", "back"),
    rules=(
        Rule(
            code="jumping_jack.arms", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_least=135, views=("front", "rear"), severity=Severity.MAJOR,
            cue="Swing your arms up over your head.",
            source="Wikipedia: hands over the head, sometimes in a clap; ours: 45 deg for hands that meet before it",
            standard=Standard(
                limit=95, why="Not counted: the arms hardly passed shoulder height.",
                source="Wikipedia: hands over the head; ours: level arms are half of the way",
            ),
        ),
        Rule(
            code="jumping_jack.legs", measure="stance_width", statistic=Statistic.MAX, phase=WHOLE,
            at_least=1.2, views=("front", "rear"), severity=Severity.MAJOR,
            cue="Jump your feet out wider than your shoulders.",
            source="Wikipedia: legs spread wide; ours: ankles 1.2 shoulder joints apart are as wide as the shoulders",
            standard=Standard(
                limit=0.8, why="Not counted: the feet stayed together.",
                source="Wikipedia: legs spread wide; ours: hips are 0.7 wide, so at 0.8 the feet stayed under them",
            ),
        ),
        Rule(
            code="jumping_jack.arms_down", measure="shoulder_elevation", statistic=Statistic.MIN, phase=WHOLE,
            at_most=45, views=("front", "rear"), severity=Severity.MINOR,
            cue="Bring your arms down to your sides each time.",
            source="Wikipedia: arms back at the sides; ours: 45 deg for the swing",
        ),
        Rule(
            code="jumping_jack.legs_together", measure="stance_width", statistic=Statistic.MIN, phase=WHOLE,
            at_most=0.95, views=("front", "rear"), severity=Severity.MINOR,
            cue="Bring your feet together each time.",
            source="Wikipedia: feet back together; ours: feet under the shoulders are not together",
        ),
        Rule(
            code="jumping_jack.even", measure="wrist_difference", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=0.1, views=("front", "rear"), severity=Severity.MINOR,
            cue="Swing both arms to the same height.",
            source="ours: 10 % of body height, about a hand's length, is plainly seen by a coach",
        ),
    ),
)
