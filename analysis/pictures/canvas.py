"""The values that pictures are drawn from; pixels are those of the picture that is drawn on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analysis.pictures import style

Picture = NDArray[np.uint8]
Point = tuple[float, float]
Limb = tuple[int, int]


class State(IntEnum):
    """What is said about a limb, an angle or a line of text; of two, the higher one wins."""

    NEUTRAL = 0
    GOOD = 1
    MINOR = 2
    MAJOR = 3

    @property
    def colour(self) -> str:
        """`#RRGGBB`."""
        return (style.NEUTRAL, style.GOOD, style.MINOR, style.MAJOR)[self]


@dataclass(frozen=True, slots=True)
class AngleMark:
    """An angle to draw at a joint, as deviation from a straight line.

    Attributes:
        before: Pixel (x, y) on the limb that leads to the joint; the arc starts at that limb's prolongation.
        corner: Pixel (x, y) of the joint.
        after: Pixel (x, y) on the limb that leaves the joint.
        degrees: The number to write beside it.
        state: Its colour.
    """

    before: Point
    corner: Point
    after: Point
    degrees: float
    state: State = State.NEUTRAL


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the caption: a coloured sign, a sentence, and a quieter one behind it."""

    text: str
    detail: str = ""
    state: State = State.NEUTRAL


@dataclass(frozen=True, slots=True)
class Caption:
    """The words below the photo.

    Attributes:
        title: Such as `Squat · rep 3 of 8`.
        subtitle: Such as `0:12.4 · turning point`.
        badge: Short text of the coloured field at the right, such as `92`, or "".
        badge_unit: Small text below it, such as `of 100`.
        state: Colour of the badge.
        lines: The verdict.
    """

    title: str
    subtitle: str = ""
    badge: str = ""
    badge_unit: str = ""
    state: State = State.NEUTRAL
    lines: Sequence[Line] = ()
