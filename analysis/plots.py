"""The two plots of a job: `summary.png` for the person and `graph.png` for the app. Agg only, no pyplot, no state.

Importing this module imports matplotlib, which takes a second; `analysis.pipeline` does so while the pose runs.
Figures are made in one thread at a time: matplotlib's font cache is not safe to share.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis import style, wording
from analysis.evidence import state_of
from analysis.exercise import Exercise
from analysis.rendering import State
from analysis.types import AnalysisReport, Comparison, FormFault, JudgedRepetition, Severity

_DPI = 100
_SUMMARY_PX = (1080, 1350)  # the tallest picture that phones' galleries show whole
_GRAPH_PX = (1080, 760)
_MARGIN_PX = 54
# Colour of a whole set's score.
_GOOD_SCORE, _FAIR_SCORE = 85.0, 60.0
_LEAST_SPAN = {"deg": 30.0, "body_height": 0.2}
_LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "axes.edgecolor": style.HAIRLINE,
    "axes.labelcolor": style.FADED_INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": style.HAIRLINE,
    "grid.linewidth": 1.0,
    "xtick.color": style.FADED_INK,
    "ytick.color": style.FADED_INK,
    "xtick.major.size": 0.0,
    "ytick.major.size": 0.0,
    "figure.facecolor": style.PAPER,
}


def draw_summary(exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64], path: Path) -> None:
    """Write `summary.png`: the signal over time, the score per repetition, and what to work on.

    Args:
        exercise: The report's exercise.
        report: What to show.
        timestamps_s: (frames,) of the report's signal.
        path: Where to write.
    """
    with rc_context(_LOOK):
        figure = _figure(_SUMMARY_PX)
        top = _draw_head(figure, exercise, report)
        advice = _advice(report)
        foot_px = 70 + sum(34 * len(rows) + 14 for _, rows in advice)
        grid = GridSpec(
            2, 1, figure=figure, height_ratios=(1.45, 1), hspace=0.34,
            left=118 / _SUMMARY_PX[0], right=1 - _MARGIN_PX / _SUMMARY_PX[0],
            top=(top - 62) / _SUMMARY_PX[1], bottom=(foot_px + 88) / _SUMMARY_PX[1],
        )  # fmt: skip
        _draw_signal(figure.add_subplot(grid[0]), exercise, report, timestamps_s)
        _draw_scores(figure.add_subplot(grid[1]), report.repetitions)
        _draw_advice(figure, advice, foot_px)
        figure.savefig(path)


def draw_form_graph(report: AnalysisReport, timestamps_s: NDArray[np.float64], path: Path) -> None:
    """Write `graph.png` where there is nobody to compare with: score and signal over time."""
    with rc_context(_LOOK):
        figure = _figure(_GRAPH_PX)
        _title(figure, "Form Score Over Time", _GRAPH_PX[1] - _MARGIN_PX)
        grid = GridSpec(2, 1, figure=figure, height_ratios=(1, 1), hspace=0.3, left=118 / _GRAPH_PX[0],
                        right=1 - _MARGIN_PX / _GRAPH_PX[0], top=1 - 158 / _GRAPH_PX[1],
                        bottom=84 / _GRAPH_PX[1])  # fmt: skip
        scores, signal = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
        _draw_scores_in_time(scores, report, timestamps_s)
        _draw_curve(signal, report, timestamps_s)
        _label(signal, wording.axis(report.signal_name, report.signal_unit))
        signal.set_xlim(_extent(timestamps_s))
        _as_clock(signal)
        figure.savefig(path)


def draw_similarity_graph(comparison: Comparison, report: AnalysisReport, timestamps_s: NDArray[np.float64],
                          path: Path) -> None:  # fmt: skip
    """Write `graph.png`: how like the professional's the movement was, over the time of the user's video."""
    with rc_context(_LOOK):
        figure = _figure(_GRAPH_PX)
        _title(figure, "Pose Similarity Over Time", _GRAPH_PX[1] - _MARGIN_PX)
        axes = figure.add_axes((118 / 1080, 84 / 760, (1080 - 118 - _MARGIN_PX) / 1080, (760 - 84 - 150) / 760))
        _shade(axes, report.repetitions, timestamps_s, colours=False)
        time, value = _with_gaps(np.asarray(comparison.time_s), np.asarray(comparison.over_time))
        axes.plot(time, value, color=style.ACCENT, linewidth=2.6, solid_capstyle="round")
        axes.fill_between(time, 0, value, color=style.ACCENT, alpha=0.10, linewidth=0)
        for pair, number in zip(comparison.pairs, range(1, 6), strict=False):
            at = float(timestamps_s[min(pair.user_frame, len(timestamps_s) - 1)])
            axes.plot(at, pair.similarity, "o", markersize=20, markerfacecolor=style.PAPER,
                      markeredgecolor=style.ACCENT, markeredgewidth=2, clip_on=False)  # fmt: skip
            axes.text(at, pair.similarity, str(number), ha="center", va="center_baseline", color=style.ACCENT,
                      fontsize=_pt(20), fontweight="bold")  # fmt: skip
        axes.set_xlim(_extent(timestamps_s))
        axes.set_ylim(0, 105)
        axes.set_yticks([0, 25, 50, 75, 100])
        _label(axes, f"similarity to the professional, of 100 · mean {comparison.similarity:.0f}")
        _as_clock(axes)
        figure.savefig(path)


# --- parts ------------------------------------------------------------------------------------------------------


def _figure(size_px: tuple[int, int]) -> Figure:
    figure = Figure(figsize=(size_px[0] / _DPI, size_px[1] / _DPI), dpi=_DPI)
    FigureCanvasAgg(figure)
    return figure


def _pt(pixels: float) -> float:
    return pixels * 72 / _DPI


def _text(figure: Figure, x_px: float, y_px: float, text: str, size_px: float, colour: str = style.INK, *,
          bold: bool = False, ha: str = "left") -> None:  # fmt: skip
    """Text whose top lies `y_px` above the figure's bottom."""
    width, height = figure.get_size_inches() * _DPI
    figure.text(x_px / width, y_px / height, text, fontsize=_pt(size_px), color=colour, ha=ha, va="top",
                fontweight="bold" if bold else "normal", parse_math=False)  # fmt: skip


