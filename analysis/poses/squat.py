"""Squat: both knees bent, the hips near the height of the knees."""

from analysis.judging.static_pose import Condition, StaticPose

POSE = StaticPose(
    name="Squat",
    conditions=(
        Condition("least_knee_flexion", at_least=60, sure_beyond=30),
        Condition("hip_over_knee", at_most=0.3, sure_beyond=0.2),
        Condition("thigh_split", at_most=45, sure_beyond=20),
        Condition("trunk_from_upright", at_most=75, sure_beyond=15),
    ),
    source="Dance app: knees below 120 deg, hips less than 0.3 torso above or below the knees; ours: thighs that point "
    "apart are a lunge's; ours: squats stay below 73 deg, and who lies on a bench with bent knees is beyond 75",
)
