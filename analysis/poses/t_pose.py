"""T-Pose: both arms stretched out to the sides at shoulder height."""

from analysis.judging.static_pose import Condition, StaticPose

POSE = StaticPose(
    name="T-Pose",
    conditions=(
        Condition("most_elbow_flexion", at_most=20, sure_beyond=15),
        Condition("most_wrist_off_shoulder_height", at_most=0.15, sure_beyond=0.1),
        Condition("least_reach_sideways", at_least=0.6, sure_beyond=0.2),
    ),
    source="Dance app's contract: elbows beyond 160 deg, wrists at shoulder height within 15 % of the torso; an arm is "
    "1.1 torsos long (Drillis and Contini 1966), so 0.6 leaves out arms that point ahead",
)