def _title(figure: Figure, text: str, y_px: float) -> None:
    _text(figure, _MARGIN_PX, y_px, text, 40, bold=True)


def _draw_head(figure: Figure, exercise: Exercise, report: AnalysisReport) -> float:
    """Title, quality, warnings and the mean score; returns how high above the bottom they end, in pixels."""
    width, height = _SUMMARY_PX
    y = height - _MARGIN_PX
    room = width - 2 * _MARGIN_PX - (190 if report.score is not None else 0)
    for row in style.wrapped(wording.heading(exercise, report), style.font(44, bold=True), room):
        _text(figure, _MARGIN_PX, y, row, 44, bold=True)
        y -= 58
    for row in style.wrapped(wording.seen(report.quality), style.font(25), room):
        _text(figure, _MARGIN_PX, y, row, 25, style.FADED_INK)
        y -= 34
    if report.score is not None:
        _draw_badge(figure, report, width - _MARGIN_PX - 150, height - _MARGIN_PX)
        y = min(y, height - _MARGIN_PX - 128)
    y -= 10
    for warning in report.quality.warnings[:3]:
        for index, row in enumerate(style.wrapped(warning, style.font(24), width - 2 * _MARGIN_PX - 36)):
            if index == 0:
                _text(figure, _MARGIN_PX, y, "▲", 22, style.MINOR)
            _text(figure, _MARGIN_PX + 36, y, row, 24)
            y -= 33
        y -= 6
    return y


