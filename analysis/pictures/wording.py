"""How names, times and values read in English, for pictures, plots and the command line."""

import math

from analysis.judging.exercise import WHOLE, Exercise, Rule, Statistic
from analysis.motion.measures import MEASURES
from analysis.types import AnalysisReport, Counts, FormFault, JudgedRepetition, Measurement, PoseQuality

_HARD_SPACE = "\u00a0"
_UNITS = {"deg": "°", "s": _HARD_SPACE + "s", "body_height": f"{_HARD_SPACE}% of body height", "ratio": ""}
_DIGITS = {"deg": 0, "s": 1, "body_height": 0}
_SIGNAL_UNITS = {"deg": "°", "body_height": "share of body height"}


def title(exercise: Exercise) -> str:
    """The exercise's title; where none was chosen, `Movement`."""
    return exercise.title if exercise.is_known else "Movement"


def clock(seconds: float) -> str:
    """`0:12.4`."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def value(measured: float, unit: str, *, digits: int | None = None) -> str:
    """A measured value with its unit: `78°`, `1.2 s`, `12 % of body height`, `0.85`."""
    if not math.isfinite(measured):
        return "unknown"
    shown = measured * 100 if unit == "body_height" else measured
    places = _DIGITS.get(unit, 2) if digits is None else digits
    return f"{shown:.{places}f}".replace("-", "−") + _UNITS.get(unit, _HARD_SPACE + unit)


def axis(signal_name: str, unit: str) -> str:
    """Label of the signal's axis: `Knee flexion (°)`."""
    words = signal_name.replace("_", " ").capitalize()
    return f"{words} ({_SIGNAL_UNITS.get(unit, unit)})"


def repetitions(count: int) -> str:
    """`no repetition`, `1 repetition`, `8 repetitions`."""
    return {0: "no repetition", 1: "1 repetition"}.get(count, f"{count} repetitions")


def counted(exercise: Exercise, report: AnalysisReport) -> str:
    """What was counted or timed, beside what does not count."""
    if exercise.hold is not None:
        frames = sum(judged.repetition.end - judged.repetition.start for judged in report.holds)
        return held(frames / report.video.fps)
    return with_no_reps(report.counts, len(report.no_repetitions))


def held(seconds: float) -> str:
    """`held 42 s`, `not held`."""
    return f"held {seconds:.0f}{_HARD_SPACE}s" if seconds else "not held"


def with_no_reps(counts: Counts, failed: int) -> str:
    """`6 repetitions (3 left, 3 right) · 1 no-rep`."""
    sides = f" ({counts.left} left, {counts.right} right)" if counts.left and counts.right else ""
    beside = f" · {no_reps(failed)}" if failed else ""
    return f"{repetitions(counts.total)}{sides}{beside}"


def no_reps(count: int) -> str:
    """`1 no-rep`, `3 no-reps`."""
    return "1 no-rep" if count == 1 else f"{count} no-reps"


def kind(exercise: Exercise) -> str:
    """What is judged one by one: `repetition` or `hold`."""
    return "hold" if exercise.hold else "repetition"


def heading(exercise: Exercise, report: AnalysisReport) -> str:
    """`Squat · 8 repetitions · 1 no-rep`, `Lunge · 6 repetitions (3 left, 3 right)`, `Plank · held 42 s`."""
    return f"{title(exercise)} · {counted(exercise, report)}"


def repetition_heading(exercise: Exercise, report: AnalysisReport, judged: JudgedRepetition) -> str:
    """`Squat · rep 3 of 8`, `Plank · hold 1 of 2`."""
    word = "hold" if exercise.hold else "rep"
    return f"{title(exercise)} · {word} {judged.repetition.index} of {len(report.efforts)}"


def against_limit(rule: Rule | None, fault: FormFault) -> str:
    """`knee 78°, wanted at least 90°`."""
    word = "at least" if fault.measured < fault.limit else "at most"
    place = "" if fault.phase == WHOLE else f" · {fault.phase.replace('_', ' ')}"
    measured, limit = value(fault.measured, fault.unit), value(fault.limit, fault.unit)
    if measured == limit:  # a near miss: show by how much
        measured = value(fault.measured, fault.unit, digits=_DIGITS.get(fault.unit, 2) + 1)
    return f"{_what(rule)} {measured}, wanted {word} {limit}{place}"


def kept(rule: Rule | None, measurement: Measurement) -> str:
    """`knee 112°`."""
    return f"{_what(rule)} {value(measurement.measured, measurement.unit)}"


def good_range(rule: Rule) -> str:
    """`Knee flexion at least 90°`: what good form keeps."""
    measure = MEASURES.get(rule.measure)
    unit = measure.unit if measure else "s"
    limits = [
        f"{word} {value(limit, unit)}"
        for word, limit in (("at least", rule.at_least), ("at most", rule.at_most))
        if limit is not None
    ]
    return f"{_what(rule).capitalize()} {' and '.join(limits)}"


def _what(rule: Rule | None) -> str:
    if rule is None:
        return "measured"
    if rule.statistic is Statistic.DURATION:
        return f"{rule.phase} lasts"
    measure = MEASURES.get(rule.measure)
    name = measure.title if measure else rule.measure.replace("_", " ")
    if rule.statistic in (Statistic.AT_TURN, Statistic.AT_START):
        return f"{name} {rule.statistic}"
    plain = (Statistic.MAX, Statistic.HIGH, Statistic.LOW)
    return name if rule.statistic in plain else f"{rule.statistic} {name}"


def seen(quality: PoseQuality) -> str:
    """How far to believe it: `side view · person found in 98 % of the frames`."""
    view = f"{quality.view} view" if quality.view != "unknown" else "view unknown"
    return f"{view} · person found in {quality.person_found:.0%} of the frames"


def numbers(indices: list[int]) -> str:
    """`1, 2 and 5`, runs written as `1–6`."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    words = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in runs]
    if len(words) > 8:
        words = [*words[:8], "…"]
    return ", ".join(words)
