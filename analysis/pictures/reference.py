"""The card that stands in for the professional's picture while there is no reference video."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from analysis.judging.exercise import Exercise
from analysis.pictures import style
from analysis.pictures.canvas import Picture, State
from analysis.pictures.wording import wording_in
from analysis.texts import ENGLISH

_SIZE = (720, 1080)
_SKETCH_SIZE = (720, 500)
_MARGIN = 48
_HEAD_RADIUS = 0.11

# The turning point seen from the side, in metres above the floor, x forwards; drawn by hand, not measured. The points
# are head, shoulder, elbow, wrist, hip, knee, ankle, toe; where the legs differ also the other one's knee, ankle, toe.
# fmt: off
_SKETCHES: dict[str, tuple[tuple[float, float], ...]] = {
    "squat": (
        (0.22, 1.08), (0.12, 0.88), (0.42, 0.86), (0.68, 0.88),
        (-0.28, 0.46), (0.20, 0.50), (0.00, 0.08), (0.24, 0.00),
    ),
    "push_up": (
        (0.86, 0.36), (0.62, 0.26), (0.36, 0.34), (0.58, 0.00),
        (0.06, 0.20), (-0.40, 0.14), (-0.84, 0.10), (-0.86, 0.00),
    ),
    "sit_up": (
        (-0.02, 0.86), (-0.10, 0.62), (0.10, 0.42), (0.30, 0.56),
        (-0.22, 0.10), (0.26, 0.50), (0.50, 0.08), (0.74, 0.04),
    ),
    "pull_up": (
        (0.04, 1.96), (0.00, 1.72), (0.20, 1.52), (0.12, 1.86),
        (-0.02, 1.16), (0.06, 0.72), (-0.16, 0.34), (-0.10, 0.16),
    ),
    "lunge": (
        (0.02, 1.28), (0.00, 1.06), (-0.10, 0.80), (0.04, 0.62),
        (0.00, 0.54), (0.44, 0.50), (0.44, 0.08), (0.68, 0.00),
        (-0.40, 0.14), (-0.80, 0.16), (-0.78, 0.00),
    ),
    "biceps_curl": (
        (0.04, 1.66), (0.00, 1.42), (0.00, 1.10), (0.14, 1.36),
        (0.00, 0.90), (0.02, 0.48), (0.00, 0.08), (0.24, 0.00),
    ),
    "military_press": (
        (0.04, 1.64), (0.00, 1.42), (0.17, 1.60), (0.08, 1.90),
        (0.00, 0.90), (0.02, 0.48), (0.00, 0.08), (0.24, 0.00),
    ),
    "bench_press": (
        (-0.76, 0.56), (-0.52, 0.52), (-0.56, 0.24), (-0.50, 0.66),
        (0.04, 0.50), (0.46, 0.52), (0.46, 0.08), (0.70, 0.00),
    ),
    "deadlift": (
        (0.04, 1.66), (0.00, 1.42), (0.02, 1.12), (0.06, 0.84),
        (0.00, 0.90), (0.02, 0.48), (0.00, 0.08), (0.24, 0.00),
    ),
    "split_squat": (
        (-0.02, 1.29), (-0.01, 1.09), (0.01, 0.77), (0.06, 0.52),
        (-0.04, 0.59), (0.39, 0.54), (0.30, 0.12), (0.46, 0.05),
        (-0.03, 0.16), (-0.46, 0.17), (-0.44, 0.00),
    ),
    "romanian_deadlift": (
        (0.31, 1.20), (0.16, 1.06), (0.03, 0.77), (-0.07, 0.53),
        (-0.31, 0.91), (-0.18, 0.50), (-0.19, 0.07), (-0.03, 0.00),
    ),
    "row": (
        (0.28, 1.28), (0.16, 1.12), (-0.16, 1.05), (-0.04, 0.83),
        (-0.28, 0.87), (-0.07, 0.50), (-0.11, 0.07), (0.05, 0.00),
    ),
    "dip": (
        (0.32, 1.61), (0.29, 1.41), (-0.02, 1.33), (0.09, 1.10),
        (0.12, 0.93), (0.15, 0.51), (-0.22, 0.29), (-0.32, 0.15),
    ),
    "front_raise": (
        (-0.29, 1.63), (-0.28, 1.43), (0.04, 1.45), (0.29, 1.50),
        (-0.29, 0.93), (-0.28, 0.50), (-0.29, 0.07), (-0.13, 0.00),
    ),
    "glute_bridge": (
        (-0.66, 0.09), (-0.46, 0.11), (-0.13, 0.09), (0.12, 0.08),
        (0.00, 0.32), (0.39, 0.49), (0.50, 0.08), (0.66, 0.01),
    ),
    "plank": (
        (0.73, 0.45), (0.55, 0.37), (0.55, 0.04), (0.80, 0.04),
        (0.05, 0.30), (-0.38, 0.24), (-0.80, 0.17), (-0.78, 0.00),
    ),
    "burpee": (
        (0.73, 0.72), (0.56, 0.61), (0.56, 0.28), (0.59, 0.03),
        (0.08, 0.45), (-0.32, 0.31), (-0.73, 0.17), (-0.71, 0.00),
    ),
    "mountain_climber": (
        (0.73, 0.77), (0.56, 0.66), (0.56, 0.33), (0.59, 0.08),
        (0.08, 0.50), (0.42, 0.23), (0.00, 0.17), (0.02, 0.00),
        (-0.32, 0.36), (-0.73, 0.22), (-0.71, 0.05),
    ),
    "crunch": (
        (-0.63, 0.45), (-0.47, 0.32), (-0.16, 0.41), (-0.36, 0.57),
        (-0.01, 0.11), (0.26, 0.44), (0.47, 0.07), (0.63, 0.00),
    ),
}
# fmt: on
_BONES = ((0, 1), (1, 4), (4, 5), (5, 6), (6, 7), (1, 2), (2, 3))
_OTHER_LEG = ((4, 8), (8, 9), (9, 10))
_ANGLE_AT = {"elbow_flexion": 2, "shoulder_elevation": 1, "hip_flexion": 4, "knee_flexion": 5, "trunk_inclination": 4}


def reference_card(exercise: Exercise, *, exists: bool = False, language: str = ENGLISH) -> Picture:
    """A card that says why there is nobody to compare with, with a sketch and the rules of good form, RGB.

    Args:
        exercise: Whose sketch and rules.
        exists: Whether there is a reference video, which could not be used.
        language: One of `analysis.texts.LANGUAGES`.
    """
    wording = wording_in(language)
    card = Image.new("RGB", _SIZE, style.PAPER)
    card.paste(_sketch(exercise), (0, 0))
    draw = ImageDraw.Draw(card)
    width = _SIZE[0] - 2 * _MARGIN
    y = 536.0
    y = _write(draw, wording.phrase("reference", exercise=wording.title(exercise)), y, 38, width, bold=True)
    y = _write(draw, wording.phrase("reference_unusable" if exists else "no_reference"), y + 6, 27, width)
    if exercise.name in _SKETCHES:
        y = _write(draw, wording.phrase("sketch"), y, 24, width, colour=style.FADED_INK)
    rules = [wording.good_range(rule) for rule in exercise.rules]
    if rules:
        y = _write(draw, wording.phrase("good_form"), y + 22, 28, width, bold=True) + 4
    for rule in rules:
        if y > _SIZE[1] - 90:
            break
        draw.ellipse((_MARGIN, y + 8, _MARGIN + 16, y + 24), fill=State.GOOD.colour)
        y = _write(draw, rule, y, 25, width - 34, left=_MARGIN + 34) + 8
    return np.asarray(card)


def _sketch(exercise: Exercise) -> Image.Image:
    """The figure at its turning point on a floor, the joint that cycles ringed; a question mark where there is none."""
    # Drawn three times as large and scaled down, because PIL's lines have steps.
    width, height = _SKETCH_SIZE[0] * 3, _SKETCH_SIZE[1] * 3
    image = Image.new("RGB", (width, height), style.SHADE)
    draw = ImageDraw.Draw(image)
    sketch = _SKETCHES.get(exercise.name)
    if sketch is None:
        draw.text((width / 2, height / 2), "?", font=style.font(660, "?", bold=True), fill=style.HAIRLINE, anchor="mm")
    else:
        _draw_figure(draw, np.array(sketch), (width, height), exercise)
    return image.resize(_SKETCH_SIZE, Image.Resampling.LANCZOS)


def _draw_figure(
    draw: ImageDraw.ImageDraw, points: NDArray[np.float64], size: tuple[int, int], exercise: Exercise
) -> None:
    low, high = points.min(axis=0), points.max(axis=0) + np.array((0.0, _HEAD_RADIUS))
    scale = min(size[0] * 0.7 / (high - low)[0], size[1] * 0.76 / high[1])
    floor = size[1] * 0.9
    left = (size[0] - scale * (high + low)[0]) / 2
    stroke = round(0.07 * scale)
    pixels = [(left + scale * x, floor - stroke / 2 - scale * y) for x, y in points]
    draw.line((size[0] * 0.08, floor, size[0] * 0.92, floor), fill=style.FADED_INK, width=7)
    if exercise.name == "pull_up":
        draw.line((size[0] * 0.3, pixels[3][1], size[0] * 0.7, pixels[3][1]), fill=style.FADED_INK, width=stroke)
    for first, last in (*_BONES, *(_OTHER_LEG if len(points) > len(_BONES) + 1 else ())):
        _limb(draw, pixels[first], pixels[last], stroke, style.NEUTRAL)
    x, y = pixels[0]
    radius = _HEAD_RADIUS * scale
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=style.NEUTRAL)
    place = _ANGLE_AT.get(exercise.angles[0])
    if place is not None:
        x, y = pixels[place]
        draw.ellipse((x - stroke, y - stroke, x + stroke, y + stroke), outline=style.MAJOR, width=16)


def _limb(
    draw: ImageDraw.ImageDraw, first: tuple[float, float], last: tuple[float, float], stroke: int, colour: str
) -> None:
    draw.line((*first, *last), fill=colour, width=stroke)
    for x, y in (first, last):
        draw.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), fill=colour)


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    y: float,
    size: int,
    width: float,
    *,
    left: float = _MARGIN,
    bold: bool = False,
    colour: str = style.INK,
) -> float:
    """The text in rows from `y` down; returns where the next one begins."""
    face = style.font(size, text, bold=bold)
    for row in style.wrapped(text, size, width, bold=bold):
        draw.text((left, y), row, font=face, fill=colour, anchor="la")
        y += size * 1.34
    return y
