"""Writes what each exercise looks like at rest and at its turning point: `python -m scripts.signatures`.

Taken from the mannequin's own poses, so that a new exercise that is declared and drawn is recognised, too.
"""

import json

import numpy as np

from analysis.judging.exercise import all_exercises
from analysis.judging.signature import SIGNATURES, Known, rises_of, signature_of, written
from analysis.motion.measures import body_height_m
from mannequin.camera import seen
from mannequin.motions import MOTIONS

FROM_THE_SIDE_DEG = 0.0


def drawn_signatures() -> dict[str, dict[str, object]]:
    """By exercise, of all that are repeated and drawn."""
    drawn = [exercise.name for exercise in all_exercises() if exercise.cycle is not None and exercise.name in MOTIONS]
    return {name: written(_drawn(name)) for name in drawn}


def _drawn(name: str) -> Known:
    motion = MOTIONS[name]
    ends = seen(motion.joints(motion.poses(np.array([0.0, 1.0]), np.zeros(2))), FROM_THE_SIDE_DEG)
    about_hips = ends - ends[:, [23, 24]].mean(axis=1, keepdims=True)
    height = body_height_m(about_hips)
    rises = rises_of(ends[:1, :, 1], ends[1:, :, 1], height)
    return Known(signature_of(about_hips[:1], about_hips[1:], height, rises), motion.in_turn)


if __name__ == "__main__":
    SIGNATURES.write_text(json.dumps(drawn_signatures(), indent=1) + "\n", encoding="utf-8")
