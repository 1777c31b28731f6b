"""Words and signs that are drawn once and then laid on many frames."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from analysis.pictures import style
from analysis.pictures.canvas import Picture, State
from analysis.pictures.captions import draw_sign, ink_on

PARTS = " · "
"""Between the parts of what a pill says."""

# How opaque the dark pill is, of 255; the body shows through.
_PILL_ALPHA = 190
_CARD_ALPHA = 236


@dataclass(frozen=True, slots=True)
class Sprite:
    """A small picture with transparency.

    Attributes:
        colour: uint16 (height, width, 3) BGR, multiplied by its opacity of 256.
        through: uint16 (height, width, 1), what of 256 is left of the picture below.
    """

    colour: NDArray[np.uint16] = field(repr=False)
    through: NDArray[np.uint16] = field(repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.colour.shape[1], self.colour.shape[0]


def lay(picture: Picture, sprite: Sprite, left: int, top: int) -> None:
    """Lay the sprite on the BGR picture; what reaches beyond it is cut off."""
    part = picture[max(top, 0) : top + sprite.size[1], max(left, 0) : left + sprite.size[0]]
    rows = slice(max(-top, 0), max(-top, 0) + part.shape[0])
    columns = slice(max(-left, 0), max(-left, 0) + part.shape[1])
    part[:] = (part * sprite.through[rows, columns] + sprite.colour[rows, columns]) >> 8


@lru_cache(maxsize=64)
def count_tile(count: int, noun: str, state: State, unit: float) -> Sprite:
    """The number of repetitions above what they are called, in the colour and with the sign of the latest verdict."""
    number = str(count)
    face, small = style.font(round(66 * unit), number, bold=True), style.font(round(26 * unit), noun)
    width = round(max(face.getlength(number) + 94 * unit, small.getlength(noun) + 24 * unit, 140 * unit))
    height = round(118 * unit)
    image = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=20 * unit, fill=state.colour)
    x, y, disc = 36 * unit, 46 * unit, 25 * unit
    draw.ellipse((x - disc, y - disc, x + disc, y + disc), fill=style.PAPER)
    draw_sign(draw, state, (x, y), 17 * unit)
    ink = ink_on(state)
    draw.text(((width + 62 * unit) / 2, 46 * unit), number, font=face, fill=ink, anchor="mm")
    draw.text((width / 2, 96 * unit), noun, font=small, fill=ink, anchor="mm")
    return _sprite(image)


@lru_cache(maxsize=512)
def pill(text: str, width: int, unit: float) -> Sprite:
    """White words on a dark, translucent field, at most `width` pixels wide: a row, else one for each part."""
    size, room = round(30 * unit), width - 40 * unit
    face = style.font(size, text, bold=True)
    # as wide as with three digits, so that the rows stay while the number changes
    fits = face.getlength(re.sub(r"\d+", "888", text)) <= room
    rows = [text] if fits else [row for part in text.split(PARTS) for row in style.wrapped(part, size, room, bold=True)]
    line = 40 * unit
    taken = min(width, round(max(face.getlength(row) for row in rows) + 40 * unit))
    height = round(len(rows) * line + 12 * unit)
    image = Image.new("RGBA", (taken, height))
    draw = ImageDraw.Draw(image)
    dark = (*style.rgb(style.INK), _PILL_ALPHA)
    draw.rounded_rectangle((0, 0, taken - 1, height - 1), radius=26 * unit, fill=dark)
    for number, row in enumerate(rows):
        draw.text((20 * unit, 6 * unit + (number + 0.5) * line), row, font=face, fill="#FFFFFF", anchor="lm")
    return _sprite(image)


@lru_cache(maxsize=64)
def card(text: str, state: State, width: int, unit: float) -> Sprite:
    """A sentence on paper with the sign of its verdict, at most `width` pixels wide."""
    face = style.font(round(32 * unit), text, bold=True)
    rows = style.wrapped(text, round(32 * unit), width - 100 * unit, bold=True)
    line = 42 * unit
    taken = min(width, round(max(face.getlength(row) for row in rows) + 100 * unit))
    height = round(len(rows) * line + 28 * unit)
    image = Image.new("RGBA", (taken, height))
    draw = ImageDraw.Draw(image)
    paper = (*style.rgb(style.PAPER), _CARD_ALPHA)
    draw.rounded_rectangle((0, 0, taken - 1, height - 1), radius=18 * unit, fill=paper)
    draw_sign(draw, state, (42 * unit, height / 2), 22 * unit)
    for number, row in enumerate(rows):
        draw.text((80 * unit, 14 * unit + (number + 0.5) * line), row, font=face, fill=style.INK, anchor="lm")
    return _sprite(image)


def _sprite(image: Image.Image) -> Sprite:
    rgba = np.asarray(image, np.uint16)
    opacity = (rgba[:, :, 3:] * 257) >> 8
    return Sprite((rgba[:, :, 2::-1] * opacity).astype(np.uint16), (256 - opacity).astype(np.uint16))
