"""From faces found in some frames of a video to circles at every moment between."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analysis.faces.heads import WIDER_IN_GAPS, Circles

# Second and circles (n, 3) of each frame that was looked at, in order.
Finds = Sequence[tuple[float, Circles]]

# How often faces are looked for, and for how long one is held before and after it was found.
LOOK_EVERY_S = 0.25
HOLD_S = 0.3
# Two finds that lie so near in time and place are one face, which is followed between them.
SAME_FACE_S = 2.0
# In radii; grows with the time between them.
REACH, REACH_PER_S = 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Spans:
    """Circles that move straight from one place to another.

    Attributes:
        rows: float32 (spans, 8): from and until second, then x, y, radius in pixels at the one and at the other.
    """

    rows: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 8), np.float32), repr=False)

    def at(self, time_s: float) -> Circles:
        """Circles (n, 3) at that moment."""
        rows = self.rows[(self.rows[:, 0] <= time_s) & (time_s <= self.rows[:, 1])]
        share = (time_s - rows[:, 0]) / np.maximum(rows[:, 1] - rows[:, 0], 1e-6)
        circles: Circles = rows[:, 2:5] + (rows[:, 5:8] - rows[:, 2:5]) * share[:, None]
        return circles


def spans_between(finds: Finds) -> Spans:
    """Hold each find for a moment, and follow it to the next of the same face."""
    rows = [
        (time_s - HOLD_S, time_s + HOLD_S, *circle, *circle) for time_s, circles in finds for circle in circles.tolist()
    ]
    for number, (time_s, circles) in enumerate(finds):
        followed = (_to_next(time_s, circle, finds, number + 1) for circle in circles)
        rows += [row for row in followed if row is not None]
    return Spans(np.array(rows, np.float32).reshape(-1, 8))


def _to_next(time_s: float, circle: NDArray[np.float32], finds: Finds, following: int) -> tuple[float, ...] | None:
    """From this find to the nearest of the first following frame that has the same face."""
    for then_s, circles in islice(finds, following, None):
        if then_s - time_s > SAME_FACE_S:
            return None
        if not len(circles):
            continue
        away = np.linalg.norm(circles[:, :2] - circle[:2], axis=1)
        nearest = int(away.argmin())
        if away[nearest] <= circle[2] * (REACH + REACH_PER_S * (then_s - time_s)):
            wider = np.array((1, 1, WIDER_IN_GAPS), np.float32)
            return (time_s, then_s, *(circle * wider).tolist(), *(circles[nearest] * wider).tolist())
    return None
