"""T-Pose: both arms stretched out to the sides at shoulder height."""

from analysis.judging.static_pose import Condition, StaticPose

POSE = StaticPose(
    name="T-Pose",
    conditions=(
        Condition("most_elbow_flexion", at_most=20, sure_beyond=15),
        Condition("most_wrist_off_shoulder_height", at_most=0.15, sure_beyond=0.1),
        Condition("least_reach_sideways", at_least=0.6, sure_beyond=0.2),
    ),
    source="Dance app: elbows beyond 160 deg, wrists at shoulder height within 15 % of the torso; Drillis 1966: upper "
    "arm and forearm are 1.15 torsos long; ours: so 0.6 leaves out arms that point ahead",
)
