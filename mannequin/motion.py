"""The vocabulary in which motions are declared: key poses, what the figure touches, and faults that can be planted."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mannequin.body import PARTS, Anchor, Points, Pose, angles, changed, joints

Values = NDArray[np.float64]
Degrees = dict[str, float]

BODY_ANGLES = ("trunk_inclination", "legs_apart")
"""Leading angles that belong to no side."""

_BEYOND = np.linspace(-0.5, 2.0, 501)
"""Shares of the way at which the leading angle is tabulated: a planted turn may lie beyond the motion's own."""


@dataclass(frozen=True)
class Plant:
    """A fault that can be planted into one repetition.

    Attributes:
        name: Code of the rule that it breaks; with a `!` behind it, so badly that the repetition does not count, with a
            `~`, so slightly that nobody can be asked to see it.
        turn: Degrees by which parts of the body change at the turning point, fading out to both rests.
        whole: Degrees by which they change from start to end; it comes and goes in the pauses.
        start: Degrees by which they change at the rest before.
        rest: Degrees by which they change at both rests.
        reach: Share of the way to the turning point; None for all of it.
        back_to: Share of the way at which the rests before and after remain.
        there_s: Seconds to the turning point, instead of the clip's.
        back_s: Seconds back.
        also: Codes of rules that the same movement cannot help breaking.
    """

    name: str
    turn: Degrees = field(default_factory=dict)
    whole: Degrees = field(default_factory=dict)
    start: Degrees = field(default_factory=dict)
    rest: Degrees = field(default_factory=dict)
    reach: float = 1.0
    back_to: float = 0.0
    there_s: float | None = None
    back_s: float | None = None
    also: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Of the rule that it breaks."""
        return self.name.rstrip("!~")

    @property
    def counts(self) -> bool:
        """Whether the repetition counts all the same."""
        return not self.name.endswith("!")

    @property
    def is_slight(self) -> bool:
        """Whether it breaks its limit by less than an instrument can tell."""
        return self.name.endswith("~")


@dataclass(frozen=True, eq=False)
class Motion:
    """How one exercise is drawn.

    Attributes:
        name: Canonical name of the exercise.
        angle: The leading angle, one of `mannequin.body.angles`; without side it is the working, right one's.
        keys: (share of the way, pose) in order, from rest at 0 to the turning point at 1.
        anchor: Where the figure touches the world.
        prop: What it holds or lies on: `barbell`, `dumbbell`, `bar`, `bars`, `bench` or nothing.
        leans: What a degree of the clip's extra lean does to the pose.
        leans_at_rest: Whether it leans at rest already, and not only towards the turning point.
        in_turn: Left and right take turns.
        held: The turning point is held and timed instead of repeated.
        plants: Faults that can be planted.
    """

    name: str
    angle: str
    keys: tuple[tuple[float, Pose], ...]
    anchor: Anchor = field(default_factory=Anchor)
    prop: str = ""
    leans: Degrees = field(default_factory=lambda: {"trunk": 1.0})
    leans_at_rest: bool = True
    in_turn: bool = False
    held: bool = False
    plants: tuple[Plant, ...] = ()

    @property
    def rest_deg(self) -> float:
        """Leading angle between the repetitions."""
        return float(self.leading(self.poses(np.zeros(1)))[0])

    @property
    def turn_deg(self) -> float:
        """Leading angle at the turning point, unless the clip asks for another."""
        return float(self.leading(self.poses(np.ones(1)))[0])

    def plant(self, name: str) -> Plant:
        """The plant of that name.

        Raises:
            ValueError: There is none.
        """
        found = [plant for plant in self.plants if plant.name == name]
        if not found:
            known = ", ".join(plant.name for plant in self.plants)
            raise ValueError(f"the mannequin plants {known}, not {name}")
        return found[0]

    def poses(self, shares: Values, extra_lean_deg: Values | float = 0.0) -> Pose:
        """(frames, parts) poses at shares of the way, which may lie a little outside of 0 to 1."""
        at, poses = np.array([share for share, _ in self.keys]), np.array([pose for _, pose in self.keys])
        index = np.clip(np.searchsorted(at, shares, side="right") - 1, 0, len(at) - 2)
        within = ((shares - at[index]) / (at[index + 1] - at[index]))[:, np.newaxis]
        straight: Pose = poses[index] + within * (poses[index + 1] - poses[index])
        weight = np.ones(len(shares)) if self.leans_at_rest else np.clip(shares, 0.0, 1.0)
        lean = changed(np.zeros(len(PARTS)), self.leans)
        return straight + (weight * extra_lean_deg)[:, np.newaxis] * lean

    def joints(self, poses: Pose) -> Points:
        """(frames, 33, 3) metres."""
        return joints(poses, self.anchor)

    def leading(self, poses: Pose) -> Values:
        """(frames,) leading angle."""
        return angles(self.joints(poses))[self.angle if self.angle in BODY_ANGLES else f"right_{self.angle}"]

    def shares(self, leading_deg: Values) -> Values:
        """(frames,) shares of the way at which the leading angle is as given; the nearest possible beyond its reach."""
        at, values = self._table
        return np.asarray(np.interp(leading_deg, values, at))

    @cached_property
    def _table(self) -> tuple[Values, Values]:
        """Shares, and the leading angles that they give, in rising order of the angle."""
        values = self.leading(self.poses(_BEYOND))
        rising = values[_BEYOND.searchsorted(1.0)] > values[_BEYOND.searchsorted(0.0)]
        grows = np.diff(values if rising else -values) > 0.0
        middle = int(_BEYOND.searchsorted(0.5))
        first = middle - int(np.argmin(np.append(grows[:middle][::-1], False)))
        last = middle + int(np.argmin(np.append(grows[middle:], False)))
        kept = slice(first, last + 1)
        order = 1 if rising else -1
        return _BEYOND[kept][::order], values[kept][::order]
