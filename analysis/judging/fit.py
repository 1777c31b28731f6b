"""Whether what is seen can be the exercise that was told: a bench press that was sent as a squat has no squats.

Said only where it is plain. Bad form, a part of the way, and the neighbours of an exercise (deadlift and squat, lunge
and split squat) are not: the benefit of the doubt is the exerciser's.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.judging.attempts import FEWEST_OF_A_SET
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.recognition import DIRECTION_FROM, recognise
from analysis.judging.repetitions import Count, count
from analysis.judging.resemblance import (
    UNLIKELY_FROM,
    Resemblance,
    resemblance,
    resemblances,
    signature_at,
    signatures_at,
)
from analysis.judging.signature import Signature, known_signatures
from analysis.motion.measures import DEGREES, Body
from analysis.types import Repetition
from analysis.verdicts import Remark

NOT_THIS_EXERCISE = "not_this_exercise"
"""Code of the remark that it is neither the exercise nor another one that is known."""

SURE_FROM = 0.5
"""Confidence from which on another exercise is taken to be done."""

PLAIN_FROM = 1.75
SAME_DIRECTION_FROM = 0.1
"""Where no other is recognised: squared tolerances beyond which it is not the exercise either, if the body changes in
another direction, too. Of the given clips told rightly the worst has 1.2 and 0.36, of drawn no-reps 3.4 and 0.18."""

OWN_DIRECTION_FROM, FEWEST_OF_ITS_OWN = 0.7, 2
STRAYS_BELOW = 0.5
WANDERS_BELOW, WANDERS_SHARE = 0.7, 0.5
"""What is counted among others: where two repetitions change the body in the exercise's direction, one that goes
elsewhere (below 0.5, and unlikely by its distance), or half astray and not half as far as they do, is part of walking
in or of something else that is done before or after. Of the true repetitions in the given clips the worst has 0.60 and
goes further than the others; steps told as squats have 0.65 and a third of the way, told as curls 0.5 to 0.9."""

HELD_OTHERWISE_FROM = 6.25
"""Squared tolerances, beyond which trunk or working limb are so plainly held otherwise (two and a half tolerances) that
what is unlikely by its distance is no repetition either, though it goes nearly the exercise's way: jumping jacks after
curls have 8.9 to 16. A true one that is done badly may come close to it (a drawn burpee that ends bent): so only
what is done so at least twice in a row, before or after all others, is left out."""
FEWEST_OF_ANOTHER = 2


HALVES_FROM = 0.5
"""Direction within 60 degrees of the exercise's own: so the whole body's movement, which may turn anywhere, is known to
turn where the exercise does. Of drawn sets three are counted on it, at 0.58 to 0.80 (the other way round they would be
at -0.58 and less); a given set of push-ups from above, of which neither can be said, is at -0.29."""


def has_its_phases(body: Body, exercise: Exercise, counted: Count) -> bool:
    """Whether what was counted rests and turns where the exercise does, so that its halves are its phases."""
    if exercise.cycle is None or counted.signal_unit == DEGREES:
        return True
    known = known_signatures().get(exercise.name)
    if known is None or not counted.repetitions:
        return False
    return _alike(body, exercise, known.signature, counted.repetitions).direction >= HALVES_FROM


def without_others(body: Body, exercise: Exercise, counted: Count) -> Count:
    """The count without movements that are plainly not the exercise, where others in it plainly are."""
    known = known_signatures().get(exercise.name)
    if known is None or len(counted.repetitions) <= FEWEST_OF_ITS_OWN:
        return counted
    alike = _likest(body, exercise, known.signature, counted.repetitions)
    own = [one for one in alike if one.direction >= OWN_DIRECTION_FROM and one.distance <= UNLIKELY_FROM]
    if len(own) < FEWEST_OF_ITS_OWN:
        return counted
    usual_way = float(np.median([one.way for one in own]))
    kept = [
        repetition
        for repetition, one, is_another in zip(counted.repetitions, alike, _before_and_after(alike), strict=True)
        if not (
            is_another
            or (one.direction < STRAYS_BELOW and one.distance > UNLIKELY_FROM)
            or (one.direction < WANDERS_BELOW and one.way < WANDERS_SHARE * usual_way)
        )
    ]
    numbered = tuple(replace(one, index=number) for number, one in enumerate(kept, start=1))
    return replace(counted, repetitions=numbered)


def _before_and_after(alike: Sequence[Resemblance]) -> list[bool]:
    """For each, whether it is one of several in a row at either end in which the body is plainly held otherwise."""
    own = [
        number
        for number, one in enumerate(alike)
        if one.direction >= DIRECTION_FROM or one.distance <= UNLIKELY_FROM or one.apart <= HELD_OTHERWISE_FROM
    ]
    first, last = (own[0], own[-1]) if own else (0, len(alike) - 1)
    before, after = first >= FEWEST_OF_ANOTHER, len(alike) - 1 - last >= FEWEST_OF_ANOTHER
    return [(before and number < first) or (after and number > last) for number in range(len(alike))]


def _likest(body: Body, exercise: Exercise, known: Signature, repetitions: Sequence[Repetition]) -> list[Resemblance]:
    """Of each, of its way there or its way back; the rest before a first one may be part of getting ready."""
    turns = [one.turn for one in repetitions]
    there, back = (
        resemblances(signatures_at(body, rests, turns), known, exercise)
        for rests in ([one.start for one in repetitions], [one.end - 1 for one in repetitions])
    )
    return [max(ways, key=lambda way: way.direction) for ways in zip(there, back, strict=True)]


def _alike(body: Body, exercise: Exercise, known: Signature, repetitions: Sequence[Repetition]) -> Resemblance:
    """Of the set, of its ways there."""
    starts, turns = [one.start for one in repetitions], [one.turn for one in repetitions]
    return resemblance(signature_at(body, starts, turns), known, exercise)


def misfit(body: Body, exercise: Exercise, counted: Count) -> Remark | None:
    """Why nothing of what was counted can be the exercise that was told; None where it may be."""
    known = known_signatures().get(exercise.name)
    if known is None or not counted.repetitions:
        return None
    alike = _alike(body, exercise, known.signature, counted.repetitions)
    if alike.distance <= UNLIKELY_FROM:
        return None
    seen = recognise(body, count(body, find_exercise("unselected"), counted.motion))
    if seen is not None and seen.exercise != exercise.name and seen.confidence >= SURE_FROM:
        return Remark("another_exercise", {"exercise": (exercise.name,), "seen": (seen.exercise,)})
    on_own_angle = counted.signal_unit == DEGREES  # in its posture, too: its standard says what is wrong with it
    if on_own_angle:
        # of a lift and a piece of another, one may be read wrongly
        is_set = len(counted.repetitions) >= FEWEST_OF_A_SET
        goes_elsewhere = is_set and alike.direction < WANDERS_BELOW and alike.way < WANDERS_SHARE
    else:
        goes_elsewhere = alike.distance > PLAIN_FROM and alike.direction < SAME_DIRECTION_FROM
    if goes_elsewhere and (seen is None or seen.exercise != exercise.name):
        return Remark("not_this_exercise", {"exercise": (exercise.name,)})
    return None
