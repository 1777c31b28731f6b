"""The page's words in one language."""

from typing import Any

from analysis.judging.exercise import Exercise
from analysis.pictures.wording import numbers
from analysis.texts.page import page_texts
from analysis.texts.speech import UNKNOWN, Speech, plural_category, starting


class Words(Speech):
    """Says everything on the page."""

    def __init__(self, language: str, exercise: Exercise) -> None:
        super().__init__(language)
        self._texts = page_texts(language)
        self.exercise = exercise
        self._measures = {rule.code: rule.measure for rule in exercise.rules}
        self.title = self.name("exercises", exercise.name)

    def __call__(self, key: str, **values: Any) -> str:
        """The page's phrase of that key, with its values."""
        return self._texts[key].format(**values)

    def among(self, indices: list[int]) -> str:
        """`in repetition 3`, `in repetitions 1–6`, `in hold 1`."""
        kind = "in_holds" if self.exercise.hold else "in_repetitions"
        return self(f"{kind}.{plural_category(self.language, len(set(indices)))}", numbers=numbers(indices))

    def view(self, quality: dict[str, Any]) -> str:
        """`at an angle · 26° (side: 90°)`."""
        view, angle = self(f"view_{quality['view']}"), quality.get("view_angle_deg")
        return view if angle is None else self("view_with_angle", view=view, angle=self.value(angle, "deg"))

    def joint(self, name: str) -> str:
        """`Knee flexion, left` for `left_knee_flexion`."""
        side, _, measure = name.partition("_")
        return starting(self(f"{side}_joint", joint=self.name("measures", measure)))

    def velocity(self, value: float | None, unit: str) -> str:
        """`0.52 m/s`."""
        return UNKNOWN if value is None else self(f"velocity_{unit.partition('/')[0]}", value=self.number(value, 2))

    def against_limit(self, item: dict[str, Any], *, passed: bool) -> str:
        """`78° (≥ 90°)`: what was measured, and the good range; named where they lie on different sides of nothing."""
        if item["measured"] is None or item["limit"] is None:
            return ""
        measure = self._measures.get(item.get("code", item.get("reason", "")), "")
        otherwise, wanted_otherwise = self.otherwise(measure, item["measured"], item["limit"], item["unit"])
        value = -item["measured"] if otherwise else item["measured"]
        wanted = -item["limit"] if wanted_otherwise else item["limit"]
        is_floor = ((item["measured"] >= item["limit"]) == passed) != wanted_otherwise
        measured, limit = self.value(value, item["unit"]), self.value(wanted, item["unit"])
        if measured == limit and not passed and otherwise == wanted_otherwise:
            measured = self.value(value, item["unit"], more_digits=1)
        good_range = f"{'≥' if is_floor else '≤'}\u00a0{limit}"
        if otherwise == wanted_otherwise:
            return f"{measured} ({good_range})"
        names = [self.measure(measure, otherwise=each) for each in (otherwise, wanted_otherwise)]
        return f"{names[0]} {measured} ({names[1]} {good_range})"
