"""Exercises on the floor."""

from mannequin.body import Anchor, pose
from mannequin.motion import Motion, Plant

_PLANK = {"trunk": 71.3, "head": 60, "thigh": 251.3, "shin": 251.3, "foot": 150, "hand": -85}
_LEGS_DRAWN_UP = {"thigh": 39, "shin": 150.8}

MOTIONS = (
    Motion(
        "push_up",
        "elbow_flexion",
        keys=(
            (0.0, pose(**_PLANK | {"upper_arm": 180, "forearm": 174})),
            (
                1.0,
                pose(
                    **_PLANK
                    | {"trunk": 80.9, "head": 69, "thigh": 260.9, "shin": 260.9, "upper_arm": 231, "forearm": 125}
                    | {"hand": -35, "upper_arm_out": 8, "forearm_out": -2}
                ),
            ),
        ),
        anchor=Anchor("wrist", x=1.33, y=0.03),
        leans={"trunk": -0.6, "thigh": 0.4, "shin": 0.4},
        plants=(
            Plant("push_up.depth", reach=0.61),
            Plant("push_up.depth~", reach=0.7),
            Plant("push_up.depth!", reach=0.42),
            Plant("push_up.lockout", back_to=0.42),
            Plant("push_up.hips_sag", whole={"trunk": -10, "thigh": 9, "shin": 9}),
            Plant("push_up.hips_high", whole={"trunk": 24, "thigh": -18, "shin": -18}),
        ),
    ),
    Motion(
        "sit_up",
        "hip_flexion",
        keys=(
            (0.0, pose(**_LEGS_DRAWN_UP, trunk=-81, head=-73, upper_arm=59, forearm=-66)),
            (1.0, pose(**_LEGS_DRAWN_UP, trunk=-14, head=-6, upper_arm=126, forearm=1)),
        ),
        anchor=Anchor("hip", y=0.11),
        plants=(
            Plant("sit_up.height", reach=0.5),
            Plant("sit_up.return", back_to=0.32),
            Plant("sit_up.knees", whole={"thigh": 36, "shin": -46}),
            Plant("sit_up.tempo", back_s=0.22),
        ),
    ),
    Motion(
        "crunch",
        "trunk_inclination",
        keys=(
            (0.0, pose(**_LEGS_DRAWN_UP, trunk=-90, head=-84, upper_arm=55, forearm=-70)),
            (1.0, pose(**_LEGS_DRAWN_UP, trunk=-66, head=-46, upper_arm=74, forearm=-51)),
        ),
        anchor=Anchor("hip", y=0.11),
        plants=(
            Plant("crunch.height~", reach=0.5),
            Plant("crunch.too_high~", reach=1.75),
            Plant("crunch.return", back_to=0.46),
            Plant("crunch.knees", whole={"thigh": 36, "shin": -46}),
            Plant("crunch.tempo", back_s=0.22),
        ),
    ),
    Motion(
        "glute_bridge",
        "hip_flexion",
        keys=(
            (0.0, pose(trunk=-90, head=-90, thigh=39, shin=150.8, upper_arm=94, forearm=92)),
            (1.0, pose(trunk=-114.7, head=-92, thigh=66, shin=165.6, upper_arm=94, forearm=92)),
        ),
        anchor=Anchor("shoulder", y=0.11),
        leans={"trunk": 1.0, "thigh": -0.5},
        plants=(
            Plant("glute_bridge.height", reach=0.45),
            Plant("glute_bridge.height~", reach=0.56),
            Plant("glute_bridge.return~", back_to=0.39),
            Plant("glute_bridge.knees", whole={"shin": -52}),
            Plant("glute_bridge.tempo", back_s=0.22),
        ),
    ),
    Motion(
        "plank",
        "knee_flexion",
        keys=(
            (0.0, pose(trunk=52, head=44, thigh=132, shin=264, foot=200, upper_arm=160, forearm=92)),
            (1.0, pose(trunk=81.7, head=72, thigh=261.7, shin=261.7, foot=150, upper_arm=180, forearm=92)),
        ),
        anchor=Anchor("elbow", y=0.045),
        leans={"trunk": -0.6, "thigh": 0.4, "shin": 0.4},
        held=True,
        plants=(
            Plant("plank.hips_sag", turn={"trunk": -11, "thigh": 11, "shin": 11}),
            Plant("plank.hips_high", turn={"trunk": 26, "thigh": -18, "shin": -18}),
            Plant("plank.knees", turn={"trunk": 8, "thigh": -26.5, "shin": 15.5}),
            Plant("plank.upper_arms~", turn={"upper_arm": -40}),
        ),
    ),
    Motion(
        "burpee",
        "trunk_inclination",
        keys=(
            (0.0, pose(trunk=2)),
            (0.5, pose(trunk=60, head=50, thigh=80, shin=215, upper_arm=178, forearm=172, hand=-80, x=-0.175)),
            (1.0, pose(**_PLANK | {"upper_arm": 180, "forearm": 174, "x": -0.177})),
        ),
        anchor=Anchor("hip"),
        plants=(
            Plant("burpee.plank", turn={"thigh": -14, "shin": 38}),
            Plant("burpee.hips_sag", turn={"trunk": -8, "thigh": 18, "shin": 18}),
            Plant("burpee.hips_high", turn={"trunk": 30, "thigh": -24, "shin": -24}),
            Plant("burpee.stand", back_to=0.24),
        ),
    ),
    Motion(
        "mountain_climber",
        "hip_flexion",
        keys=(
            (0.0, pose(**_PLANK | {"upper_arm": 180, "forearm": 174})),
            (1.0, pose(**_PLANK | {"upper_arm": 180, "forearm": 174, "right_thigh": 128, "right_shin": 262})),
        ),
        anchor=Anchor("wrist", x=1.33, y=0.03),
        leans={"trunk": -0.6, "thigh": 0.4, "shin": 0.4},
        in_turn=True,
        plants=(
            Plant("mountain_climber.knee", reach=0.55),
            Plant("mountain_climber.knee!", reach=0.38),
            Plant(
                "mountain_climber.hips_high",
                whole={"trunk": 42, "left_thigh": -28, "left_shin": -28, "right_thigh": -14, "right_shin": -14},
            ),
            Plant("mountain_climber.arms", whole={"upper_arm": -42, "forearm": -42}),
        ),
    ),
)
