"""`report.html`: the report as a page of one file, for a phone, a desk and a printer; it loads nothing from anywhere.

The page is made of the content of `report.json` and the pictures beside it, so it says what they say.
"""

import base64
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from analysis.judging.exercise import find_exercise
from analysis.motion.measures import DEGREES
from analysis.pictures import style
from analysis.pictures.page import chart
from analysis.pictures.page.beside import beside
from analysis.pictures.page.content import (
    fix_first,
    head_of,
    no_repetitions,
    poses_held,
    repetition_cards,
    summed_up,
)
from analysis.pictures.page.hangul import hangul_font
from analysis.pictures.page.unjudged import unjudged, unjudged_rules
from analysis.pictures.page.words import Words

_PICTURE_WIDTH_PX = 520
"""Sharp on a phone's card; the pictures themselves lie beside the page."""
_PICTURE_QUALITY = 80


def write_page(
    document: dict[str, Any],
    timestamps_s: NDArray[np.float64],
    signal: NDArray[np.float64],
    path: Path,
    *,
    signal_title: str,
    signal_unit: str = DEGREES,
    limits: Sequence[tuple[float, str]] = (),
) -> None:
    """Write the page.

    Args:
        document: The content of `report.json`, whose language the page speaks; pictures that lie in the folder of
            `path` are shown.
        timestamps_s: (frames,) of the signal.
        signal: (frames,) whose turning points are the repetitions; NaN is a gap.
        path: Where to write.
        signal_title: Name and unit of the signal.
        signal_unit: `deg` or `body_height`.
        limits: That the signal was held against, each with what it says.
    """
    words = Words(document["language"], find_exercise(document["exercise"]))
    pictures = _Pictures(path.parent)
    page = (
        _environment()
        .get_template("page.html")
        .render(
            words=words,
            style=style,
            hangul=hangul_font(words.language),
            geometry=chart,
            head=head_of(document, words),
            chart=chart.chart_of(document, timestamps_s, signal, limits, unit=signal_unit, say=words.axis_number),
            signal_title=signal_title,
            fix_first=fix_first(document, words),
            advice=summed_up(document, words),
            no_reps=no_repetitions(document, words, pictures.embedded),
            groups=unjudged(document, words),
            unjudged_rules=unjudged_rules(document),
            poses=poses_held(document, words),
            beside=beside(document, words, pictures.embedded),
            cards=repetition_cards(document, words, pictures.embedded),
            document=document,
        )
    )
    path.write_text(page, encoding="utf-8")


class _Pictures:
    """Pictures of a folder, small and inside the page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def embedded(self, name: str | None) -> str | None:
        """As a data URI; None where there is no such picture."""
        if name is None or not (self._folder / name).exists():
            return None
        with Image.open(self._folder / name) as opened:
            opened.draft("RGB", (_PICTURE_WIDTH_PX, _PICTURE_WIDTH_PX))  # the decoder shrinks, which is much faster
            small = opened.convert("RGB")
        small.thumbnail((_PICTURE_WIDTH_PX, 3 * _PICTURE_WIDTH_PX))
        data = io.BytesIO()
        small.save(data, "JPEG", quality=_PICTURE_QUALITY, optimize=True)
        return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__name__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
