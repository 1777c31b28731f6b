"""Draws a figure in front of a plain wall: shaded, tapered limbs and a head with hair, ears, eyes, nose and mouth.

What is further away is drawn first, so the same figure can be seen from any side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from mannequin.body import ANKLE_HEIGHT, HEAD, Points
from mannequin.camera import Stage

Picture = NDArray[np.uint8]
Colour = tuple[float, ...]
Pixel = NDArray[np.float64]

SUBPIXEL_BITS = 4
SKIN: Colour = (150, 182, 226)
SHIRT: Colour = (164, 96, 52)
SHORTS: Colour = (70, 58, 52)
SHOE: Colour = (52, 56, 190)
HAIR: Colour = (34, 44, 62)
STEEL: Colour = (96, 96, 100)
WALL: Colour = (206, 214, 220)
FLOOR: Colour = (128, 150, 168)
WHITE: Colour = (250, 250, 250)
BLACK: Colour = (30, 30, 30)
LIPS: Colour = (90, 90, 180)

FAR_SHADE = 0.78
"""Brightness of what lies half a metre further away than the hips beside what lies there."""

LAYERS = ((1.0, 0.84), (0.78, 0.95), (0.5, 1.04))
"""Share of the width and brightness of the strips that make a limb look round."""

HEAD_RADII = (0.078, 0.104)
"""Of the face, across and upright, metres."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Something to draw, by how far away it is."""

    away: float
    draw: Callable[[], None]


class _Canvas:
    """The picture, and where the figure's joints are in it."""

    def __init__(self, picture: Picture, points: Points, stage: Stage) -> None:
        self.picture, self.points, self.stage = picture, points, stage
        self.middle_away = float(stage.pixels(points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]])[1].mean())
        self.parts: list[_Part] = []

    def joint(self, name: str, side: Side) -> Points:
        """(3,) metres."""
        place: Points = self.points[landmark(name, side)]
        return place

    def limb(
        self,
        start: Points,
        end: Points,
        radii: tuple[float, float],
        colour: Colour,
        *,
        light: float = 1.0,
        near: float = 0.0,
    ) -> None:
        """A tapered capsule, radii in metres, lighter towards its middle line; `near` metres nearer than it is."""
        pixels, away = self.stage.pixels(np.array([start, end]))
        first, last = (radius * self.stage.scale for radius in radii)
        tone = self._shaded(colour, float(away.mean()), light)

        def draw() -> None:
            for width, brightness in LAYERS:
                _hull(self.picture, pixels, (first * width, last * width), _lit(tone, brightness))

        self.parts.append(_Part(float(away.mean()) - near, draw))

    def hull(self, corners: Points, radii: tuple[float, ...], colour: Colour) -> None:
        """What lies between round corners, such as the trunk."""
        pixels, away = self.stage.pixels(corners)
        sizes = tuple(radius * self.stage.scale for radius in radii)
        tone, middle = self._shaded(colour, float(away.mean()), 1.0), pixels.mean(axis=0)

        def draw() -> None:
            for width, brightness in LAYERS:
                inner = middle + (pixels - middle) * (0.35 + 0.65 * width)
                _hull(self.picture, inner, tuple(size * width for size in sizes), _lit(tone, brightness))

        self.parts.append(_Part(float(away.mean()), draw))

    def ball(
        self, centre: Points, radii: tuple[float, float], up: Points, colour: Colour, *, near: float = 0.0
    ) -> None:
        """An oval whose longer axis shows `up`, radii in metres."""
        pixels, away = self.stage.pixels(np.array([centre, centre + up]))
        axis = pixels[1] - pixels[0]
        tilt = float(np.degrees(np.arctan2(axis[0], -axis[1])))
        # seen along its long axis an oval is a disc
        upright = radii[0] + (radii[1] - radii[0]) * float(np.linalg.norm(axis)) / self.stage.scale
        sizes = (radii[0] * self.stage.scale, upright * self.stage.scale)
        tone = self._shaded(colour, float(away[0]), 1.0)
        self.parts.append(_Part(float(away[0]) - near, lambda: _oval(self.picture, pixels[0], sizes, tilt, tone)))

    def paint(self) -> None:
        """Everything, from far to near."""
        for part in sorted(self.parts, key=lambda one: -one.away):
            part.draw()

    def _shaded(self, colour: Colour, away: float, light: float) -> Colour:
        share = float(np.clip((away - self.middle_away) / 0.5, -0.3, 1.0))
        return _lit(colour, light * (1.0 - (1.0 - FAR_SHADE) * share))


