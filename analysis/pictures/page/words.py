"""The page's words in one language."""

import math
from typing import Any

from analysis.judging.exercise import Exercise
from analysis.texts import sentence, why_not_counted
from analysis.texts.page import page_texts

UNKNOWN = "–"
_DIGITS = {"deg": 0, "s": 1, "ratio": 2}
_SIGNS = {"deg": "°", "s": "\u00a0s", "ratio": ""}


class Words:
    """Says everything on the page."""

    def __init__(self, language: str, exercise: Exercise) -> None:
        self.language = language
        self._exercise = exercise
        self._texts = page_texts(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The phrase of that key, with its values."""
        return self._texts[key].format(**values)

    @property
    def title(self) -> str:
        """The exercise's; `Movement` where none was chosen."""
        return self._exercise.title if self._exercise.is_known else self("movement")

    def cue(self, code: str, otherwise: str = "") -> str:
        """What a rule wants, or why it is blind."""
        try:
            return sentence(code, self.language)
        except KeyError:
            return otherwise or code

    def why_no_rep(self, reason: str, otherwise: str) -> str:
        """Why an attempt does not count."""
        try:
            return why_not_counted(reason, self.language)
        except KeyError:
            return otherwise

    def number(self, value: float | None, digits: int = 0) -> str:
        """`1.2`; a dash where it is unknown."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        return f"{value:.{digits}f}".replace("-", "\u2212").replace(".", self._texts["decimal_point"])

    def value(self, measured: float | None, unit: str, *, more_digits: int = 0) -> str:
        """`78°`, `1.2 s`, `12 % of body height`, `0.85`."""
        if measured is None:
            return UNKNOWN
        if unit == "body_height":
            return self("of_body_height", percent=self.number(100 * measured, more_digits))
        return self.number(measured, _DIGITS.get(unit, 2) + more_digits) + _SIGNS.get(unit, f"\u00a0{unit}")

    def velocity(self, value: float | None, unit: str) -> str:
        """`0.52 m/s`."""
        return UNKNOWN if value is None else self(f"velocity_{unit.partition('/')[0]}", value=self.number(value, 2))

    def against_limit(self, item: dict[str, Any], *, passed: bool) -> str:
        """`78° (≥ 90°)`: what was measured, and the good range."""
        if item["measured"] is None or item["limit"] is None:
            return ""
        is_floor = (item["measured"] >= item["limit"]) == passed
        measured, limit = self.value(item["measured"], item["unit"]), self.value(item["limit"], item["unit"])
        if measured == limit and not passed:
            measured = self.value(item["measured"], item["unit"], more_digits=1)
        return f"{measured} ({'≥' if is_floor else '≤'}\u00a0{limit})"

    def clock(self, seconds: float) -> str:
        """`0:12.4`."""
        tenths = round(seconds * 10)
        return f"{tenths // 600}:{tenths // 10 % 60:02d}{self._texts['decimal_point']}{tenths % 10}"
