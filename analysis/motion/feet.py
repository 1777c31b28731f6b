"""Where a foot that stands must be: it keeps its place, and its toes theirs before the ankle, whatever a model sees."""

from dataclasses import replace

import numpy as np

from analysis.motion.landmarks import SEEN_FROM, SIDES, landmark
from analysis.motion.lenses import Lens
from analysis.motion.measures import Body


def steady_toes(whole: Body, frames: slice) -> Lens:
    """The body with each foot's toes as far from its ankle in the picture as in the middle of some frames.

    In a deep lunge the model loses the toes for some frames and puts them under the shin, though the foot stands.

    Args:
        whole: The person.
        frames: Of a repetition, in most of which the foot stands flat.
    """
    feet = {
        (landmark("ankle", side), landmark("foot_index", side)): whole.image[frames, landmark("foot_index", side)]
        - whole.image[frames, landmark("ankle", side)]
        for side in SIDES
    }
    usual = {ends: np.nanmedian(foot, axis=0) for ends, foot in feet.items() if np.isfinite(foot).all(axis=1).any()}

    def looked_at(body: Body) -> Body:
        image = body.image.copy()
        for (ankle, toes), foot in usual.items():
            image[:, toes] = image[:, ankle] + foot
        return replace(body, image=image)

    return looked_at


def steady_feet(whole: Body, frames: slice) -> Lens:
    """The body with each ankle where it is in the picture in the middle of some frames, of those in which it is seen.

    Plates on the floor hide the feet of who bends over the bar, and the model puts them beside the knee.

    Args:
        whole: The person.
        frames: Of a repetition, over which both feet and the camera stay where they are.
    """
    ankles = [landmark("ankle", side) for side in SIDES]
    seen = {ankle: whole.image[frames, ankle][whole.visibility[frames, ankle] >= SEEN_FROM] for ankle in ankles}
    usual = {ankle: np.nanmedian(places, axis=0) for ankle, places in seen.items() if np.isfinite(places).any()}

    def looked_at(body: Body) -> Body:
        image = body.image.copy()
        for ankle, place in usual.items():
            image[:, ankle] = place
        return replace(body, image=image)

    return looked_at
