"""Colours, fonts and sizes that every picture and plot of this package shares.

The colours are Okabe and Ito's palette (2008), which people with any common colour blindness can tell apart.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

GOOD = "#009E73"  # bluish green
MINOR = "#E69F00"  # orange
MAJOR = "#D55E00"  # vermillion
NEUTRAL = "#56B4E9"  # sky blue: not judged
ACCENT = "#0072B2"  # blue: curves
SECOND = "#CC79A7"  # reddish purple: a second curve

GOOD_SCORE, FAIR_SCORE = 85.0, 60.0
"""From here on a whole set's score has the colour of what is good, or of a minor fault; below, of a major one."""

PAPER = "#FFFFFF"
INK = "#1B2430"
FADED_INK = "#667080"
HAIRLINE = "#E3E7EC"
SHADE = "#F1F4F7"

JPEG_QUALITY = 88

_LEAST_SPAN = {"deg": 30.0, "body_height": 0.2}


def with_least_span(low: float, high: float, unit: str) -> tuple[float, float]:
    """Limits of an axis in that unit: a signal that stays within less is shown as still as it is."""
    lacking = max(0.0, _LEAST_SPAN.get(unit, 0.0) - (high - low))
    return low - lacking / 2, high + lacking / 2


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue from 0 to 255 of a colour written `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def bgr(colour: str) -> tuple[int, int, int]:
    """As `rgb`, in the order that OpenCV wants."""
    red, green, blue = rgb(colour)
    return blue, green, red


def font(size: int, text: str, *, bold: bool = False) -> Font:
    """The font that can write the text: both ship inside packages, so that no system font is needed.

    DejaVu Sans has no Hangul; Nanum Gothic, which has, lacks a few signs (ticks, the minus), so that Korean texts do
    without.

    Args:
        size: Pixels of the em square.
        text: What is to be written.
        bold: The bold cut.
    """
    return _face(font_file("nanum" if has_hangul(text) else "dejavu", bold=bold), size)


def has_hangul(text: str) -> bool:
    """Whether some of it is Korean: a syllable, or a letter alone."""
    return any("\uac00" <= character <= "\ud7a3" or "\u3131" <= character <= "\u318e" for character in text)


def wrapped(text: str, size: int, width: float, *, bold: bool = False) -> list[str]:
    """The text in rows no wider than `width` pixels, broken at plain spaces; a single longer word stands alone.

    Korean has spaces between its phrases and is broken there too.
    """
    face = font(size, text, bold=bold)
    rows: list[str] = []
    for word in text.split(" ") if text else ():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and face.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def font_file(family: Literal["dejavu", "nanum"], *, bold: bool = False) -> Path:
    """A font file inside an installed package, found without importing it.

    Matplotlib would cost a quarter of a second; koreanize-matplotlib changes matplotlib's settings for everyone.
    """
    if family == "dejavu":
        return _folder_of("matplotlib") / "mpl-data/fonts/ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return _folder_of("koreanize_matplotlib") / "fonts" / ("NanumGothicBold.ttf" if bold else "NanumGothic.ttf")


@lru_cache(maxsize=64)
def _face(file: Path, size: int) -> Font:
    return ImageFont.truetype(str(file), size)


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package}, whose fonts the pictures use, is not installed")
    return Path(spec.origin).parent
