"""Lunge: one leg ahead with its knee bent, the other one back."""

from analysis.judging.static_pose import Condition, StaticPose

POSE = StaticPose(
    name="Lunge",
    conditions=(
        Condition("most_knee_flexion", at_least=60, sure_beyond=20),
        Condition("thigh_split", at_least=45, sure_beyond=20),
        Condition("hip_over_higher_knee", at_most=0.6, sure_beyond=0.3),
        Condition("ankles_uneven_in_height", at_most=0.4, sure_beyond=0.2),
        Condition("trunk_from_upright", at_most=60, sure_beyond=10),
    ),
    source="Dance app: front knee below 120 deg, knees well apart; ours: in the low position the front thigh is "
    "level and the rear one hangs, 60 to 90 deg apart; Drillis 1966: a thigh is 0.85 torso; ours: in a stride the hips "
    "stay a whole thigh above the knees, and a foot that is lifted is no step; ours: lunges stay below 49 deg, "
    "mountain climbers are beyond 60 and who lies is beyond 75",
)
