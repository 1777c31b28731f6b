"""A picture of the figure: a plain room, the shadow on its floor, and the figure with what it holds."""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SIDES, Landmark, landmark
from mannequin.body import Points
from mannequin.camera import DISTANCE_M, Stage
from mannequin.figure import figure
from mannequin.props import prop
from mannequin.solids import Canvas, Colour

Picture = NDArray[np.uint8]

WALL: Colour = (206.0, 214.0, 220.0)
FLOOR: Colour = (128.0, 150.0, 168.0)

WALL_M = DISTANCE_M + 3.5
"""From the camera to the wall behind the figure."""

LIGHT = (-0.35, 0.85, -0.60)
"""Where the light comes from: to the right, up, away, from the camera's place."""

SHADOW, SOFT_M = 0.42, 0.05
"""Of the floor's brightness that is lost in the shadow, and how far its edge is blurred."""

BONES = (
    ("shoulder", "elbow", 0.05),
    ("elbow", "wrist", 0.04),
    ("wrist", "index", 0.03),
    ("shoulder", "hip", 0.11),
    ("hip", "knee", 0.08),
    ("knee", "ankle", 0.05),
    ("heel", "foot_index", 0.04),
)
"""What throws a shadow: between two joints, metres wide to both sides."""


def room(stage: Stage) -> Picture:
    """The empty room: a wall that darkens a little to one side, a skirting board and a floor."""
    light = np.linspace(1.0, 0.92, stage.width, dtype=np.float32)[None, :, None]
    picture = np.broadcast_to(np.array(WALL, np.float32) * light, (stage.height, stage.width, 3)).copy()
    edge, board = _floor_edge(stage), max(round(0.06 * stage.focal_px / WALL_M), 1)
    nearer = np.linspace(0.9, 1.06, stage.height - edge, dtype=np.float32)[:, None, None]
    picture[edge:] = np.array(FLOOR, np.float32) * light * nearer
    picture[max(edge - board, 0) : edge] *= 0.8
    return picture.astype(np.uint8)


def draw_figure(picture: Picture, points: Points, stage: Stage, holding: str = "") -> None:
    """Draw the figure of (33, 3) joints into `picture`, with the prop that it is `holding`."""
    _shadow(picture, points, stage)
    canvas = Canvas(picture, stage.focal_px, stage.centre_px, stage.direction(stage.level(*LIGHT)))
    for solid in (*figure(points, stage), *prop(holding, points, stage)):
        canvas.add(solid)
    canvas.paint()


def _shadow(picture: Picture, points: Points, stage: Stage) -> None:
    """Darken the floor where the figure stands in the light."""
    towards, edge = stage.level(*LIGHT), _floor_edge(stage)
    pixels, away = stage.pixels(points - points[:, 1:2] * towards / towards[1])
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    spots = [(int(column), int(row)) for column, row in np.round(pixels)]
    for side in SIDES:
        for first, last, half_m in BONES:
            start, end = landmark(first, side), landmark(last, side)
            width = max(round(2.0 * half_m * stage.focal_px / float(away[start])), 1)
            cv2.line(mask, spots[start], spots[end], 255, width)
    head = max(round(0.09 * stage.focal_px / float(away[Landmark.NOSE])), 1)
    cv2.circle(mask, spots[Landmark.NOSE], head, 255, -1)
    if edge < stage.height:
        soft = cv2.GaussianBlur(mask[edge:], (0, 0), max(SOFT_M * stage.focal_px / DISTANCE_M, 0.8))
        light = 1.0 - SHADOW / 255.0 * soft[..., None].astype(np.float32)
        picture[edge:] = (picture[edge:] * light).astype(np.uint8)


def _floor_edge(stage: Stage) -> int:
    """Row in which the floor meets the wall, or the picture's edge."""
    row = float(stage.pixels(stage.floor_at(stage.centre_px[0], WALL_M))[0][1])
    return int(np.clip(round(row), 0, stage.height))
