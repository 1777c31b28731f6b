"""The vocabulary in which exercises are declared, and the list of those that are known.

A declaration is data: a reader who knows lifting and no Python can read it and correct it. Each lies in a file of its
own in `analysis/exercises/`, as `EXERCISE`, and is found by itself.
"""

import importlib
import pkgutil
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import inf

from analysis.errors import UnknownExercise
from analysis.verdicts import Severity


class Posture(StrEnum):
    """How the trunk is held at the turning point; what is held otherwise is no repetition of the exercise."""

    UPRIGHT = "upright"
    PRONE = "prone"
    SUPINE = "supine"
    HANGING = "hanging"
    BENT_OVER = "bent over"
    ANY = "any"


class Limbs(StrEnum):
    """Which limbs make a repetition."""

    TOGETHER = "together"
    ONE_OR_BOTH = "one or both"
    IN_TURN = "in turn"
    FRONT_LEG = "front leg"

    @property
    def one_at_a_time(self) -> bool:
        """Whether every repetition belongs to one side."""
        return self in (Limbs.IN_TURN, Limbs.FRONT_LEG)


class Statistic(StrEnum):
    """What of a measure over a phase is held against the limit."""

    MAX = "highest"
    MIN = "lowest"
    RANGE = "range of"
    MEAN = "mean"
    HIGH = "upper tenth of"
    LOW = "lower tenth of"
    AT_START = "at the start"
    AT_TURN = "at the turn"
    DURATION = "duration"

    @property
    def is_of_one_frame(self) -> bool:
        """Whether the frame that shows it has the value itself, not only a share in it."""
        return self not in (Statistic.RANGE, Statistic.MEAN, Statistic.DURATION)


WHOLE = "whole"
"""The phase of a rule that looks at the repetition from start to end."""

