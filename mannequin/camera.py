"""The camera: from the room's metres to what it sees, and to pixels (weak perspective: far away, with a long lens)."""

from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from mannequin.body import Points

SIDE_DEG, OBLIQUE_DEG, FRONT_DEG, REAR_DEG = 8.0, 45.0, 86.0, -86.0
"""Degrees by which the figure, which looks to the right of the picture, is turned towards the camera; a little off
the straight side and front, as a person who is filmed stands."""

PITCH_DEG = 4.0
"""The camera looks down by so much, as one at the height of a standing person's chest does."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where metres land in the picture.

    Attributes:
        width: Pixels.
        height: Pixels.
        scale: Pixels for a metre.
        origin_x: Pixel column of x = 0.
        floor_y: Pixel row of y = 0.
        turned_deg: By which the figure is turned towards the camera.
        mirrored: True where the figure looks to the left.
    """

    width: int
    height: int
    scale: float
    origin_x: float
    floor_y: float
    turned_deg: float = SIDE_DEG
    mirrored: bool = False

    def pixels(self, points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(joints, 2) columns and rows of (joints, 3) metres, and (joints,) metres away from the camera."""
        at = seen(points, self.turned_deg, mirrored=self.mirrored, pitch_deg=PITCH_DEG)
        columns = self.origin_x + self.scale * at[..., 0]
        return np.stack([columns, self.floor_y + self.scale * at[..., 1]], axis=-1), at[..., 2]

    def further(self, share: float, origin_x: float) -> "Stage":
        """The stage of someone who looks `share` as large, further back in the room."""
        return replace(
            self, scale=share * self.scale, origin_x=origin_x, floor_y=self.floor_y - 0.09 * self.scale, turned_deg=8.0
        )


def seen(points: Points, turned_deg: float, *, mirrored: bool = False, pitch_deg: float = 0.0) -> Points:
    """(..., 3) metres as the camera sees (..., 3) metres of the room: x to the right, y down, z away from it.

    Args:
        points: x forward, y up, z to the figure's left.
        turned_deg: 0 shows the figure's right side, 90 its front.
        mirrored: The figure looks to the left, so that its left side shows.
        pitch_deg: The camera looks down by so much.
    """
    turn, pitch = radians(180.0 - turned_deg if mirrored else turned_deg), radians(pitch_deg)
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    across, away = x * cos(turn) + z * sin(turn), z * cos(turn) - x * sin(turn)
    return np.stack([across, -y * cos(pitch) - away * sin(pitch), away * cos(pitch) - y * sin(pitch)], axis=-1)


def fit(points: Points, width: int, height: int, *, turned_deg: float = SIDE_DEG, mirrored: bool = False) -> Stage:
    """A stage on which all `points` and the floor below them are in the picture, as large as its margins allow."""
    at = seen(points.reshape(-1, 3), turned_deg, mirrored=mirrored, pitch_deg=PITCH_DEG)
    left, right = float(at[:, 0].min()) - BODY, float(at[:, 0].max()) + BODY
    top, bottom = float(at[:, 1].min()) - 1.5 * BODY, max(float(at[:, 1].max()), 0.0) + 0.5 * BODY
    scale = min(width * SHARE / (right - left), height * SHARE / (bottom - top))
    origin_x = width / 2.0 - scale * (left + right) / 2.0
    return Stage(width, height, scale, origin_x, height / 2.0 - scale * (top + bottom) / 2.0, turned_deg, mirrored)


BODY = 0.1
"""Metres by which the body is wider than its joints."""

SHARE = 0.84
"""Of the picture that the figure may fill: a pose model finds nobody who touches the edge."""
