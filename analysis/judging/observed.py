"""A repetition as the camera shows it: what every rule asks of it, worked out once."""

from dataclasses import dataclass, field
from functools import cached_property

from analysis.judging.phases import Phase, frames_of
from analysis.judging.picture_clock import PictureWay, picture_way
from analysis.motion.measures import Body
from analysis.motion.view import is_lying, view_within
from analysis.types import Repetition


@dataclass(frozen=True)
class Observed:
    """A repetition of somebody.

    Attributes:
        body: The person, over the whole clip.
        repetition: As counted.
        phases: Its two ways.
    """

    body: Body
    repetition: Repetition
    phases: tuple[Phase, ...]
    _ways: dict[tuple[bool, bool], PictureWay] = field(default_factory=dict, init=False, repr=False)

    @property
    def everything(self) -> slice:
        """All frames of the repetition."""
        return slice(self.repetition.start, self.repetition.end)

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

    def frames_of(self, phase: str) -> slice:
        """The frames of a phase; of the whole repetition for any other name."""
        return frames_of(phase, self.repetition, self.phases)

    def picture_way(self, *, back: bool, reversed_way: bool = False) -> PictureWay:
        """The way to its turning point, or back from it, as the picture shows it."""
        asked = back, reversed_way
        if asked not in self._ways:
            self._ways[asked] = picture_way(self.body, self.repetition, back=back, reversed_way=reversed_way)
        return self._ways[asked]

    @cached_property
    def _view_and_angle(self) -> tuple[str, float | None]:
        return view_within(self.body.world, self.everything)