NOT_ASKED = "not_asked"
"""In the place of a measure: the rule says nothing of who rests on the knees, which is a form of the exercise, too."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """What makes one repetition.

    Attributes:
        angle: The angle that cycles, one of `analysis.motion.cycling.CYCLE_JOINTS`.
        rest_deg: Typical angle at rest, before the movement begins.
        effort_deg: The angle that must be passed on the way from rest for a movement to be an attempt at all. Far short
            of the good range, so that a shallow repetition is counted and judged and not overlooked, and because angles
            in metres, in which it counts, understate strong flexion.
        minimum_range_deg: The angle must travel at least this far towards the turn.
        shortest_s: No repetition is over sooner.
        longest_s: No repetition lasts longer.
        limbs: Which limbs make it.
    """

    angle: str
    rest_deg: float
    effort_deg: float
    minimum_range_deg: float
    shortest_s: float = 0.3
    longest_s: float = 15.0
    limbs: Limbs = Limbs.TOGETHER

    @property
    def rising(self) -> bool:
        """Whether the angle grows towards the turning point."""
        return self.effort_deg > self.rest_deg


@dataclass(frozen=True, slots=True)
class Kept:
    """A range that one angle keeps while a position is held: wide, for what is bad form is the rules' to say.

    Attributes:
        angle: One of `analysis.motion.cycling.CYCLE_JOINTS`, in metres.
        at_least: Lower end, degrees.
        at_most: Upper end, degrees.
        steady_within: Degrees between which it stays for two seconds; who moves more does not hold still.
    """

    angle: str
    at_least: float = 0.0
    at_most: float = 180.0
    steady_within: float = inf


@dataclass(frozen=True, slots=True)
class Hold:
    """What makes a position that is held and timed instead of repeated.

    Attributes:
        keeps: What the position is, beside the exercise's posture.
        shortest_s: What is over sooner was passed through, not held.
        bridged_s: An interruption as short as this (a shift of weight, a frame badly seen) does not end the hold.
    """

    keeps: tuple[Kept, ...]
    shortest_s: float = 3.0
    bridged_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Standard:
    """How far a rule may be missed before the repetition is a no-rep: reported beside the count, with its reason.

    Generous, so that only what nobody would count fails it; between the rule's limit and this one a repetition counts
    and has a fault. A rule that cannot be answered makes no no-rep.

    Attributes:
        limit: In the measure's unit, beyond the rule's own limit.
        why: What is said of the no-rep, one sentence in English.
        source: Where the limit comes from, as in `Rule`.
    """

    limit: float
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A good range that one measure has to keep in every repetition.

    Attributes:
        code: Stable name, `<exercise>.<what>`.
        measure: One of `analysis.motion.measures.MEASURES`, or `duration`.
        statistic: What of the measure counts.
        phase: One of the exercise's phases, or `whole`.
        severity: Weight of a break.
        cue: What to do about it, one sentence in English.
        source: Where the limit comes from, in parts with `; ` between them: `<work>: <what it says>`, where works are
            those of docs/sources.md, and `ours: <what the team chose>`.
        at_least: Lower end of the good range, in the measure's unit; None for no lower end.
        at_most: Upper end; None for no upper end.
        views: Views from which the measure can be believed; empty for any.
        standard: What a repetition must reach to count at all, for a rule with one limit; None if it counts anyhow.
        on_knees: The measure in the place of `measure` where the knees carry the body, or `NOT_ASKED`; empty where that
            is the same.
    """

    code: str
    measure: str
    statistic: Statistic
    phase: str
    severity: Severity
    cue: str
    source: str
    at_least: float | None = None
    at_most: float | None = None
    views: tuple[str, ...] = ()
    standard: Standard | None = None
    on_knees: str = ""

    def side_of(self, value: float) -> int:
        """-1 below the good range, 1 above it, 0 within, or of what is unknown (NaN)."""
        if self.at_least is not None and value < self.at_least:
            return -1
        return int(self.at_most is not None and value > self.at_most)

    @property
    def for_knees(self) -> "Rule":
        """The rule as it is asked of who rests on the knees, if it is."""
        asked_otherwise = self.on_knees not in ("", NOT_ASKED)
        return replace(self, measure=self.on_knees, on_knees="") if asked_otherwise else self

    def __str__(self) -> str:
        """The rule read aloud."""
        limits = [
            f"at {word} {limit:g}"
            for word, limit in (("least", self.at_least), ("most", self.at_most))
            if limit is not None
        ]
        seen = f", seen from the {' or '.join(self.views)}" if self.views else ""
        where = "" if self.phase == WHOLE else f" of the {self.phase}"
        what = self.measure.replace("_", " ")
        named = {
            Statistic.AT_START: f"{what} at the start{where}",
            Statistic.AT_TURN: f"{what} at the turn",
            Statistic.DURATION: f"duration{where or ' of the repetition'}",
        }.get(self.statistic, f"{self.statistic} {what}{where}")
        edge = "up to" if self.at_least is None else "from"
        counts = f", counts {edge} {self.standard.limit:g}" if self.standard else ""
        knees = f", on the knees {self.on_knees.replace('_', ' ')}" if self.on_knees else ""
        return f"{self.code}: {named} {' and '.join(limits)}{seen} ({self.severity}{counts}{knees})"


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A fault that matters in the exercise and that 33 joints cannot show, so that no report passes over it in silence.

    Attributes:
        code: Stable name.
        why: One sentence in English.
    """

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """All that is known of one exercise.

    Attributes:
        name: Canonical name, such as `push_up`.
        title: For people.
        aliases: Further names; case, spaces, `_` and `-` do not matter.
        views: Where the camera should stand, best first.
        posture: How the trunk is held at the turning point.
        cycle: What makes a repetition; None counts whatever moves periodically, unless the exercise is a hold.
        phases: Names of the way to the turning point and of the way back; of a hold, its only one.
        rules: What good form keeps.
        blind_spots: What cannot be judged, and why.
        hold: What is held and timed, instead of a cycle.
        other_cycles: Further ways to count the same repetitions (a jumping jack's legs, where its arms leave the
            picture); the one that explains most of the motion is used.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    views: tuple[str, ...]
    posture: Posture
    cycle: Cycle | None
    phases: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    hold: Hold | None = None
    other_cycles: tuple[Cycle, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it is an exercise of its own, and not the absence of a choice."""
        return self.cycle is not None or self.hold is not None

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        """Every way to count its repetitions, the first one first."""
        return () if self.cycle is None else (self.cycle, *self.other_cycles)

    @property
    def angles(self) -> tuple[str, ...]:
        """The angles that make it, those of `CYCLE_JOINTS` that are looked at for counting or timing."""
        kept = self.hold.keeps if self.hold else ()
        return tuple(dict.fromkeys([*(cycle.angle for cycle in self.cycles), *(one.angle for one in kept)]))


def find_exercise(name: str) -> Exercise:
    """The exercise of that name or alias; case, spaces, `_` and `-` do not matter.

    Raises:
        UnknownExercise: No exercise is called so; the sentence lists those that are.
    """
    found = _exercises_by_name().get(_plain(name))
    if found is None:
        known = ", ".join(exercise.name for exercise in all_exercises())
        raise UnknownExercise(f"There is no exercise called '{name}'. Known are: {known}.")
    return found


@lru_cache(maxsize=1)
def all_exercises() -> tuple[Exercise, ...]:
    """Every declaration in `analysis/exercises/`, by name."""
    import analysis.exercises as package

    modules = (
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    )
    exercises: list[Exercise] = [module.EXERCISE for module in modules]
    return tuple(sorted(exercises, key=lambda exercise: exercise.name))


@lru_cache(maxsize=1)
def _exercises_by_name() -> dict[str, Exercise]:
    return {
        _plain(name): exercise
        for exercise in all_exercises()
        for name in (exercise.name, exercise.title, *exercise.aliases)
    }


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " _-")
