"""The camera: a phone that stands somewhere in the room, and what it sees where in its picture (a pinhole)."""

from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin

import numpy as np
from numpy.typing import NDArray

from mannequin.body import Points

SIDE_DEG, OBLIQUE_DEG, FRONT_DEG, REAR_DEG = 8.0, 45.0, 86.0, -86.0
"""Degrees by which the figure, which looks to the right of the picture, is turned towards the camera; a little off
the straight side and front, as a person who is filmed stands."""

HEIGHT_M = 1.2
"""Of the camera over the floor: in a standing person's hands, before the chest."""

DISTANCE_M = 3.0
"""From the camera to the middle of what the figure does, along the floor. It looks down by 20 degrees on who lies there
and by 6 on who stands."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the camera stands, and where it sees what.

    Attributes:
        width: Pixels of the picture.
        height: Likewise.
        focal_px: Focal length; the picture is cut out of the camera's so that the figure fills it.
        centre_px: Column and row of the optical axis.
        position: Of the camera, metres in the room.
        turned_deg: By which the figure is turned towards the camera.
        pitch_deg: By which the camera looks down.
        mirrored: True where the figure looks to the left.
    """

    width: int
    height: int
    focal_px: float
    centre_px: tuple[float, float]
    position: tuple[float, float, float]
    turned_deg: float = SIDE_DEG
    pitch_deg: float = 0.0
    mirrored: bool = False

    def seen(self, points: Points) -> Points:
        """(..., 3) metres from the camera of (..., 3) metres in the room: to the right, down, away."""
        return self.direction(points - np.array(self.position))

    def direction(self, vector: Points) -> Points:
        """(..., 3) directions as the camera sees (..., 3) directions in the room."""
        return seen(vector, self.turned_deg, mirrored=self.mirrored, pitch_deg=self.pitch_deg)

    def pixels(self, points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(..., 2) columns and rows of (..., 3) metres in the room, and (...) metres away from the camera."""
        at = self.seen(points)
        return np.array(self.centre_px) + self.focal_px * at[..., :2] / at[..., 2:], at[..., 2]

    def level(self, right: float, up: float, away: float) -> Points:
        """(3,) direction in the room of one that is told from the camera's place, level with the floor."""
        x, z = _ahead(self.turned_deg, mirrored=self.mirrored)
        direction: Points = np.array([right * z + away * x, up, away * z - right * x])
        return direction

    def floor_at(self, column: float, away_m: float) -> Points:
        """(3,) metres: the place on the floor that is so far away and seen in that column of the picture."""
        pitch = radians(self.pitch_deg)
        depth = away_m * cos(pitch) + self.position[1] * sin(pitch)
        right = (column - self.centre_px[0]) / self.focal_px * depth
        return (np.array(self.position) + self.level(right, 0.0, away_m)) * [1.0, 0.0, 1.0]


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
    """The camera before (..., 3) `points`, which it shows all, as large as the margins of the picture allow."""
    every = points.reshape(-1, 3)
    middle = (every.min(axis=0) + every.max(axis=0)) / 2.0
    x, z = _ahead(turned_deg, mirrored=mirrored)
    position = (float(middle[0] - DISTANCE_M * x), HEIGHT_M, float(middle[2] - DISTANCE_M * z))
    pitch_deg = degrees(atan2(HEIGHT_M - float(middle[1]), DISTANCE_M))
    plain = Stage(width, height, 1.0, (0.0, 0.0), position, turned_deg, pitch_deg, mirrored)
    at, away = plain.pixels(every)
    body = BODY / away
    left, right = float((at[:, 0] - body).min()), float((at[:, 0] + body).max())
    top, bottom = float((at[:, 1] - 1.5 * body).min()), float((at[:, 1] + 0.5 * body).max())
    focal_px = min(width * SHARE / (right - left), height * SHARE / (bottom - top))
    centre_px = (width / 2.0 - focal_px * (left + right) / 2.0, height / 2.0 - focal_px * (top + bottom) / 2.0)
    return Stage(width, height, focal_px, centre_px, position, turned_deg, pitch_deg, mirrored)


BODY = 0.1
"""Metres by which the body is wider than its joints."""

SHARE = 0.84
"""Of the picture that the figure may fill: a pose model finds nobody who touches the edge."""


def _ahead(turned_deg: float, *, mirrored: bool) -> tuple[float, float]:
    """Return x and z of the direction along the floor in which the camera looks."""
    turn = radians(180.0 - turned_deg if mirrored else turned_deg)
    return -sin(turn), cos(turn)
