"""Colours, fonts and sizes that every picture and plot of this package shares.

The colours are Okabe and Ito's palette (2008), which people with any common colour blindness can tell apart.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

GOOD = "#009E73"  # bluish green
MINOR = "#E69F00"  # orange
MAJOR = "#D55E00"  # vermillion
NEUTRAL = "#56B4E9"  # sky blue: not judged
ACCENT = "#0072B2"  # blue: curves
SECOND = "#CC79A7"  # reddish purple: a second curve

PAPER = "#FFFFFF"
INK = "#1B2430"
FADED_INK = "#667080"
HAIRLINE = "#E3E7EC"
SHADE = "#F1F4F7"

JPEG_QUALITY = 88


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue from 0 to 255 of a colour written `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def bgr(colour: str) -> tuple[int, int, int]:
    """As `rgb`, in the order that OpenCV wants."""
    red, green, blue = rgb(colour)
    return blue, green, red


@lru_cache(maxsize=64)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which ships inside matplotlib, so that no system font is needed.

    Args:
        size: Pixels of the em square.
        bold: The bold cut.
    """
    return ImageFont.truetype(str(_font_file("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")), size)


def wrapped(text: str, face: Font, width: float) -> list[str]:
    """The text in rows no wider than `width` pixels, broken at plain spaces; a single longer word stands alone."""
    rows: list[str] = []
    for word in text.split(" ") if text else ():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and face.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _font_file(name: str) -> Path:
    # Found without importing matplotlib, which would cost a quarter of a second.
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib, whose fonts the pictures use, is not installed")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name
