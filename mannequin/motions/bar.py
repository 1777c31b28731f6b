"""Exercises in which the hands bear the body: on a bar over the head, and on two bars beside the hips."""

from mannequin.body import Anchor, pose
from mannequin.motion import Motion, Plant

MOTIONS = (
    Motion(
        "pull_up",
        "elbow_flexion",
        keys=(
            (
                0.0,
                pose(trunk=0, thigh=172, shin=205, foot=150, upper_arm=14, upper_arm_out=14, forearm=6, forearm_out=12),
            ),
            (
                1.0,
                pose(
                    trunk=-3,
                    head=2,
                    thigh=172,
                    shin=205,
                    foot=150,
                    upper_arm=140,
                    upper_arm_out=50,
                    forearm=-10,
                    forearm_out=-20,
                ),
            ),
        ),
        anchor=Anchor("wrist", x=0.1, y=2.25),
        prop="bar",
        plants=(
            Plant("pull_up.chin", reach=0.62),
            Plant("pull_up.chin!", reach=0.45),
            Plant("pull_up.hang", back_to=0.32),
            Plant("pull_up.swing", turn={"trunk": -38, "thigh": -30, "shin": -30}),
            Plant("pull_up.even", turn={"tilt": 24, "trunk_out": -14}),
            Plant("pull_up.tempo", back_s=0.22),
        ),
    ),
    Motion(
        "dip",
        "elbow_flexion",
        keys=(
            (0.0, pose(trunk=6, thigh=176, shin=235, foot=190, upper_arm=184, forearm=178, hand=0)),
            (1.0, pose(trunk=20, head=10, thigh=176, shin=240, foot=190, upper_arm=256, forearm=154, hand=20)),
        ),
        anchor=Anchor("wrist", x=0.0, y=1.1),
        prop="bars",
        plants=(
            Plant("dip.depth", reach=0.61),
            Plant("dip.depth~", reach=0.66),
            Plant("dip.depth!", reach=0.46),
            Plant("dip.lockout", back_to=0.42),
            Plant("dip.lean", turn={"trunk": 36, "head": 20}),
            Plant("dip.swing", turn={"thigh": -54, "shin": -36}),
            Plant("dip.tempo", there_s=0.22),
        ),
    ),
)
