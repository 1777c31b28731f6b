"""Draws a figure in front of a plain wall: shaded, tapered limbs and a head with hair, ear, eye, nose and mouth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mannequin.figure import Arm, Figure, Leg, Point, along, direction_of

Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]

SUBPIXEL_BITS = 4
SKIN: Colour = (150, 182, 226)
SHIRT: Colour = (164, 96, 52)
SHORTS: Colour = (70, 58, 52)
SHOE: Colour = (52, 56, 190)
HAIR: Colour = (34, 44, 62)
STEEL: Colour = (96, 96, 100)
WALL: Colour = (206, 214, 220)
FLOOR: Colour = (128, 150, 168)
FAR_SHADE = 0.78
"""The far side's brightness beside the near one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where metres land in the picture.

    Attributes:
        width: Pixels.
        height: Pixels.
        scale: Pixels for a metre.
        origin_x: Pixel column of x = 0.
        floor_y: Pixel row of y = 0.
        mirrored: True where the figure looks to the left.
    """

    width: int
    height: int
    scale: float
    origin_x: float
    floor_y: float
    mirrored: bool = False

    def pixel(self, point: Point) -> Point:
        """Column and row of a point in metres."""
        sign = -1.0 if self.mirrored else 1.0
        return self.origin_x + sign * self.scale * point[0], self.floor_y - self.scale * point[1]


def fit(points: list[Point], width: int, height: int, *, mirrored: bool = False, margin: float = 0.1) -> Stage:
    """A stage on which all `points` are in the picture, as large as `margin` (a share of each edge) allows."""
    low_x, high_x = min(x for x, _ in points), max(x for x, _ in points)
    high_y = max(y for _, y in points)
    scale = min(width * (1.0 - 2.0 * margin) / (high_x - low_x), height * (1.0 - 2.0 * margin) / high_y)
    middle = (low_x + high_x) / 2.0
    origin = width / 2.0 + (middle if mirrored else -middle) * scale
    return Stage(width, height, scale, origin, (height + high_y * scale) / 2.0, mirrored)


def room(stage: Stage) -> Picture:
    """The empty room: a wall that darkens a little to one side, a skirting board and a floor."""
    light = np.linspace(1.0, 0.92, stage.width, dtype=np.float32)[None, :, None]
    picture = np.broadcast_to(np.array(WALL, np.float32) * light, (stage.height, stage.width, 3)).copy()
    horizon = round(stage.floor_y - 0.12 * stage.scale)
    picture[max(horizon, 0) :] = np.array(FLOOR, np.float32) * light
    picture[max(horizon - max(round(0.03 * stage.scale), 1), 0) : max(horizon, 0)] *= 0.8
    return picture.astype(np.uint8)


def draw_figure(picture: Picture, figure: Figure, stage: Stage) -> None:
    """Draw the figure into `picture`, the far side first."""
    _leg(picture, figure.far_leg, stage, FAR_SHADE)
    _arm(picture, figure.far_arm, stage, FAR_SHADE)
    _leg(picture, figure.near_leg, stage, 1.0)
    _trunk(picture, figure, stage)
    _head(picture, figure, stage)
    _arm(picture, figure.near_arm, stage, 1.0)


def draw_prop(picture: Picture, prop: str, figure: Figure, stage: Stage) -> None:
    """Draw what the figure holds or lies on; called before the figure for a bench, after it for what is held."""
    wrist = figure.near_arm.wrist
    hand = ((wrist[0] + figure.near_arm.fingers[0]) / 2.0, (wrist[1] + figure.near_arm.fingers[1]) / 2.0)
    if prop == "barbell":
        _disc(picture, stage, hand, 0.11, STEEL, 0.8)
        _disc(picture, stage, hand, 0.025, STEEL, 1.6)
    elif prop == "dumbbell":
        _disc(picture, stage, hand, 0.06, STEEL, 0.9)
    elif prop == "bar":
        _disc(picture, stage, hand, 0.022, STEEL, 0.9)
    elif prop == "bench":
        head, hip = figure.head, figure.near_leg.hip
        seat = min(hip[1], figure.near_arm.shoulder[1]) - 0.14
        _limb(picture, stage, (head[0] - 0.1, seat), (hip[0] + 0.08, seat), 0.04, 0.04, STEEL, 0.7)
        for x in (head[0] + 0.15, hip[0] - 0.1):
            _limb(picture, stage, (x, seat), (x, 0.03), 0.025, 0.025, STEEL, 0.6)


def _leg(picture: Picture, leg: Leg, stage: Stage, shade: float) -> None:
    _limb(picture, stage, leg.knee, leg.ankle, 0.058, 0.036, SKIN, shade)
    _limb(picture, stage, leg.heel, leg.toe, 0.036, 0.026, SHOE, shade, lift=0.02)
    _limb(picture, stage, leg.hip, leg.knee, 0.088, 0.056, SKIN, shade)
    middle = ((leg.hip[0] * 0.35 + leg.knee[0] * 0.65), (leg.hip[1] * 0.35 + leg.knee[1] * 0.65))
    _limb(picture, stage, leg.hip, middle, 0.096, 0.074, SHORTS, shade)


def _arm(picture: Picture, arm: Arm, stage: Stage, shade: float) -> None:
    _limb(picture, stage, arm.elbow, arm.wrist, 0.040, 0.026, SKIN, shade)
    _limb(picture, stage, arm.wrist, arm.fingers, 0.032, 0.022, SKIN, shade)
    _limb(picture, stage, arm.shoulder, arm.elbow, 0.056, 0.040, SKIN, shade)
    middle = ((arm.shoulder[0] + arm.elbow[0]) / 2.0, (arm.shoulder[1] + arm.elbow[1]) / 2.0)
    _limb(picture, stage, arm.shoulder, middle, 0.064, 0.054, SHIRT, shade * 1.12)


def _trunk(picture: Picture, figure: Figure, stage: Stage) -> None:
    hip, shoulder = figure.near_leg.hip, figure.near_arm.shoulder
    upwards = direction_of(hip, shoulder)
    chest = along(along(hip, upwards, 0.36), upwards + 90.0, 0.025)
    _limb(picture, stage, hip, along(hip, upwards, 0.08), 0.108, 0.105, SHORTS, 1.0)
    _limb(picture, stage, along(hip, upwards, 0.1), chest, 0.100, 0.122, SHIRT, 1.0)
    _limb(picture, stage, chest, along(shoulder, upwards, -0.03), 0.122, 0.075, SHIRT, 1.0)


def _head(picture: Picture, figure: Figure, stage: Stage) -> None:
    up = figure.head_direction
    centre = figure.head

    def at(forward: float, upward: float) -> Point:
        return along(along(centre, up + 90.0, forward), up, upward)

    neck = (figure.near_arm.shoulder[0], figure.near_arm.shoulder[1])
    _limb(picture, stage, neck, at(-0.01, -0.05), 0.056, 0.050, SKIN, 0.92)
    _oval(picture, stage, at(-0.018, 0.028), 0.094, 0.100, up, HAIR)
    _oval(picture, stage, at(0.008, -0.005), 0.078, 0.104, up, SKIN)
    _limb(picture, stage, at(0.02, -0.07), at(0.05, -0.075), 0.035, 0.030, SKIN, 1.0)
    _limb(picture, stage, at(0.075, 0.0), at(0.094, -0.018), 0.010, 0.014, SKIN, 0.95)
    _limb(picture, stage, at(-0.07, 0.075), at(0.055, 0.085), 0.030, 0.022, HAIR, 1.0)
    _oval(picture, stage, at(-0.018, -0.005), 0.015, 0.026, up, tuple(0.85 * part for part in SKIN))
    _oval(picture, stage, at(0.060, 0.018), 0.013, 0.009, up, (250, 250, 250))
    _disc(picture, stage, at(0.064, 0.018), 0.007, (30, 30, 30), 1.0)
    _limb(picture, stage, at(0.044, 0.040), at(0.076, 0.040), 0.004, 0.004, HAIR, 1.0)
    _limb(picture, stage, at(0.055, -0.058), at(0.078, -0.055), 0.005, 0.005, (90, 90, 180), 1.0)


def _limb(
    picture: Picture,
    stage: Stage,
    start: Point,
    end: Point,
    start_radius: float,
    end_radius: float,
    colour: Colour,
    shade: float,
    *,
    lift: float = 0.0,
) -> None:
    """A tapered capsule, radii in metres, lighter towards its middle line."""
    first = stage.pixel((start[0], start[1] + lift))
    last = stage.pixel((end[0], end[1] + lift))
    for width, light in ((1.0, 0.84), (0.78, 0.95), (0.5, 1.04)):
        tone = tuple(min(part * light * shade, 255.0) for part in colour)
        _capsule(picture, first, last, start_radius * stage.scale * width, end_radius * stage.scale * width, tone)


def _capsule(
    picture: Picture, first: Point, last: Point, first_radius: float, last_radius: float, tone: tuple[float, ...]
) -> None:
    along_x, along_y = last[0] - first[0], last[1] - first[1]
    length = max(float(np.hypot(along_x, along_y)), 1e-6)
    across = (-along_y / length, along_x / length)
    corners = [
        (first[0] + across[0] * first_radius, first[1] + across[1] * first_radius),
        (last[0] + across[0] * last_radius, last[1] + across[1] * last_radius),
        (last[0] - across[0] * last_radius, last[1] - across[1] * last_radius),
        (first[0] - across[0] * first_radius, first[1] - across[1] * first_radius),
    ]
    polygon = np.array([[_fixed(x), _fixed(y)] for x, y in corners], np.int32)
    cv2.fillConvexPoly(picture, polygon, tone, cv2.LINE_AA, SUBPIXEL_BITS)
    for centre, radius in ((first, first_radius), (last, last_radius)):
        _circle(picture, centre, radius, tone)


def _circle(picture: Picture, centre: Point, radius: float, tone: tuple[float, ...]) -> None:
    place = (_fixed(centre[0]), _fixed(centre[1]))
    cv2.circle(picture, place, max(_fixed(radius), 1), tone, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def _disc(picture: Picture, stage: Stage, centre: Point, radius: float, colour: Colour, shade: float) -> None:
    _circle(picture, stage.pixel(centre), radius * stage.scale, tuple(part * shade for part in colour))


def _oval(
    picture: Picture, stage: Stage, centre: Point, across: float, upright: float, up: float, tone: tuple[float, ...]
) -> None:
    x, y = stage.pixel(centre)
    axes = (_fixed(across * stage.scale), _fixed(upright * stage.scale))
    tilt = -up if stage.mirrored else up
    cv2.ellipse(picture, (_fixed(x), _fixed(y)), axes, tilt, 0.0, 360.0, tone, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def _fixed(value: float) -> int:
    """Fixed-point coordinate for OpenCV's sub-pixel drawing."""
    return round(value * (1 << SUBPIXEL_BITS))
