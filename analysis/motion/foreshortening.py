"""How far limbs come towards the camera, from how short they look in the picture: bones keep their length.

A scaled orthographic view, of bones whose lengths are known (Taylor 2000, Computer Vision and Image Understanding
80:349). The pictures' own depth, beside the one that the model guesses; which end of a bone is nearer is the model's.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from analysis.motion.angles import Points
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.lenses import Lens
from analysis.motion.measures import Body, body_height_m

CHAIN = ("shoulder", "hip", "knee", "ankle")
"""Joint by joint down the body; arms are too short, and move too far, for their scale to be that of the body."""


def depth_of_bones(whole: Body, frames: slice) -> Lens:
    """The body with metres in the place of pixels: across and down as in the picture, depth from foreshortening.

    Only the joints of `CHAIN` are so; the others are NaN.

    Args:
        whole: The person, whose bones are as long as in the middle of all frames.
        frames: In which he keeps his distance from the camera, most of them not at the turning point: one scale holds
            for all of them, or it would follow the model's depth.
    """
    scale = whole.height_px[frames]
    usual = float(np.nanmedian(scale)) if np.isfinite(scale).any() else float("nan")
    pixels_per_metre = usual / body_height_m(whole.world)
    bones = [(landmark(upper, side), landmark(lower, side)) for side in SIDES for upper, lower in pairwise(CHAIN)]
    lengths = [_length_m(whole.world[:, lower] - whole.world[:, upper]) for upper, lower in bones]

    def looked_at(body: Body) -> Body:
        positions = np.full(body.world.shape, np.nan)
        joints = [landmark(joint, side) for joint in CHAIN for side in SIDES]
        positions[:, joints, :2] = body.image[:, joints] / pixels_per_metre
        positions[:, [landmark(CHAIN[0], side) for side in SIDES], 2] = 0.0
        for (upper, lower), length in zip(bones, lengths, strict=True):
            seen = ((body.image[:, lower] - body.image[:, upper]) ** 2).sum(axis=1) / pixels_per_metre**2
            nearer = body.world[:, lower, 2] < body.world[:, upper, 2]
            away = np.sqrt(np.maximum(length**2 - seen, 0.0)) * np.where(nearer, -1.0, 1.0)
            positions[:, lower, 2] = positions[:, upper, 2] + away
        return replace(body, image=positions)

    return looked_at


def _length_m(bone: Points) -> float:
    """Median length of (frames, 3) metres; NaN where it was never seen."""
    return float(np.nanmedian(np.linalg.norm(bone, axis=1))) if np.isfinite(bone).any() else float("nan")
