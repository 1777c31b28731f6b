"""Joint angles on a photo: an arc at the joint, and the number where it hides least."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from analysis.pictures import style
from analysis.pictures.canvas import AngleMark, Picture, Point
from analysis.pictures.captions import ink_on
from analysis.pictures.skeleton import fixed_point

Box = tuple[float, float, float, float]


def draw_arc(photo: Picture, mark: AngleMark, unit: float) -> None:
    """A translucent sector from the prolongation of the first limb (dashed) to the second limb."""
    before, corner, after = (np.array(p) for p in (mark.before, mark.corner, mark.after))
    straight, bent = corner - before, after - corner
    shorter = float(min(np.linalg.norm(straight), np.linalg.norm(bent)))
    if shorter < 12 * unit:  # the limb points at the camera; an arc would mislead
        return
    radius = float(np.clip(shorter * 0.5, 22 * unit, 64 * unit))
    start = float(np.degrees(np.arctan2(straight[1], straight[0])))
    sweep = (float(np.degrees(np.arctan2(bent[1], bent[0]))) - start + 180) % 360 - 180
    colour = style.bgr(mark.state.colour)
    directions = np.radians(start + np.linspace(0, sweep, 48))
    rim = corner + radius * np.column_stack((np.cos(directions), np.sin(directions)))
    sector = np.vstack((corner, rim))
    _blend_polygon(photo, sector, colour, 0.45)
    fixed_rim = np.round(rim * 16).astype(np.int32)
    cv2.polylines(photo, [fixed_rim], isClosed=False, color=(255, 255, 255), thickness=round(4 * unit),
                  lineType=cv2.LINE_AA, shift=4)  # fmt: skip
    cv2.polylines(photo, [fixed_rim], isClosed=False, color=colour, thickness=round(2.4 * unit),
                  lineType=cv2.LINE_AA, shift=4)  # fmt: skip
    ray = np.array((np.cos(directions[0]), np.sin(directions[0])))
    for share in np.arange(0.15, 1.35, 0.22):
        dash = corner + ray * radius * share, corner + ray * radius * (share + 0.11)
        cv2.line(photo, fixed_point(dash[0]), fixed_point(dash[1]), (255, 255, 255), round(2.4 * unit), cv2.LINE_AA, 4)


def _blend_polygon(photo: Picture, polygon: NDArray[np.float64], colour: tuple[int, int, int], strength: float) -> None:
    height, width = photo.shape[:2]
    left, top = np.clip(np.floor(polygon.min(axis=0)).astype(int) - 1, 0, (width, height))
    right, bottom = np.clip(np.ceil(polygon.max(axis=0)).astype(int) + 2, 0, (width, height))
    if left >= right or top >= bottom:
        return
    part = photo[top:bottom, left:right]
    painted = part.copy()
    shifted = np.round((polygon - (left, top)) * 16).astype(np.int32)
    cv2.fillPoly(painted, [shifted], colour, cv2.LINE_AA, 4)
    part[:] = cv2.addWeighted(painted, strength, part, 1 - strength, 0)


def draw_degrees(image: Image.Image, marks: Sequence[AngleMark], unit: float) -> None:
    """The numbers, each where it hides least, on fields in the colour of their verdict."""
    draw = ImageDraw.Draw(image)
    face = style.font(round(27 * unit), "°", bold=True)
    taken: list[Box] = []
    joints = [mark.corner for mark in marks]
    for mark in sorted(marks, key=lambda mark: -mark.state):
        text = f"{mark.degrees:.0f}°"
        width = draw.textlength(text, font=face) + 20 * unit
        height = 40 * unit
        box = _free_box(mark, (width, height), image.size, taken, joints, unit)
        taken.append(box)
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        draw.line((*mark.corner, *centre), fill="#FFFFFF", width=max(1, round(2 * unit)))
        draw.rounded_rectangle(box, radius=height / 2, fill=mark.state.colour, outline="#FFFFFF",
                               width=max(1, round(2 * unit)))  # fmt: skip
        draw.text(centre, text, font=face, fill=ink_on(mark.state), anchor="mm")


def _free_box(
    mark: AngleMark,
    size: tuple[float, float],
    picture: tuple[int, int],
    taken: Sequence[Box],
    joints: Sequence[Point],
    unit: float,
) -> Box:
    """Of places all around the joint the one that covers least; the inner side of the bend counts as covered."""
    width, height = size
    inner = np.array(mark.before) + np.array(mark.after) - 2 * np.array(mark.corner)
    best, best_cost = (0.0, 0.0, width, height), np.inf
    for distance in (78 * unit, 104 * unit, 140 * unit):
        for direction in np.radians(np.arange(0, 360, 30)):
            ray = np.array((np.cos(direction), np.sin(direction)))
            x, y = np.array(mark.corner) + ray * distance
            x = float(np.clip(x, width / 2 + 6, picture[0] - width / 2 - 6))
            y = float(np.clip(y, height / 2 + 6, picture[1] - height / 2 - 6))
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            cost = distance / (60 * unit)
            cost += 8 * sum(_overlap(box, other) for other in taken) / (width * height)
            cost += 4 * sum(box[0] - 9 < jx < box[2] + 9 and box[1] - 9 < jy < box[3] + 9 for jx, jy in joints)
            cost += _along(ray, np.array(mark.before) - mark.corner) + _along(ray, np.array(mark.after) - mark.corner)
            cost += 0.8 * _along(ray, inner)
            if cost < best_cost:
                best, best_cost = box, cost
    return best


def _along(ray: NDArray[np.float64], limb: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(limb))
    return max(0.0, float(ray @ limb) / length) ** 4 * 3 if length else 0.0


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
