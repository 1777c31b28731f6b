"""Deadlift."""

from analysis.judging.exercise import WHOLE, BlindSpot, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="deadlift",
    title="Deadlift",
    aliases=("dead lift", "dead lifts", "conventional deadlift", "barbell deadlift"),
    views=("side",),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="hip_flexion", rest_deg=100, effort_deg=60, minimum_range_deg=30),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="deadlift.hip_lockout", measure="hip_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=15, views=("side",), severity=Severity.MAJOR,
            cue="Stand up fully and push your hips forward.",
            source="IPF: standing erect; ours: 15 deg for the error of the pose",
            standard=Standard(
                limit=45, why="Not counted: you did not stand up straight.",
                source="IPF: no lift without standing erect; ours: 45 deg is plainly bent",
            ),
        ),
        Rule(
            code="deadlift.knee_lockout", measure="knee_flexion", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MAJOR,
            cue="Straighten your knees at the top.",
            source="IPF: knees locked straight; ours: 25 deg for the error of the pose",
        ),
        Rule(
            code="deadlift.lean_back", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-10, views=("side",), severity=Severity.MINOR,
            cue="Stand straight at the top and do not lean back.",
            source="IPF: standing erect; ours: 10 deg to the rear is beyond the error of the pose",
        ),
        Rule(
            code="deadlift.hips_low", measure="hip_over_knee", statistic=Statistic.AT_START, phase="lifting",
            at_least=0.02, views=("side",), severity=Severity.MINOR,
            cue="Start with your hips higher than your knees.",
            source="MoveSkill: hips at a height between shoulders and knees; ours: by 2 % of body height or more",
        ),
        Rule(
            code="deadlift.shoulders_behind", measure="shoulders_ahead_of_hands", statistic=Statistic.AT_START,
            phase="lifting", at_least=-0.03, views=("side",), severity=Severity.MINOR,
            cue="Start with your shoulders over the bar.",
            source="Starting Strength: shoulders slightly in front of the bar; ours: 3 % for the error",
        ),
        Rule(
            code="deadlift.bar_drift", measure="hands_ahead_of_legs", statistic=Statistic.MAX, phase="lifting",
            at_most=0.10, views=("side",), severity=Severity.MAJOR,
            cue="Keep the bar close to your legs.",
            source="MoveSkill: bar against the legs; NSCA, unread: it starts over the balls of the feet; ours: they "
                   "are 7 % ahead of the ankles, a bar on the thighs as far ahead of these, and 3 % for the error",
        ),
    ),
    blind_spots=(BlindSpot("deadlift.rounded_back", "We do not follow the spine, so we cannot tell a round back."),),
)
