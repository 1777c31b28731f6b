"""Arms-Up: both hands above the head."""

from analysis.judging.static_pose import Condition, StaticPose

POSE = StaticPose(
    name="Arms-Up",
    conditions=(
        Condition("least_wrist_over_nose", at_least=0.0, sure_beyond=0.3),
        Condition("trunk_from_upright", at_most=60, sure_beyond=30),
    ),
    source="Dance app: both wrists above the nose, arms straight or bent; ours: 0.3 torsos above it they are above the "
    "head, and upright, because the hands of a push-up or a sit-up may lie higher than the nose",
)