def room(stage: Stage) -> Picture:
    """The empty room: a wall that darkens a little to one side, a skirting board and a floor."""
    light = np.linspace(1.0, 0.92, stage.width, dtype=np.float32)[None, :, None]
    picture = np.broadcast_to(np.array(WALL, np.float32) * light, (stage.height, stage.width, 3)).copy()
    horizon = max(round(stage.floor_y - 0.12 * stage.scale), 0)
    picture[horizon:] = np.array(FLOOR, np.float32) * light
    picture[max(horizon - max(round(0.03 * stage.scale), 1), 0) : horizon] *= 0.8
    return picture.astype(np.uint8)


def draw_figure(picture: Picture, points: Points, stage: Stage) -> None:
    """Draw the figure of (33, 3) joints into `picture`."""
    canvas = _Canvas(picture, points, stage)
    for side in SIDES:
        _leg(canvas, side)
        _arm(canvas, side)
    _trunk(canvas)
    _head(canvas)
    canvas.paint()


def draw_prop(picture: Picture, prop: str, points: Points, stage: Stage, *, behind: bool) -> None:
    """Draw what the figure of (33, 3) joints holds or lies on: the part behind it, or the part before it."""
    canvas = _Canvas(picture, points, stage)
    left, right = (points[[landmark("wrist", side), landmark("index", side)]].mean(axis=0) for side in SIDES)
    across = np.array([0.0, 0.0, 1.0])
    if prop in ("barbell", "bench") and not behind:
        canvas.limb(left + 0.35 * across, right - 0.35 * across, (0.014, 0.014), STEEL, light=1.4)
        for end, sign in ((left, 0.35), (right, -0.35)):
            canvas.limb(end + sign * across, end + sign * 1.1 * across, (0.11, 0.11), STEEL, light=0.8)
    elif prop == "dumbbell" and not behind:
        for hand in (left, right):
            canvas.limb(hand - 0.06 * across, hand + 0.06 * across, (0.05, 0.05), STEEL, light=0.9)
    elif prop == "bar" and not behind:
        canvas.limb(left + 0.5 * across, right - 0.5 * across, (0.018, 0.018), STEEL, light=0.9)
    elif prop == "bars":
        for hand, is_left in ((left, True), (right, False)):
            if (stage.mirrored == is_left) != behind:
                first, last = hand + np.array([-0.3, -0.03, 0.0]), hand + np.array([0.3, -0.03, 0.0])
                canvas.limb(first, last, (0.02, 0.02), STEEL)
                canvas.limb(last, last * [1.0, 0.0, 1.0], (0.02, 0.02), STEEL, light=0.9)
    if prop == "bench" and behind:
        head, hip = points[Landmark.NOSE], points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
        first, last = np.array([head[0] - 0.1, hip[1] - 0.15, 0.0]), np.array([hip[0] + 0.05, hip[1] - 0.15, 0.0])
        canvas.limb(first, last, (0.05, 0.05), STEEL, light=0.7)
        for leg in (first + np.array([0.25, 0.0, 0.0]), last - np.array([0.15, 0.0, 0.0])):
            canvas.limb(leg, leg * [1.0, 0.0, 1.0], (0.025, 0.025), STEEL, light=0.6)
    canvas.paint()


def _leg(canvas: _Canvas, side: Side) -> None:
    hip, knee, ankle, heel, toe = (canvas.joint(name, side) for name in ("hip", "knee", "ankle", "heel", "foot_index"))
    lift = (ankle - heel) / max(float(np.linalg.norm(ankle - heel)), 1e-9) * 0.4 * ANKLE_HEIGHT
    canvas.limb(knee, ankle, (0.058, 0.036), SKIN)
    canvas.limb(heel + lift, toe + lift, (0.036, 0.026), SHOE)
    canvas.limb(hip, knee, (0.088, 0.056), SKIN)
    canvas.limb(hip, 0.35 * hip + 0.65 * knee, (0.096, 0.074), SHORTS, near=0.01)


def _arm(canvas: _Canvas, side: Side) -> None:
    shoulder, elbow, wrist, fingers = (canvas.joint(name, side) for name in ("shoulder", "elbow", "wrist", "index"))
    canvas.limb(elbow, wrist, (0.040, 0.026), SKIN)
    canvas.limb(wrist, fingers, (0.032, 0.022), SKIN)
    canvas.limb(shoulder, elbow, (0.056, 0.040), SKIN)
    canvas.limb(shoulder, (shoulder + elbow) / 2.0, (0.064, 0.054), SHIRT, light=1.12, near=0.01)


