"""Exercises with weights: on the feet, and on a bench."""

from mannequin.body import Anchor, pose
from mannequin.motion import Motion, Plant

MOTIONS = (
    Motion(
        "biceps_curl",
        "elbow_flexion",
        keys=(
            (0.0, pose(trunk=2, upper_arm=176, forearm=166)),
            (1.0, pose(trunk=2, upper_arm=174, forearm=38)),
        ),
        prop="dumbbell",
        plants=(
            Plant("biceps_curl.top", reach=0.72),
            Plant("biceps_curl.top!", reach=0.42),
            Plant("biceps_curl.bottom", back_to=0.32),
            Plant("biceps_curl.upper_arm", turn={"upper_arm": -42, "forearm": -42}),
            Plant("biceps_curl.lean_back", turn={"trunk": -22, "head": -10, "upper_arm": 15}),
            Plant("biceps_curl.tempo", back_s=0.28),
            Plant("biceps_curl.tempo~", back_s=0.4),
        ),
    ),
    Motion(
        "military_press",
        "elbow_flexion",
        keys=(
            (0.0, pose(trunk=1, upper_arm=150, upper_arm_out=38, forearm=8, forearm_out=-4)),
            (1.0, pose(trunk=1, upper_arm=14, upper_arm_out=6, forearm=6, forearm_out=4)),
        ),
        prop="barbell",
        plants=(
            Plant("military_press.lockout", reach=0.66, also=("military_press.overhead",)),
            Plant("military_press.overhead", turn={"upper_arm": 30, "forearm": 30}),
            Plant("military_press.bottom", back_to=0.47),
            Plant("military_press.lean_back", turn={"trunk": -28, "head": -12, "upper_arm": -28, "forearm": -28}),
            Plant("military_press.leg_drive", turn={"thigh": -25, "shin": 22}),
            # the body bends to the side and one elbow lags; shoulders alone cannot tilt so far
            Plant(
                "military_press.even",
                turn={"tilt": 22, "trunk_out": -15, "right_upper_arm_out": 18, "right_forearm_out": -18},
                also=("military_press.lockout",),
            ),
            Plant("military_press.bottom~", back_to=0.42),
        ),
    ),
    Motion(
        "front_raise",
        "shoulder_elevation",
        keys=(
            (0.0, pose(trunk=1, upper_arm=174, forearm=166)),
            (1.0, pose(trunk=1, upper_arm=86, forearm=80)),
        ),
        prop="dumbbell",
        plants=(
            Plant("front_raise.height", reach=0.62),
            Plant("front_raise.height!", reach=0.4),
            Plant("front_raise.too_high", reach=1.5),
            Plant("front_raise.elbows", whole={"forearm": -58}),
            Plant("front_raise.lean_back", turn={"trunk": -22, "head": -10, "upper_arm": -16, "forearm": -16}),
            Plant("front_raise.tempo", back_s=0.28),
        ),
    ),
    Motion(
        "lateral_raise",
        "shoulder_elevation",
        keys=(
            (0.0, pose(trunk=1, upper_arm=180, upper_arm_out=8, forearm=178, forearm_out=4)),
            (1.0, pose(trunk=1, upper_arm=178, upper_arm_out=88, forearm=176, forearm_out=82)),
        ),
        prop="dumbbell",
        plants=(
            Plant("lateral_raise.height", reach=0.6),
            Plant("lateral_raise.height!", reach=0.4),
            Plant("lateral_raise.too_high", reach=1.4),
            Plant("lateral_raise.elbows", turn={"forearm_out": -66}),
            Plant("lateral_raise.even", turn={"left_upper_arm_out": -25, "left_forearm_out": -25}),
            Plant("lateral_raise.tempo", back_s=0.28),
        ),
    ),
    Motion(
        "deadlift",
        "hip_flexion",
        keys=(
            (0.0, pose(trunk=62, head=46, thigh=131, shin=194, upper_arm=188, forearm=186)),
            (1.0, pose(trunk=2, head=2, thigh=178, shin=181, upper_arm=178, forearm=174)),
        ),
        prop="barbell",
        plants=(
            Plant("deadlift.hip_lockout", reach=0.78),
            Plant("deadlift.hip_lockout!", reach=0.52),
            Plant("deadlift.knee_lockout", turn={"shin": 20, "thigh": -15, "trunk": -7}),
            Plant("deadlift.lean_back", turn={"trunk": -24, "head": -12, "thigh": 8, "shin": 4}),
            Plant(
                "deadlift.hips_low", start={"thigh": -50, "shin": 12, "trunk": -10}, also=("deadlift.shoulders_behind",)
            ),
            Plant("deadlift.shoulders_behind", start={"trunk": -34, "upper_arm": -19, "forearm": -19}),
            Plant("deadlift.shoulders_behind~", start={"trunk": -26, "upper_arm": -16, "forearm": -16}),
            Plant("deadlift.bar_drift", whole={"upper_arm": -28, "forearm": -28}, also=("deadlift.shoulders_behind",)),
        ),
    ),
    Motion(
        "romanian_deadlift",
        "hip_flexion",
        keys=(
            (0.0, pose(trunk=2, head=2, thigh=178, shin=181, upper_arm=178, forearm=174)),
            (1.0, pose(trunk=72, head=52, thigh=162, shin=181, upper_arm=205, forearm=203)),
        ),
        prop="barbell",
        plants=(
            Plant("romanian_deadlift.depth", reach=0.56),
            Plant("romanian_deadlift.depth!", reach=0.46, turn={"trunk": -8, "thigh": -10}),
            Plant("romanian_deadlift.knees", turn={"shin": 22, "thigh": -22}),
            Plant("romanian_deadlift.lockout", back_to=0.39),
            Plant("romanian_deadlift.bar_drift", whole={"upper_arm": -30, "forearm": -30}),
            Plant("romanian_deadlift.tempo", there_s=0.28),
            Plant("romanian_deadlift.lockout~", back_to=0.32),
        ),
    ),
    Motion(
        "row",
        "elbow_flexion",
        keys=(
            (0.0, pose(trunk=60, head=42, thigh=150, shin=186, upper_arm=182, forearm=178)),
            (1.0, pose(trunk=60, head=42, thigh=150, shin=186, upper_arm=258, forearm=152)),
        ),
        prop="barbell",
        plants=(
            Plant("row.top", reach=0.54),
            Plant("row.top~", reach=0.6),
            Plant("row.bottom", back_to=0.45),
            Plant("row.trunk_lean", whole={"trunk": -46, "head": -24}),
            Plant("row.trunk_lean~", whole={"trunk": -38, "head": -20}),
            Plant("row.trunk_swing", turn={"trunk": -32, "head": -17}),
            Plant("row.tempo", back_s=0.22),
        ),
    ),
    Motion(
        "bench_press",
        "elbow_flexion",
        keys=(
            (0.0, pose(trunk=-90, head=-90, thigh=94, shin=170, upper_arm=6, forearm=-4, hand=4)),
            (
                1.0,
                pose(
                    trunk=-90,
                    head=-90,
                    thigh=94,
                    shin=170,
                    upper_arm=97,
                    forearm=-4,
                    upper_arm_out=20,
                    forearm_out=4,
                    hand=4,
                ),
            ),
        ),
        anchor=Anchor("hip", y=0.52),
        prop="bench",
        leans={},
        plants=(
            Plant("bench_press.depth", reach=0.6),
            Plant("bench_press.depth~", reach=0.66),
            Plant("bench_press.lockout", back_to=0.42),
            Plant("bench_press.forearm", turn={"forearm": -38, "upper_arm": -28}),
            Plant("bench_press.even", turn={"left_upper_arm": -22}),
            Plant("bench_press.tempo", there_s=0.28),
        ),
    ),
)
