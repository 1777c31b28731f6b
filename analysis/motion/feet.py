"""Where the toes of a foot that stands must be: it keeps its place under the ankle, whatever a pose model sees."""

from dataclasses import replace

import numpy as np

from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import Body


def with_steady_toes(body: Body, frames: slice) -> Body:
    """The body with each foot's toes as far from its ankle in the picture as in the middle of some frames.

    In a deep lunge the model loses the toes for some frames and puts them under the shin, though the foot stands.

    Args:
        body: The person.
        frames: Of a repetition, in most of which the foot stands flat.
    """
    image = body.image.copy()
    for side in SIDES:
        ankle, toes = landmark("ankle", side), landmark("foot_index", side)
        foot = image[frames, toes] - image[frames, ankle]
        if np.isfinite(foot).all(axis=1).any():
            image[:, toes] = image[:, ankle] + np.nanmedian(foot, axis=0)
    return replace(body, image=image)