def _draw_badge(figure: Figure, report: AnalysisReport, x_px: float, top_px: float) -> None:
    width, height = _SUMMARY_PX
    score = report.score or 0.0
    state = State.GOOD if score >= _GOOD_SCORE else State.MINOR if score >= _FAIR_SCORE else State.MAJOR
    field = FancyBboxPatch((x_px / width, (top_px - 116) / height), 150 / width, 116 / height,
                           boxstyle="round,pad=0,rounding_size=0.016", mutation_aspect=width / height,
                           transform=figure.transFigure, facecolor=state.colour, edgecolor="none")  # fmt: skip
    figure.add_artist(field)
    ink = style.INK if state is State.MINOR else "#FFFFFF"
    _text(figure, x_px + 75, top_px - 18, f"{score:.0f}", 56, ink, bold=True, ha="center")
    _text(figure, x_px + 75, top_px - 78, "of 100", 23, ink, ha="center")


def _draw_signal(axes: Axes, exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> None:
    _label(axes, f"{wording.axis(report.signal_name, report.signal_unit)} over time")
    _shade(axes, report.repetitions, timestamps_s, colours=True)
    _draw_curve(axes, report, timestamps_s)
    signal = report.signal
    turns = [judged.repetition.turn for judged in report.repetitions]
    many = len(turns) > 30
    axes.plot(timestamps_s[turns], signal[turns], "o", color=style.ACCENT, markersize=4 if many else 9,
              markeredgecolor=style.PAPER, markeredgewidth=0.8 if many else 2, zorder=4)  # fmt: skip
    for severity, state in ((Severity.MINOR, State.MINOR), (Severity.MAJOR, State.MAJOR)):
        frames = sorted({fault.frame for fault in report.faults if fault.severity is severity})
        axes.plot(timestamps_s[frames], signal[frames], "^", color=state.colour, markersize=8 if many else 15,
                  markeredgecolor=style.PAPER, markeredgewidth=1.2, zorder=5)  # fmt: skip
    for limit, label in _limits(exercise, report):
        axes.axhline(limit, color=style.INK, linewidth=1.6, linestyle=(0, (5, 4)), zorder=3)
        axes.annotate(label, (1, limit), xycoords=("axes fraction", "data"), xytext=(-4, 4),
                      textcoords="offset points", ha="right", fontsize=_pt(21), color=style.INK,
                      bbox={"facecolor": style.PAPER, "alpha": 0.75, "edgecolor": "none", "pad": 1.5})  # fmt: skip
    axes.set_xlim(_extent(timestamps_s))
    _make_room_for_numbers(axes)
    _as_clock(axes)


def _limits(exercise: Exercise, report: AnalysisReport) -> list[tuple[float, str]]:
    """Limits that were held against the plotted angle in this video, with a short label."""
    if exercise.cycle is None or report.signal_unit != "deg":
        return []
    answered = {item.code for judged in report.repetitions for item in judged.measurements}
    return [
        (limit, f"{rule.code.partition('.')[2].replace('_', ' ')}: {word} {wording.value(limit, 'deg')}")
        for rule in exercise.rules
        if rule.measure == exercise.cycle.angle and rule.code in answered
        for word, limit in (("at least", rule.at_least), ("at most", rule.at_most))
        if limit is not None
    ]


def _draw_curve(axes: Axes, report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> None:
    """The signal; what is unknown is a gap."""
    width = 2.6 if len(report.repetitions) <= 30 else 1.5
    axes.plot(timestamps_s, report.signal, color=style.ACCENT, linewidth=width, solid_capstyle="round", zorder=3)
    low, high = axes.get_ylim()
    if high - low < _LEAST_SPAN.get(report.signal_unit, 0):  # stillness must not look like movement
        middle, half = (low + high) / 2, _LEAST_SPAN[report.signal_unit] / 2
        axes.set_ylim(middle - half, middle + half)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(labelsize=_pt(23))
    if not np.isfinite(report.signal).any():
        axes.set_yticks([])
        axes.text(0.5, 0.5, "the movement could not be followed", transform=axes.transAxes, ha="center",
                  fontsize=_pt(26), color=style.FADED_INK)  # fmt: skip


def _shade(
    axes: Axes, repetitions: Sequence[JudgedRepetition], timestamps_s: NDArray[np.float64], *, colours: bool
) -> None:
    """A band for each repetition, numbered at its upper edge as often as there is room."""
    extent = _extent(timestamps_s)
    numbered = _with_room_for_text(repetitions, timestamps_s)
    last = len(timestamps_s) - 1
    for judged in repetitions:
        repetition = judged.repetition
        start, end = timestamps_s[repetition.start], timestamps_s[min(repetition.end, last)]
        state = state_of(judged) if colours else State.NEUTRAL
        inset = min(0.08 * (end - start), 0.002 * (extent[1] - extent[0]))
        axes.axvspan(start + inset, end - inset, color=state.colour, alpha=0.16, linewidth=0, zorder=1)
        if repetition.index in numbered:
            axes.annotate(str(repetition.index), ((start + end) / 2, 1), xycoords=("data", "axes fraction"),
                          xytext=(0, -5), textcoords="offset points", ha="center", va="top", fontsize=_pt(22),
                          color=style.INK, fontweight="bold")  # fmt: skip


def _draw_scores(axes: Axes, repetitions: Sequence[JudgedRepetition]) -> None:
    """A bar for each repetition in the colour of its worst fault; hatched where there is no score."""
    _label(axes, "Score per repetition")
    axes.set_ylim(0, 112)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.grid(visible=False, axis="x")
    axes.tick_params(labelsize=_pt(23))
    count = len(repetitions)
    if count == 0:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "no repetition was found", transform=axes.transAxes, ha="center", fontsize=_pt(28),
                  color=style.FADED_INK)  # fmt: skip
        return
    width = 0.78 if count > 4 else 0.5
    for judged in repetitions:
        index = judged.repetition.index
        if judged.score is None:
            axes.bar(index, 100, width, color=style.SHADE, edgecolor=style.HAIRLINE, hatch="//")
        else:
            axes.bar(index, max(judged.score, 1.0), width, color=state_of(judged).colour)
        if count <= 16:
            text = "not judged" if judged.score is None and count <= 6 else _score_text(judged.score)
            axes.text(index, (judged.score or 0 if judged.score is not None else 44) + 2, text, ha="center",
                      va="bottom", fontsize=_pt(24 if count <= 12 else 20), color=style.INK,
                      fontweight="bold")  # fmt: skip
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if count / step <= 20), 1000)
    axes.set_xticks([1, *range(step, count + 1, step)] if step > 1 else range(1, count + 1))
    axes.set_xlim(0.4, max(count, 3) + 0.6)


