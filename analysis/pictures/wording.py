"""How exercises, verdicts and figures read in one language, for pictures, plots, video and the command line."""

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import WHOLE, Exercise, Rule, Statistic
from analysis.judging.half_movements import HALF_MOVEMENT
from analysis.judging.holds import held_until_s
from analysis.motion.measures import MEASURES
from analysis.texts.speech import PERCENT, Speech, starting
from analysis.verdicts import AnalysisReport, Counts, FormFault, JudgedRepetition, Measurement, NoRepetition

_SIGNAL_UNITS = {"deg": "°"}
# The peak is not told of a measure alone, and so not of its opposite: nobody says "lowest chin below hands".
_FROM_THE_OTHER_SIDE: dict[Statistic, Statistic] = {
    Statistic.MIN: Statistic.MAX,
    Statistic.LOW: Statistic.HIGH,
    Statistic.HIGH: Statistic.LOW,
}
NO_BREAK = "\u00a0"
"""A space at which no row ends."""


class Wording(Speech):
    """Says what an analysis found in one of `analysis.texts.LANGUAGES`."""

    def title(self, exercise: Exercise) -> str:
        """The exercise's title; where none was chosen, `Movement`."""
        return self.name("exercises", exercise.name)

    def signal(self, name: str) -> str:
        """`Knee flexion`."""
        return starting(self.name("measures", name))

    def axis(self, signal_name: str, unit: str) -> str:
        """Label of the signal's axis: `Knee flexion (°)`."""
        return f"{self.signal(signal_name)} ({_SIGNAL_UNITS.get(unit) or self.phrase('share_of_body_height')})"

    def phase(self, name: str) -> str:
        """`Descent`; nothing for no phase."""
        return starting(self.name("phases", name)) if name else ""

    def repetitions(self, count: int) -> str:
        """`no repetition`, `1 repetition`, `8 repetitions`."""
        return self.counted("repetitions", count) if count else self.phrase("no_repetition")

    def total(self, exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> str:
        """What was counted or timed, beside what does not count; (frames,) seconds of the video."""
        if exercise.hold is not None:
            return self.held(held_until_s([one.repetition for one in report.holds], timestamps_s, len(timestamps_s)))
        return self.with_no_reps(report.counts, len(report.no_repetitions))

    def held(self, seconds: float) -> str:
        """`held 42.3 s`, `not held`."""
        if not seconds:
            return self.phrase("not_held")
        return self.phrase("held", seconds=self.value(seconds, "s"))

    def with_no_reps(self, counts: Counts, failed: int) -> str:
        """`6 repetitions (3 left, 3 right) · 1 no-rep`."""
        said = self.repetitions(counts.total)
        if counts.left and counts.right:
            said += f" ({self.phrase('sides', left=counts.left, right=counts.right)})"
        return f"{said} · {self.counted('no_reps', failed)}" if failed else said

    def heading(self, exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> str:
        """`Squat · 8 repetitions · 1 no-rep`, `Lunge · 6 repetitions (3 left, 3 right)`, `Plank · held 42.3 s`."""
        return f"{self.title(exercise)} · {self.total(exercise, report, timestamps_s)}"

    def none_found(self, exercise: Exercise) -> str:
        """`no repetition was found`, `no hold was found`."""
        return self.phrase("no_hold_found" if exercise.hold else "no_repetition_found")

    def repetition_heading(self, exercise: Exercise, report: AnalysisReport, judged: JudgedRepetition) -> str:
        """`Squat · rep 3 of 8`, `Plank · hold 1 of 2`."""
        kind = "hold_of" if exercise.hold else "repetition_of"
        place = self.phrase(kind, index=judged.repetition.index, total=len(report.efforts))
        return f"{self.title(exercise)} · {place.replace(' ', NO_BREAK)}"

    def against_limit(self, rule: Rule | None, fault: FormFault) -> str:
        """`Knee flexion 78°, wanted at least 90°`."""
        said = self._missed(rule, fault)
        names_phase = rule is not None and rule.statistic is Statistic.DURATION
        place = "" if fault.phase == WHOLE or names_phase else f" · {self.name('phases', fault.phase)}"
        return starting(said) + place

    def short_of_standard(self, rule: Rule | None, failed: NoRepetition) -> str:
        """`Knee flexion 38°, wanted at least 55°`: what a repetition must reach to count; of its way, in percent."""
        if failed.reason == HALF_MOVEMENT:
            failed = replace(failed, measured=100 * failed.measured, limit=100 * failed.limit, unit=PERCENT)
        return starting(self._missed(rule, failed))

    def _missed(self, rule: Rule | None, found: FormFault | NoRepetition) -> str:
        otherwise, wanted_otherwise = self._otherwise(rule, found)
        side = "at_least" if (found.measured < found.limit) != wanted_otherwise else "at_most"
        value, limit = _without_sign(found.measured, otherwise), _without_sign(found.limit, wanted_otherwise)
        measured, wanted = self.value(value, found.unit), self.phrase(side, limit=self.value(limit, found.unit))
        if measured == self.value(limit, found.unit):  # a near miss: show by how much
            measured = self.value(value, found.unit, more_digits=1)
        if rule is not None and otherwise != wanted_otherwise:
            wanted = f"{self.measure(rule.measure, otherwise=wanted_otherwise)} {wanted}"
        what = self.what(rule, otherwise=otherwise)
        return self.phrase("against_limit", what=what, measured=measured, range=wanted)

    def _otherwise(self, rule: Rule | None, found: FormFault | NoRepetition | Measurement) -> tuple[bool, bool]:
        return self.otherwise(rule.measure if rule else "", found.measured, found.limit, found.unit)

    def kept(self, rule: Rule | None, measurement: Measurement) -> str:
        """`knee flexion 112°`."""
        otherwise, _ = self._otherwise(rule, measurement)
        measured = _without_sign(measurement.measured, otherwise)
        return f"{self.what(rule, otherwise=otherwise)} {self.value(measured, measurement.unit)}"

    def good_range(self, rule: Rule) -> str:
        """`Knee flexion: at least 90°`: what good form keeps."""
        sides = [
            (side, limit)
            for side, limit in (("at_least", rule.at_least), ("at_most", rule.at_most))
            if limit is not None
        ]
        otherwise = self.has_opposite(rule.measure) and all(limit < 0.0 for _, limit in sides)
        if otherwise:
            sides = [("at_most" if side == "at_least" else "at_least", -limit) for side, limit in sides]
        limits = [self.wanted(rule, limit, side) for side, limit in sides]
        both = limits[0] if len(limits) == 1 else self.phrase("between", low=limits[0], high=limits[1])
        return f"{starting(self.what(rule, otherwise=otherwise))}: {both}"

    def wanted(self, rule: Rule, limit: float, side: str) -> str:
        """`at least 90°`; the side is `at_least` or `at_most`."""
        measure = MEASURES.get(rule.measure)
        return self.phrase(side, limit=self.value(limit, measure.unit if measure else "s"))

    def limit_line(self, rule: Rule, limit: float, side: str) -> str:
        """Beside a limit in a plot that names the measure: `Low point at most 25°`."""
        return (
            f"{starting(self.name('statistics_alone', rule.statistic.name.lower()))} {self.wanted(rule, limit, side)}"
        )

    def limit_lines(self, exercise: Exercise, report: AnalysisReport) -> list[tuple[float, str]]:
        """Limits that were held against the angle that cycles in this video, each with its line for a plot of it."""
        if exercise.cycle is None or report.signal_unit != "deg":
            return []
        answered = {item.code for judged in report.repetitions for item in judged.measurements}
        return [
            (limit, self.limit_line(rule, limit, side))
            for rule in exercise.rules
            if rule.measure == exercise.cycle.angle and rule.code in answered
            for side, limit in (("at_least", rule.at_least), ("at_most", rule.at_most))
            if limit is not None
        ]

    def what(self, rule: Rule | None, *, otherwise: bool = False) -> str:
        """`knee flexion`, `descent lasts`: what a rule measures, in which rules that set two limits to it are alike.

        Otherwise what it is called where it is negative: `backward lean of the trunk`.
        """
        if rule is None:
            return self.phrase("measured")
        if rule.statistic is Statistic.DURATION:
            name = self.name("phases", rule.phase)
        else:
            name = self.measure(rule.measure, otherwise=otherwise)
        statistic = _FROM_THE_OTHER_SIDE.get(rule.statistic, rule.statistic) if otherwise else rule.statistic
        return self.name("statistics", statistic.name.lower(), name=name)

    def seen(self, view: str, person_found: float) -> str:
        """How far to believe it: `Camera: from the side · person found in 98 % of the frames`."""
        said = self.phrase("seen", view=self.name("views", view), percent=self.number(100 * person_found))
        return starting(said)


def _without_sign(value: float, otherwise: bool) -> float:
    return -value if otherwise else value


@cache
def wording_in(language: str) -> Wording:
    """The wording in one of `analysis.texts.LANGUAGES`."""
    return Wording(language)


def numbers(indices: list[int]) -> str:
    """`1, 2, 5`, runs written as `1–6`."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    shown = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in runs]
    if len(shown) > 8:
        shown = [*shown[:8], "…"]
    return ", ".join(shown)
