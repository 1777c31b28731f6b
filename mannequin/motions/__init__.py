"""Every motion that the mannequin knows, by the exercise's name."""

from mannequin.motion import Motion
from mannequin.motions import bar, floor, legs, weights

MOTIONS: dict[str, Motion] = {motion.name: motion for room in (legs, weights, floor, bar) for motion in room.MOTIONS}
"""By the exercise's name."""
