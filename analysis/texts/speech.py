"""Saying names, numbers, times and remarks in one language."""

import math
from typing import Any

from analysis.texts import ENGLISH, sentence, vocabulary, why_not_counted
from analysis.verdicts import Remark

UNKNOWN = "–"
PERCENT = "%"
"""A unit in which shares are told; nothing is measured in it."""
MEASURED_DIGITS = 3
"""After the decimal point of what was measured, in `report.json`."""
_DIGITS = {"deg": 0, "s": 1, "body_height": 0, "ratio": 2, PERCENT: 0}
# Which kind of word fills each hole of a remark.
_KINDS = {
    "view": "views",
    "views": "views",
    "professionals_view": "views",
    "joints": "joints",
    "exercise": "exercises",
    "seen": "exercises",
    "signal": "measures",
    "problem": "problems",
}


def plural_category(language: str, count: int) -> str:
    """`one` or `other`, as Unicode's CLDR has it for whole numbers; Korean nouns know one form."""
    return "one" if count == 1 and language != "ko" else "other"


class Speech:
    """Says things in one of `analysis.texts.LANGUAGES`. Raises `KeyError` for what the catalogue has no word for."""

    def __init__(self, language: str = ENGLISH) -> None:
        self.language = language
        self._words = vocabulary(language)

    def phrase(self, key: str, **holes: Any) -> str:
        """The phrase of that key, with its holes filled."""
        return self._words["phrases"][key].format(**holes)

    def counted(self, key: str, count: int, **holes: Any) -> str:
        """The phrase in the form for so many: `1 repetition`, `8 repetitions`."""
        form = f"{key}.{plural_category(self.language, count)}"
        return self._words["counted"][form].format(count=count, **holes)

    def name(self, kind: str, code: str, **holes: Any) -> str:
        """What a name of the code is called: of `exercises`, `measures`, `phases` and so on."""
        return self._words[kind][code].format(**holes)

    def cue(self, code: str) -> str:
        """What a rule asks for, or why it is blind."""
        return sentence(code, self.language)

    def why(self, reason: str) -> str:
        """Why an attempt does not count."""
        return why_not_counted(reason, self.language)

    def remark(self, remark: Remark) -> str:
        """The remark as a sentence; one with a rule's code as the rule's."""
        if remark.code not in self._words["remarks"]:
            return self.cue(remark.code)
        filled = {
            hole: self.phrase("or" if hole == "views" else "and").join(self.name(_KINDS[hole], name) for name in names)
            for hole, names in remark.names.items()
        }
        return self._words["remarks"][remark.code].format(**filled)

    def number(self, value: float | None, digits: int = 0) -> str:
        """`1.2`; a dash where it is unknown, and no minus before nothing."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        text = f"{value:z.{digits}f}".replace(".", self.phrase("decimal_point"))
        return text.replace("-", self.phrase("minus"))

    def axis_number(self, value: float) -> str:
        """`50`, `0.5`: beside an axis, with as many digits as it needs."""
        return f"{value:g}".replace(".", self.phrase("decimal_point")).replace("-", self.phrase("minus"))

    def value(self, measured: float | None, unit: str, *, more_digits: int = 0) -> str:
        """`78°`, `1.2 s`, `12 % of body height`, `0.85`, `32 %`."""
        if measured is None or not math.isfinite(measured):
            return UNKNOWN
        # as in the report, or 1.2551 is 1.26 in pictures and 1.25 on the page
        measured = round(measured, MEASURED_DIGITS)
        digits = _DIGITS.get(unit, 2) + more_digits
        if unit == "body_height":
            return self.phrase("of_body_height", percent=self.number(100 * measured, digits))
        number = self.number(measured, digits)
        if unit == "s":
            return self.phrase("seconds", value=number)
        return {"deg": f"{number}°", "ratio": number}.get(unit, f"{number}\u00a0{unit}")

    def has_opposite(self, measure: str) -> bool:
        """Whether what is negative has a name: a forward lean of -23 degrees is said as a backward lean of 23."""
        return measure in self._words["opposites"]

    def otherwise(self, measure: str, measured: float, limit: float, unit: str) -> tuple[bool, bool]:
        """Whether what was measured, and its limit, are said by the opposite's name and without a sign.

        What reads as nothing is neither ahead nor behind, and goes by the limit's name.
        """
        if not self.has_opposite(measure):
            return False, False
        nothing = self.value(measured, unit) == self.value(0.0, unit)
        return (limit if nothing else measured) < 0.0, limit < 0.0

    def measure(self, name: str, *, otherwise: bool = False) -> str:
        """`knee ahead of toes`; otherwise what it is called where it is negative, `knee behind toes`."""
        return self.name("opposites" if otherwise else "measures", name)

    def clock(self, seconds: float) -> str:
        """`0:12.4`."""
        tenths = round(seconds * 10)
        return f"{tenths // 600}:{tenths // 10 % 60:02d}{self.phrase('decimal_point')}{tenths % 10}"


def starting(text: str) -> str:
    """The text with a capital letter at its start; the others stay, for German writes its nouns large."""
    return text[:1].upper() + text[1:]