def _trunk(canvas: _Canvas) -> None:
    hips, shoulders = (np.array([canvas.joint(name, side) for side in SIDES]) for name in ("hip", "shoulder"))
    upward = shoulders.mean(axis=0) - hips.mean(axis=0)
    forward = _forward(canvas.points)
    waist = hips + 0.3 * upward
    chest = hips.mean(axis=0) + 0.72 * upward + 0.9 * (shoulders - shoulders.mean(axis=0)) + 0.025 * forward
    canvas.hull(np.concatenate([hips, hips + 0.16 * upward]), (0.1, 0.1, 0.095, 0.095), SHORTS)
    canvas.hull(
        np.concatenate([waist, chest, shoulders - 0.04 * upward]), (0.085, 0.085, 0.105, 0.105, 0.06, 0.06), SHIRT
    )


def _head(canvas: _Canvas) -> None:
    points = canvas.points
    eyes, mouths = (
        points[[left, right]].mean(axis=0)
        for left, right in ((Landmark.LEFT_EYE, Landmark.RIGHT_EYE), (Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT))
    )
    left_ear, right_ear = points[Landmark.LEFT_EAR], points[Landmark.RIGHT_EAR]
    upward = _unit(eyes - mouths)
    ahead = _unit(np.cross(left_ear - right_ear, upward))
    ahead = ahead * (1.0 if float(ahead @ (points[Landmark.NOSE] - (left_ear + right_ear) / 2.0)) > 0.0 else -1.0)
    centre = points[Landmark.NOSE] - HEAD["NOSE"][0] * ahead
    across = _unit(left_ear - right_ear)

    def at(forward: float, up: float, side: float = 0.0) -> Points:
        place: Points = centre + forward * ahead + up * upward + side * across
        return place

    neck = points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
    canvas.limb(neck, at(-0.01, -0.05), (0.056, 0.050), SKIN, light=0.92)
    canvas.ball(at(-0.018, 0.028), (0.094, 0.100), upward, HAIR)
    canvas.ball(at(0.008, -0.005), HEAD_RADII, upward, SKIN, near=0.002)
    canvas.limb(at(0.02, -0.07), at(0.05, -0.075), (0.035, 0.030), SKIN, near=0.02)
    canvas.limb(at(0.072, 0.0), at(0.094, -0.018), (0.010, 0.014), SKIN, light=0.95, near=0.01)
    canvas.limb(at(-0.07, 0.078), at(0.05, 0.088), (0.035, 0.024), HAIR, near=0.07)
    for sign in (1.0, -1.0):
        canvas.ball(at(-0.018, -0.005, 0.076 * sign), (0.013, 0.024), upward, _lit(SKIN, 0.85))
        canvas.ball(at(0.066, 0.018, 0.030 * sign), (0.012, 0.008), upward, WHITE)
        canvas.ball(at(0.070, 0.018, 0.030 * sign), (0.007, 0.007), upward, BLACK, near=0.002)
        canvas.limb(at(0.066, 0.040, 0.018 * sign), at(0.060, 0.040, 0.044 * sign), (0.004, 0.004), HAIR)
    canvas.limb(at(0.074, -0.056, 0.024), at(0.074, -0.056, -0.024), (0.005, 0.005), LIPS)


def _forward(points: Points) -> Points:
    """(3,) direction in which the chest looks."""
    left, right = points[Landmark.LEFT_SHOULDER], points[Landmark.RIGHT_SHOULDER]
    hips = points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    return _unit(np.cross((left + right) / 2.0 - hips, left - right))


def _unit(direction: Points) -> Points:
    unit: Points = direction / max(float(np.linalg.norm(direction)), 1e-9)
    return unit


def _lit(colour: Colour, light: float) -> Colour:
    return tuple(min(part * light, 255.0) for part in colour)


def _hull(picture: Picture, centres: Pixel, radii: tuple[float, ...], tone: Colour) -> None:
    """The convex hull of circles."""
    turns = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    rims = np.concatenate([centre + radius * circle for centre, radius in zip(centres, radii, strict=True)])
    polygon = cv2.convexHull(np.round(rims * (1 << SUBPIXEL_BITS)).astype(np.int32))
    cv2.fillConvexPoly(picture, polygon, tone, cv2.LINE_AA, SUBPIXEL_BITS)


def _oval(picture: Picture, centre: Pixel, radii: tuple[float, float], tilt_deg: float, tone: Colour) -> None:
    x, y = (round(float(value) * (1 << SUBPIXEL_BITS)) for value in centre)
    across, upright = (max(round(radius * (1 << SUBPIXEL_BITS)), 1) for radius in radii)
    cv2.ellipse(picture, (x, y), (across, upright), tilt_deg, 0.0, 360.0, tone, -1, cv2.LINE_AA, SUBPIXEL_BITS)
