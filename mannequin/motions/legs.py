"""Exercises on the feet that the legs do."""

from mannequin.body import Anchor, pose
from mannequin.motion import Motion, Plant

MOTIONS = (
    Motion(
        "squat",
        "knee_flexion",
        keys=(
            (0.0, pose(trunk=5, head=2, thigh=177, shin=181, thigh_out=9, shin_out=9, upper_arm=174, forearm=162)),
            (1.0, pose(trunk=42, head=17, thigh=107, shin=215, thigh_out=16, shin_out=2, upper_arm=124, forearm=112)),
        ),
        leans_at_rest=False,
        plants=(
            Plant("squat.depth", reach=0.68),
            Plant("squat.depth~", reach=0.78),
            Plant("squat.depth!", reach=0.5),
            Plant("squat.trunk_lean", turn={"trunk": 26, "head": 15}),
            Plant("squat.lockout", back_to=0.42),
            Plant("squat.knees_in", turn={"thigh_out": -15, "shin_out": 14}),
            Plant("squat.stance", whole={"thigh_out": -6, "shin_out": -7}),
            Plant("squat.tempo", there_s=0.28),
            Plant("squat.tempo~", there_s=0.42),
        ),
    ),
    Motion(
        "split_squat",
        "knee_flexion",
        keys=(
            (0.0, pose(trunk=3, right_thigh=142, right_shin=172, left_thigh=192, left_shin=229, left_foot=130)),
            (1.0, pose(trunk=3, right_thigh=96, right_shin=191, left_thigh=179, left_shin=272, left_foot=150)),
        ),
        anchor=Anchor("right_ankle"),
        plants=(
            Plant("split_squat.depth", reach=0.59),
            Plant("split_squat.depth~", reach=0.68),
            Plant("split_squat.depth!", reach=0.34),
            Plant("split_squat.trunk_lean", turn={"trunk": 44, "head": 24}),
            Plant("split_squat.knee_over_toe", turn={"right_shin": 34, "right_thigh": 34}),
            Plant("split_squat.top", back_to=0.35),
            Plant("split_squat.tempo", there_s=0.22),
        ),
    ),
    Motion(
        "lunge",
        "knee_flexion",
        keys=(
            (0.0, pose(trunk=2)),
            (0.4, pose(trunk=4, right_thigh=132, right_shin=178, left_thigh=186, left_shin=198, left_foot=105)),
            (1.0, pose(trunk=4, right_thigh=89, right_shin=184, left_thigh=186, left_shin=266, left_foot=145)),
        ),
        anchor=Anchor("left_foot_index"),
        in_turn=True,
        plants=(
            Plant("lunge.depth", reach=0.655),
            Plant("lunge.depth!", reach=0.43),
            Plant("lunge.too_deep", reach=1.58),
            Plant("lunge.too_deep~", reach=1.5),
            Plant("lunge.trunk_lean", turn={"trunk": 38, "head": 20}),
            Plant("lunge.knee_over_toe", turn={"right_shin": 38, "right_thigh": 38}),
            Plant("lunge.tempo", there_s=0.22),
        ),
    ),
    Motion(
        "jumping_jack",
        "shoulder_elevation",
        keys=(
            (0.0, pose(trunk=1, upper_arm=180, upper_arm_out=8, forearm=180, forearm_out=5)),
            (
                1.0,
                pose(
                    trunk=1, thigh_out=20, shin_out=20, upper_arm=180, upper_arm_out=160, forearm=180, forearm_out=168
                ),
            ),
        ),
        plants=(
            Plant("jumping_jack.arms", reach=0.72),
            Plant("jumping_jack.arms!", reach=0.45),
            Plant("jumping_jack.legs", turn={"thigh_out": -14.5, "shin_out": -14.5}),
            Plant("jumping_jack.legs!", turn={"thigh_out": -19, "shin_out": -19}),
            Plant("jumping_jack.arms_down", rest={"upper_arm_out": 55, "forearm_out": 55}),
            Plant("jumping_jack.legs_together", rest={"thigh_out": 8, "shin_out": 8}),
            Plant("jumping_jack.even", turn={"left_upper_arm_out": -42, "left_forearm_out": -42}),
        ),
    ),
)
