"""A bench press from the feet: the body cannot be followed, but its arms can, and they are what moves."""

from analysis.judging.exercise import Exercise, Limbs, Posture
from analysis.motion.arms import by_its_arms
from analysis.motion.measures import Body
from analysis.motion.plausibility import is_followed


def as_followed(body: Body, exercise: Exercise) -> Body:
    """The body, or its arms alone, by the picture, where nothing else can be followed and the exercise is theirs."""
    if not _is_of_both_arms(exercise) or is_followed(body):
        return body
    return by_its_arms(body) or body


def _is_of_both_arms(exercise: Exercise) -> bool:
    """Whether who lies on the back bends both elbows at once."""
    cycle = exercise.cycle
    return (
        cycle is not None
        and exercise.posture is Posture.SUPINE
        and cycle.angle == "elbow_flexion"
        and cycle.limbs is Limbs.TOGETHER
    )
