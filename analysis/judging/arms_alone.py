"""A bench press from the feet: the body cannot be followed, but its arms can, and they are what moves."""

from analysis.judging.exercise import Exercise, Limbs, Posture
from analysis.motion.arms import arms_hold, with_arms_alone
from analysis.motion.measures import Body
from analysis.motion.plausibility import is_followed


def as_followed(body: Body, exercise: Exercise) -> Body:
    """The body, or its arms alone, by the picture, where nothing else can be followed and the exercise is theirs."""
    if _is_of_both_arms(exercise) and not is_followed(body) and arms_hold(body):
        return with_arms_alone(body)
    return body


def _is_of_both_arms(exercise: Exercise) -> bool:
    """Whether who lies on the back bends both elbows at once."""
    cycle = exercise.cycle
    return (
        cycle is not None
        and exercise.posture is Posture.SUPINE
        and cycle.angle == "elbow_flexion"
        and cycle.limbs is Limbs.TOGETHER
    )
