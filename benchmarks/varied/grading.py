"""Taking a variant through the product's own path, told and untold, and holding it against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.judging.exercise import Exercise, all_exercises, find_exercise
from analysis.judging.judge import judge
from analysis.motion.measures import body_of
from analysis.types import Repetition
from analysis.verdicts import AnalysisReport
from benchmarks.clips import NO_EXERCISE, error_of, exercise_of, is_hold
from benchmarks.varied.kinds import Clip, Variant

NOBODY_TOLD = "nobody, told an exercise"
RECOGNISABLE_FROM = 2
"""A single movement may be a gesture: no exercise need be recognised in it."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is found in one variant of one clip.

    Attributes:
        kind: Of the variant.
        file: The clip.
        exercise: Our name for what is done; `unselected` for none of ours.
        truth: What must be found, in words.
        told: Repetitions or holds found.
        untold: Likewise; None where it is not judged untold.
        error, untold_error: By how much they are off; None where that is not asked, or nothing is known of the truth.
        said: The exercise that is recognised, or `unknown`.
        confidence: Of that.
        asked: Whether it has to be recognised, and counted, untold.
        mistaken: Whether it is recognised as another.
        claims: Whether something is found where nobody exercises.
    """

    kind: str
    file: str
    exercise: str
    truth: str
    told: int
    untold: int | None = None
    error: int | None = None
    untold_error: int | None = None
    said: str = ""
    confidence: float = 0.0
    asked: bool = False
    mistaken: bool = False
    claims: bool = False

    @property
    def recognised(self) -> bool:
        """Whether it is, as what it is."""
        return self.said == self.exercise

    @property
    def right(self) -> bool:
        """Whether there is nothing to say against it."""
        return (
            not self.error
            and not self.untold_error
            and not self.mistaken
            and not self.claims
            and (self.recognised or not self.asked)
        )


def graded(variant: Variant) -> Case:
    """The variant, judged."""
    clip = variant.clip
    exercise, body = exercise_of(clip.label), body_of(clip.track)
    told, untold = (
        judge(clip.track, one, people=clip.people, body=body) for one in (exercise, find_exercise("unselected"))
    )
    nothing_known = clip.label["exercise"] in NO_EXERCISE
    known = untold.recognised
    said = known.exercise if known else "unknown"
    fewest = _fewest(variant)
    asked = not nothing_known and not variant.also and (fewest is None or fewest >= RECOGNISABLE_FROM)
    return Case(
        kind=variant.kind,
        file=clip.label["file"],
        exercise=exercise.name,
        truth=_in_words(variant),
        told=_found(told),
        untold=_found(untold),
        error=None if nothing_known else _error(variant, told),
        untold_error=_error(variant, untold) if asked else None,
        said=said,
        confidence=known.confidence if known else 0.0,
        asked=asked,
        mistaken=known is not None and said not in {exercise.name, *variant.also},
        claims=clip.label["exercise"] == "none" and bool(told.efforts or untold.efforts),
    )


def told_of_nobody(clip: Clip, exercises: Sequence[Exercise] | None = None) -> list[Case]:
    """A clip in which nobody exercises, told every exercise, or some."""
    body = body_of(clip.track)
    cases = []
    for exercise in all_exercises() if exercises is None else exercises:
        if exercise.is_known:
            told = judge(clip.track, exercise, people=clip.people, body=body)
            file, found = clip.label["file"], _found(told)
            cases.append(Case(NOBODY_TOLD, file, exercise.name, truth="0", told=found, claims=found > 0))
    return cases


def _error(variant: Variant, report: AnalysisReport) -> int:
    """By how much the count is off, beyond what it may be."""
    if variant.turns is None:
        off = error_of(variant.clip.label, report)
    else:
        off = _unmatched(variant.turns, [one.repetition for one in report.repetitions])
    return max(off - variant.within, 0)


def _unmatched(turns: tuple[int, ...], found: list[Repetition]) -> int:
    """Turning points that lie in no repetition, or repetitions that hold none: the larger number."""
    held = sum(any(one.start <= turn < one.end for one in found) for turn in turns)
    true = sum(any(one.start <= turn < one.end for turn in turns) for one in found)
    return max(len(turns) - held, len(found) - true, abs(len(found) - len(turns)))


def _fewest(variant: Variant) -> int | None:
    """Repetitions that there are at the least; None for what is held."""
    if variant.turns is not None:
        return len(variant.turns)
    return None if is_hold(variant.clip.label) else int((variant.clip.label["reps_range"] or [0])[0])


def _found(report: AnalysisReport) -> int:
    return len(report.efforts)


def _in_words(variant: Variant) -> str:
    if variant.turns is not None:
        return str(len(variant.turns))
    label = variant.clip.label
    return "held" if is_hold(label) else "-".join(str(one) for one in sorted(set(label["reps_range"] or ["-"])))