def _score_text(score: float | None) -> str:
    return "?" if score is None else f"{score:.0f}"


def _draw_scores_in_time(axes: Axes, report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> None:
    _label(axes, "score of each repetition, of 100")
    numbered = _with_room_for_text(report.repetitions, timestamps_s)
    last = len(timestamps_s) - 1
    for judged in report.repetitions:
        start = timestamps_s[judged.repetition.start]
        end = timestamps_s[min(judged.repetition.end, last)]
        height = 100.0 if judged.score is None else max(judged.score, 1.0)
        colour = style.SHADE if judged.score is None else state_of(judged).colour
        axes.bar((start + end) / 2, height, (end - start) * 0.94, color=colour, linewidth=0)
        if judged.repetition.index in numbered:
            axes.text((start + end) / 2, height + 2, _score_text(judged.score), ha="center", va="bottom",
                      fontsize=_pt(22), color=style.INK, fontweight="bold")  # fmt: skip
    if not report.repetitions:
        axes.text(0.5, 0.45, "no repetition was found", transform=axes.transAxes, ha="center", fontsize=_pt(28),
                  color=style.FADED_INK)  # fmt: skip
    axes.set_ylim(0, 122)
    axes.set_yticks([0, 50, 100])
    axes.set_xlim(_extent(timestamps_s))
    axes.tick_params(labelsize=_pt(23), labelbottom=False)


def _advice(report: AnalysisReport) -> list[tuple[State, list[str]]]:
    """What the set as a whole says, the most frequent fault first: (sign, rows of text)."""
    by_code: dict[str, list[FormFault]] = {}
    for fault in report.faults:
        by_code.setdefault(fault.code, []).append(fault)
    worst_first = sorted(by_code.values(), key=lambda found: (found[0].severity is not Severity.MAJOR, -len(found)))
    entries = [
        (State.MAJOR if found[0].severity is Severity.MAJOR else State.MINOR,
         f"{found[0].cue} (rep {wording.numbers([fault.repetition for fault in found])})")
        for found in worst_first[:4]
    ]  # fmt: skip
    if len(worst_first) > 4:
        entries.append((State.NEUTRAL, f"and {len(worst_first) - 4} more, see report.json"))
    if not entries and report.score is not None:
        entries = [(State.GOOD, "No fault was found in what could be measured.")]
    unanswered = {item.code for item in report.not_assessed}
    if unanswered:
        rules = "1 rule" if len(unanswered) == 1 else f"{len(unanswered)} rules"
        entries.append((State.NEUTRAL, f"{rules} could not be assessed everywhere: {report.not_assessed[0].detail}"))
    face = style.font(25)
    return [(state, style.wrapped(text, face, _SUMMARY_PX[0] - 2 * _MARGIN_PX - 40)[:3]) for state, text in entries]


def _draw_advice(figure: Figure, advice: Sequence[tuple[State, list[str]]], top_px: float) -> None:
    signs = {State.NEUTRAL: "●", State.GOOD: "✔", State.MINOR: "▲", State.MAJOR: "▲"}
    y = top_px - 16
    for state, rows in advice:
        _text(figure, _MARGIN_PX, y, signs[state], 26, state.colour)
        for row in rows:
            _text(figure, _MARGIN_PX + 40, y, row, 25)
            y -= 34
        y -= 14


# --- axes -------------------------------------------------------------------------------------------------------


def _label(axes: Axes, text: str) -> None:
    """What the axes show, above them, where it reads without turning the head."""
    axes.set_title(text, loc="left", fontsize=_pt(25), color=style.FADED_INK, pad=_pt(14))
    axes.tick_params(labelsize=_pt(23), pad=8)


def _extent(timestamps_s: NDArray[np.float64]) -> tuple[float, float]:
    return float(timestamps_s[0]), float(max(timestamps_s[-1], timestamps_s[0] + 0.1))


def _as_clock(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 1.5, 2, 3, 5, 6, 10]))
    start, end = axes.get_xlim()
    digits = 0 if end - start >= 6 else 1
    width = 2 if digits == 0 else 4

    def clock(seconds: float, _: object) -> str:
        minutes, rest = divmod(round(seconds, digits), 60)
        return f"{minutes:.0f}:{rest:0{width}.{digits}f}"

    axes.xaxis.set_major_formatter(FuncFormatter(clock))


def _make_room_for_numbers(axes: Axes) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.04 * (high - low), high + 0.14 * (high - low))


def _with_room_for_text(repetitions: Sequence[JudgedRepetition], timestamps_s: NDArray[np.float64]) -> set[int]:
    """Which repetitions can bear a number on the axis of time: round ones first, none closer than a word's width."""
    start, end = _extent(timestamps_s)
    least_s = (end - start) * 0.052
    placed: dict[int, float] = {}
    for step in (10, 5, 2, 1):
        for judged in repetitions:
            index, at = judged.repetition.index, float(timestamps_s[judged.repetition.turn])
            if index % step == 0 and all(abs(at - other) >= least_s for other in placed.values()):
                placed[index] = at
    return set(placed)


def _with_gaps(
    time_s: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A NaN wherever the samples pause, so that no line is drawn across."""
    if len(time_s) < 3:
        return time_s, values
    steps = np.diff(time_s)
    breaks = np.nonzero(steps > 4 * np.median(steps))[0] + 1
    return np.insert(time_s, breaks, np.nan), np.insert(values, breaks, np.nan)
