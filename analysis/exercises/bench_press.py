"""Bench press."""

from analysis.judging.exercise import WHOLE, BlindSpot, Cycle, Exercise, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="bench_press",
    title="Bench press",
    aliases=("barbell bench press", "chest press"),
    views=("side",),
    posture=Posture.SUPINE,
    cycle=Cycle(angle="elbow_flexion", rest_deg=15, effort_deg=45, minimum_range_deg=20),
    phases=("lowering", "lifting"),
    rules=(
        Rule(
            code="bench_press.depth", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=80, views=("side",), severity=Severity.MAJOR,
            cue="Lower the bar to your chest.",
            source="IPF: elbows level with the shoulders or below; ours: that is 80 deg or more at any grip",
            standard=Standard(
                limit=45, why="Not counted: the bar stayed far above the chest.",
                source="IPF: no lift with the elbows above the shoulders; ours: 45 deg is about half of the way",
            ),
        ),
        Rule(
            code="bench_press.lockout", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MAJOR,
            cue="Press until your arms are straight.",
            source="IPF: arms straight with elbows locked; ours: 25 deg for the error of the pose",
            standard=Standard(
                limit=60, why="Not counted: the arms were never straightened.",
                source="IPF: no lift without locked elbows; ours: 60 deg is plainly bent",
            ),
        ),
        Rule(
            code="bench_press.forearm", measure="forearm_tilt", statistic=Statistic.AT_TURN, phase=WHOLE,
            at_most=25, views=("side",), severity=Severity.MINOR,
            cue="Keep your wrists above your elbows.",
            source="NSCA, unread: forearms perpendicular to the floor; ours: 25 deg to spare",
        ),
        Rule(
            code="bench_press.even", measure="wrist_difference", statistic=Statistic.HIGH, phase=WHOLE,
            at_most=0.05, views=("front", "rear"), severity=Severity.MINOR,
            cue="Press both hands to the same height.",
            source="IPF: arms extend evenly, slightly uneven passes; ours: 5 % of body height, 9 cm, is more",
        ),
        Rule(
            code="bench_press.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.5, severity=Severity.MINOR,
            cue="Lower the bar under control.",
            source="World Rugby: lowered under control; ACSM 2009: one to two seconds for the way down; ours: less "
                   "than 0.5 s is a drop",
        ),
    ),
    blind_spots=(
        BlindSpot("bench_press.hips_up", "We cannot see the bench, so we cannot tell whether your hips leave it."),
    ),
)
