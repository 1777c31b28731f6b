"""Sets in which every fault that the mannequin can do is planted into one repetition, between good ones."""

from mannequin.clip import Clip
from mannequin.motions import MOTIONS


def faulty_set(exercise: str, view: str = "side", *, only: frozenset[str] | None = None) -> Clip:
    """A good repetition, then each fault with a good repetition behind it.

    Args:
        exercise: One of `MOTIONS`.
        view: As in `Clip`.
        only: Names of the plants that are wanted; None for all.

    Returns:
        A clip without a size or a speed of its own. Where sides take turns there are two good ones after each fault, so
        that faults fall to both sides. Slight faults are planted only where the camera stands at the side.
    """
    motion = MOTIONS[exercise]
    good = ("", "") if motion.in_turn else ("",)
    planted = [
        plant.name
        for plant in motion.plants
        if (only is None or plant.name in only) and (view == "side" or not plant.is_slight)
    ]
    faults = good + tuple(name for fault in planted for name in (fault, *good))
    return Clip(
        exercise,
        repetitions=len(faults),
        faults=faults,
        view=view,
        seconds_per_repetition=4.5 if motion.held else 2.2,
        rest_s=3.0 if motion.held else 0.7,
    )
