"""The card that stands in for the professional's picture while there is no reference video."""

import numpy as np
from PIL import Image, ImageDraw

from analysis import style, wording
from analysis.exercise import Exercise
from analysis.rendering import Picture, State

_SIZE = (720, 1080)
_MARGIN = 48

# Sketches of the turning point, seen from the side: metres on a floor at y = 0, x forwards. Drawn by hand, not measured.
# head, shoulder, elbow, wrist, hip, knee, ankle, toe
_SKETCHES: dict[str, tuple[tuple[float, float], ...]] = {
    "squat": (
        (0.22, 1.08),
        (0.12, 0.88),
        (0.42, 0.86),
        (0.68, 0.88),
        (-0.28, 0.46),
        (0.20, 0.50),
        (0.0, 0.08),
        (0.24, 0.0),
    ),
    "push_up": (
        (0.86, 0.36),
        (0.62, 0.26),
        (0.36, 0.34),
        (0.58, 0.0),
        (0.06, 0.20),
        (-0.40, 0.14),
        (-0.84, 0.10),
        (-0.86, 0.0),
    ),
    "sit_up": (
        (-0.02, 0.86),
        (-0.10, 0.62),
        (0.10, 0.42),
        (0.30, 0.56),
        (-0.22, 0.10),
        (0.26, 0.50),
        (0.50, 0.08),
        (0.74, 0.04),
    ),
    "pull_up": (
        (0.04, 1.96),
        (0.0, 1.72),
        (0.20, 1.52),
        (0.12, 1.86),
        (-0.02, 1.16),
        (0.06, 0.72),
        (-0.16, 0.34),
        (-0.10, 0.16),
    ),
    "lunge": (
        (0.02, 1.28),
        (0.0, 1.06),
        (-0.10, 0.80),
        (0.04, 0.62),
        (0.0, 0.54),
        (0.44, 0.50),
        (0.44, 0.08),
        (0.68, 0.0),
    ),
    "biceps_curl": (
        (0.04, 1.66),
        (0.0, 1.42),
        (0.0, 1.10),
        (0.14, 1.36),
        (0.0, 0.90),
        (0.02, 0.48),
        (0.0, 0.08),
        (0.24, 0.0),
    ),
    "military_press": (
        (0.02, 1.66),
        (0.0, 1.42),
        (0.06, 1.74),
        (0.02, 2.04),
        (0.0, 0.90),
        (0.02, 0.48),
        (0.0, 0.08),
        (0.24, 0.0),
    ),
    "bench_press": (
        (-0.76, 0.56),
        (-0.52, 0.52),
        (-0.56, 0.24),
        (-0.50, 0.66),
        (0.04, 0.50),
        (0.46, 0.52),
        (0.46, 0.08),
        (0.70, 0.0),
    ),
    "deadlift": (
        (0.04, 1.66),
        (0.0, 1.42),
        (0.02, 1.12),
        (0.06, 0.84),
        (0.0, 0.90),
        (0.02, 0.48),
        (0.0, 0.08),
        (0.24, 0.0),
    ),
}
_BONES = ((0, 1), (1, 4), (4, 5), (5, 6), (6, 7), (1, 2), (2, 3))
_ANGLE_AT = {"elbow_flexion": 2, "shoulder_elevation": 1, "hip_flexion": 4, "knee_flexion": 5}


def reference_card(exercise: Exercise) -> Picture:
    """A card that says that there is no reference video yet, with a sketch and the rules of good form, RGB."""
    card = Image.new("RGB", _SIZE, style.PAPER)
    draw = ImageDraw.Draw(card)
    width = _SIZE[0] - 2 * _MARGIN
    draw.rectangle((0, 0, _SIZE[0], 500), fill=style.SHADE)
    _draw_sketch(draw, exercise, (_MARGIN, 60, _SIZE[0] - _MARGIN, 450))
    y = 536.0
    y = _write(draw, f"{wording.title(exercise)} · reference", y, 38, width, bold=True)
    y = _write(draw, "There is no reference video yet: nobody to compare with.", y + 6, 27, width)
    y = _write(draw, "The sketch is drawn by hand, not measured." if exercise.name in _SKETCHES else "", y, 24, width,
               colour=style.FADED_INK)  # fmt: skip
    rules = [wording.good_range(rule) for rule in exercise.rules]
    if rules:
        y = _write(draw, "What good form keeps", y + 22, 28, width, bold=True) + 4
    for rule in rules:
        if y > _SIZE[1] - 90:
            break
        draw.ellipse((_MARGIN, y + 8, _MARGIN + 16, y + 24), fill=State.GOOD.colour)
        y = _write(draw, rule, y, 25, width - 34, left=_MARGIN + 34) + 8
    return np.asarray(card)


def _draw_sketch(draw: ImageDraw.ImageDraw, exercise: Exercise, box: tuple[int, int, int, int]) -> None:
    sketch = _SKETCHES.get(exercise.name)
    if sketch is None:
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        draw.text(middle, "?", font=style.font(220, bold=True), fill=style.HAIRLINE, anchor="mm")
        return
    points = np.array(sketch)
    head_radius = 0.11
    low = np.minimum(points.min(axis=0), (np.inf, 0.0)) - (0.14, 0.0)
    high = points.max(axis=0) + (0.14, head_radius)
    scale = min((box[2] - box[0]) / (high - low)[0], (box[3] - box[1]) / (high - low)[1])
    left = (box[0] + box[2] - scale * (high + low)[0]) / 2
    pixels = [(left + scale * x, box[3] - scale * (y - low[1])) for x, y in points]
    draw.line((box[0], box[3], box[2], box[3]), fill=style.FADED_INK, width=3)
    stroke = round(0.075 * scale)
    for first, last in _BONES:
        _limb(draw, pixels[first], pixels[last], stroke, style.ACCENT)
    x, y = pixels[0]
    radius = head_radius * scale
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=style.ACCENT)
    corner = _ANGLE_AT[exercise.cycle.angle] if exercise.cycle else None
    if corner is not None:
        x, y = pixels[corner]
        draw.ellipse((x - stroke, y - stroke, x + stroke, y + stroke), outline=style.MINOR, width=6)


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
    face = style.font(size, bold=bold)
    for row in style.wrapped(text, face, width):
        draw.text((left, y), row, font=face, fill=colour, anchor="la")
        y += size * 1.34
    return y
