"""Whether what is seen can be the exercise that was told: a bench press that was sent as a squat has no squats.

Said only where it is plain. Bad form, a part of the way, and the neighbours of an exercise (deadlift and squat, lunge
and split squat) are not: the benefit of the doubt is the exerciser's.
"""

from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.recognition import UNLIKELY_FROM, recognise
from analysis.judging.repetitions import Count, count
from analysis.judging.resemblance import resemblance, signature_at
from analysis.judging.signature import known_signatures
from analysis.motion.measures import DEGREES, Body
from analysis.verdicts import Remark

NOT_THIS_EXERCISE = "not_this_exercise"
"""Code of the remark that it is neither the exercise nor another one that is known."""

SURE_FROM = 0.5
"""Confidence from which on another exercise is taken to be done."""

PLAIN_FROM = 1.75
SAME_DIRECTION_FROM = 0.1
"""Where no other is recognised: squared tolerances beyond which it is not the exercise either, if the body changes in
another direction, too. Of the given clips told rightly the worst has 1.2 and 0.36, of drawn no-reps 3.4 and 0.18."""


def misfit(body: Body, exercise: Exercise, counted: Count) -> Remark | None:
    """Why nothing of what was counted can be the exercise that was told; None where it may be."""
    known = known_signatures().get(exercise.name)
    if known is None or not counted.repetitions:
        return None
    frames = [(one.start, one.turn) for one in counted.repetitions]
    alike = resemblance(signature_at(body, *map(list, zip(*frames, strict=True))), known.signature, exercise)
    if alike.distance <= UNLIKELY_FROM:
        return None
    seen = recognise(body, len(count(body, find_exercise("unselected")).repetitions))
    if seen is not None and seen.exercise != exercise.name and seen.confidence >= SURE_FROM:
        return Remark("another_exercise", {"exercise": (exercise.name,), "seen": (seen.exercise,)})
    goes_elsewhere = alike.direction < SAME_DIRECTION_FROM
    on_own_angle = counted.signal_unit == DEGREES  # in its posture, too: its standard says what is wrong with it
    if (
        not on_own_angle
        and alike.distance > PLAIN_FROM
        and goes_elsewhere
        and (seen is None or seen.exercise != exercise.name)
    ):
        return Remark("not_this_exercise", {"exercise": (exercise.name,)})
    return None
