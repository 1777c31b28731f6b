"""Biceps curl."""

from analysis.judging.exercise import WHOLE, Cycle, Exercise, Limbs, Posture, Rule, Standard, Statistic
from analysis.verdicts import Severity

# A rule reads in four lines: what is measured, the good range, the cue, where the limit is from (docs/sources.md).
# fmt: off
EXERCISE = Exercise(
    name="biceps_curl",
    title="Biceps curl",
    aliases=("bicep curl", "biceps curls", "dumbbell curl", "barbell curl", "curl"),
    views=("side",),
    posture=Posture.UPRIGHT,
    cycle=Cycle(angle="elbow_flexion", rest_deg=20, effort_deg=50, minimum_range_deg=30, limbs=Limbs.ONE_OR_BOTH),
    phases=("lifting", "lowering"),
    rules=(
        Rule(
            code="biceps_curl.top", measure="elbow_flexion", statistic=Statistic.MAX, phase=WHOLE,
            at_least=120, views=("side",), severity=Severity.MAJOR,
            cue="Curl the weight all the way up.",
            source="Exercise-Correction: its authors call a peak weak with more than 60 deg left at the elbow",
            standard=Standard(
                limit=70, why="Not counted: the weight was lifted less than half of the way.",
                source="AMA: the elbow bends by 140 deg; ours: half of it",
            ),
        ),
        Rule(
            code="biceps_curl.bottom", measure="elbow_flexion", statistic=Statistic.MIN, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MINOR,
            cue="Straighten your arm at the bottom.",
            source="ACE: elbows fully extended at the bottom; ours: 30 deg for the error of the pose",
        ),
        Rule(
            code="biceps_curl.upper_arm", measure="shoulder_elevation", statistic=Statistic.MAX, phase=WHOLE,
            at_most=30, views=("side",), severity=Severity.MAJOR,
            cue="Keep your elbows at your sides.",
            source="ACE: elbows do not move forward; Exercise-Correction: more than 40 deg from the vertical is "
                   "loose; ours: 30 deg from the trunk, which may lean itself",
        ),
        Rule(
            code="biceps_curl.lean_back", measure="trunk_lean", statistic=Statistic.MIN, phase=WHOLE,
            at_least=-10, views=("side",), severity=Severity.MAJOR,
            cue="Stand still and do not swing the weight up with your back.",
            source="ACE: torso erect, no arching of the low back; Exercise-Correction: 99 of 100 upright curls stay "
                   "above -4 deg, 99 of 100 leaning ones below -14; ours: between both",
        ),
        Rule(
            code="biceps_curl.tempo", measure="duration", statistic=Statistic.DURATION, phase="lowering",
            at_least=0.5, severity=Severity.MINOR,
            cue="Lower the weight slowly.",
            source="ACSM 2009: one to two seconds for the way down; ours: less than 0.5 s is a drop",
        ),
    ),
)
