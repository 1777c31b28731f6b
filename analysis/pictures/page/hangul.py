"""The Korean letters of the page as a font inside of it, for who has none: a server that prints, a browser far away."""

import base64
import io
from functools import cache

from fontTools import subset

from analysis.pictures.style import font_file, has_hangul
from analysis.texts import Catalogue, texts, vocabulary
from analysis.texts.page import page_texts

_NO_USE = ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5", "DSIG", "GPOS", "GSUB", "vhea", "vmtx", "VORG"]


@cache
def hangul_font(language: str) -> str | None:
    """A WOFF as a data URI with every Korean letter that the page can say in the language; None where it has none.

    It is made once a process, a few tenths of a second, of the font in which the pictures are written.
    """
    letters = {letter for text in _said(language) for letter in text if has_hangul(letter)}
    if not letters:
        return None
    options = subset.Options(drop_tables=_NO_USE, layout_features=[], hinting=False, name_IDs=[])
    data = io.BytesIO()
    with subset.load_font(str(font_file("nanum")), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(letters)))
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(data)
    return f"data:font/woff;base64,{base64.b64encode(data.getvalue()).decode()}"


def _said(language: str) -> list[str]:
    catalogues: tuple[Catalogue, ...] = (texts(language), vocabulary(language), {"page": page_texts(language)})
    return [text for catalogue in catalogues for kind in catalogue.values() for text in kind.values()]
