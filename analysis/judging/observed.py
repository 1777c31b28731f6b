"""A repetition as the camera shows it: what every rule asks of it, worked out once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.judging.exercise import Exercise
from analysis.judging.phases import Phase, frames_of, phases_of
from analysis.judging.picture_clock import PictureWay, picture_way
from analysis.judging.seen import seen_values
from analysis.judging.support import Support, support_of, support_of_hold
from analysis.motion.lenses import Lens, as_seen
from analysis.motion.measures import Body, Measure
from analysis.motion.signals import Signal
from analysis.motion.view import SIDE, is_lying, view_within
from analysis.types import Repetition

LONGEST_S = 0.5
"""So far beyond its counted end a limb is followed to its rest; counting smooths away what is faster than 0.3 s."""


@dataclass(frozen=True)
class Observed:
    """A repetition of somebody.

    Attributes:
        body: The person, over the whole clip.
        repetition: As counted.
        phases: Its two ways.
        is_held: Whether it is a hold.
    """

    body: Body
    repetition: Repetition
    phases: tuple[Phase, ...]
    is_held: bool = False
    _values: dict[tuple[str, Lens], Signal] = field(default_factory=dict, init=False, repr=False)
    _ways: dict[tuple[bool, bool], PictureWay] = field(default_factory=dict, init=False, repr=False)

    @property
    def everything(self) -> slice:
        """All frames of the repetition."""
        return slice(self.repetition.start, self.repetition.end)

    @cached_property
    def surroundings(self) -> slice:
        """The frames of the repetition, and those beside them in which a limb is followed to its rest."""
        times = self.body.timestamps_s
        first_s, last_s = times[self.repetition.start] - LONGEST_S, times[self.repetition.end - 1] + LONGEST_S
        first, end = np.searchsorted(times, first_s), np.searchsorted(times, last_s, side="right")
        return slice(max(int(first) - 1, 0), int(end) + 1)

    @property
    def view(self) -> str:
        """Name of the view over it, as `view_within` tells it."""
        return self._view_and_angle[0]

    @property
    def view_angle_deg(self) -> float | None:
        """0 from the front or rear, 90 from the side; None where nobody is seen."""
        return self._view_and_angle[1]

    @cached_property
    def is_lying(self) -> bool:
        """Whether the trunk is level in most of it."""
        return is_lying(self.body.world, self.everything)

    @cached_property
    def support(self) -> Support:
        """What carries a body that leans on its hands; from elsewhere than the side it is taken to be the feet."""
        if self.view != SIDE:
            return Support.FEET
        if self.is_held:
            return support_of_hold(self.body, self.everything)
        return support_of(self.body, self.surroundings)

    def frames_of(self, phase: str) -> slice:
        """The frames of a phase; of the whole repetition for any other name."""
        return frames_of(phase, self.repetition, self.phases)

    def values_of(self, measure: Measure, frames: slice, lens: Lens = as_seen) -> Signal:
        """The measure over some frames of the surroundings, NaN where a joint of it is hidden; not to be written to."""
        asked = measure.name, lens
        if asked not in self._values:
            self._values[asked] = seen_values(self.body, measure, self.surroundings, self.repetition.side, lens)
        first = self.surroundings.start
        return self._values[asked][frames.start - first : frames.stop - first]

    def picture_way(self, *, back: bool, reversed_way: bool = False) -> PictureWay:
        """The way to its turning point, or back from it, as the picture shows it."""
        asked = back, reversed_way
        if asked not in self._ways:
            self._ways[asked] = picture_way(self.body, self.repetition, back=back, reversed_way=reversed_way)
        return self._ways[asked]

    @cached_property
    def _view_and_angle(self) -> tuple[str, float | None]:
        return view_within(self.body.world, self.everything)


def observe(body: Body, exercise: Exercise, repetition: Repetition) -> Observed:
    """A repetition of the exercise."""
    return Observed(body, repetition, phases_of(repetition, exercise.phases), is_held=exercise.hold is not None)
