"""`graph.png`: similarity to the professional over time or, without one, the form score over time."""

from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from numpy.typing import NDArray

from analysis.judging.exercise import find_exercise
from analysis.pictures import style
from analysis.pictures.plot_parts import (
    LOOK,
    MARGIN_PX,
    as_clock,
    draw_curve,
    label_axes,
    new_figure,
    pt,
    put_text,
    shade,
    time_extent,
    with_room_for_text,
)
from analysis.pictures.summary_plot import draw_score, unjudged_in_words, with_key
from analysis.pictures.wording import Wording, wording_in
from analysis.texts import ENGLISH
from analysis.verdicts import AnalysisReport, Comparison

_GRAPH_PX = (1080, 760)
_NUMBER_PX = 22


def draw_form_graph(
    report: AnalysisReport, timestamps_s: NDArray[np.float64], path: Path, *, language: str = ENGLISH
) -> None:
    """Write `graph.png` where there is nobody to compare with: score and signal over time."""
    wording = wording_in(language)
    with rc_context(LOOK):
        figure = new_figure(_GRAPH_PX)
        _title(figure, wording.phrase("form_score_over_time"), _GRAPH_PX[1] - MARGIN_PX)
        grid = GridSpec(2, 1, figure=figure, height_ratios=(1, 1), hspace=0.3, left=118 / _GRAPH_PX[0],
                        right=1 - MARGIN_PX / _GRAPH_PX[0], top=1 - 158 / _GRAPH_PX[1],
                        bottom=84 / _GRAPH_PX[1])  # fmt: skip
        scores, signal = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
        _draw_scores_in_time(scores, report, timestamps_s, wording)
        draw_curve(signal, report, timestamps_s, wording)
        label_axes(signal, wording.axis(report.signal_name, report.signal_unit))
        signal.set_xlim(time_extent(timestamps_s))
        as_clock(signal, wording)
        figure.savefig(path)


def draw_similarity_graph(comparison: Comparison, report: AnalysisReport, timestamps_s: NDArray[np.float64],
                          path: Path, *, language: str = ENGLISH) -> None:  # fmt: skip
    """Write `graph.png`: how like the professional's the movement was, over the time of the user's video."""
    wording = wording_in(language)
    with rc_context(LOOK):
        figure = new_figure(_GRAPH_PX)
        _title(figure, wording.phrase("similarity_over_time"), _GRAPH_PX[1] - MARGIN_PX)
        axes = figure.add_axes((118 / 1080, 84 / 760, (1080 - 118 - MARGIN_PX) / 1080, (760 - 84 - 150) / 760))
        shade(axes, report.efforts, timestamps_s, colours=False)
        time, value = _with_gaps(np.asarray(comparison.time_s), np.asarray(comparison.over_time))
        axes.plot(time, value, color=style.ACCENT, linewidth=2.6, solid_capstyle="round")
        axes.fill_between(time, 0, value, color=style.ACCENT, alpha=0.10, linewidth=0)
        for pair, number in zip(comparison.pairs, range(1, 6), strict=False):
            at = float(timestamps_s[min(pair.user_frame, len(timestamps_s) - 1)])
            axes.plot(at, pair.similarity, "o", markersize=20, markerfacecolor=style.PAPER,
                      markeredgecolor=style.ACCENT, markeredgewidth=2, clip_on=False)  # fmt: skip
            axes.text(at, pair.similarity, str(number), ha="center", va="center_baseline", color=style.ACCENT,
                      fontsize=pt(20), fontweight="bold")  # fmt: skip
        axes.set_xlim(time_extent(timestamps_s))
        axes.set_ylim(0, 116)  # numbers of repetitions stand above the marks of what is wholly alike
        axes.set_yticks([0, 25, 50, 75, 100])
        label_axes(axes, wording.phrase("similarity", mean=wording.number(comparison.similarity)))
        as_clock(axes, wording)
        figure.savefig(path)


def _title(figure: Figure, text: str, y_px: float) -> None:
    put_text(figure, MARGIN_PX, y_px, text, 40, bold=True)


def _draw_scores_in_time(
    axes: Axes, report: AnalysisReport, timestamps_s: NDArray[np.float64], wording: Wording
) -> None:
    held = find_exercise(report.exercise).hold is not None
    label = wording.phrase("score_of_each_hold" if held else "score_of_each")
    numbered = with_room_for_text(report.efforts, timestamps_s)
    last, (first_s, last_s) = len(timestamps_s) - 1, time_extent(timestamps_s)
    places = [
        (float(timestamps_s[one.start]), float(timestamps_s[min(one.end, last)]))
        for one in (judged.repetition for judged in report.efforts)
    ]
    room_px = (_GRAPH_PX[0] - 118 - MARGIN_PX) * 0.94 / (last_s - first_s)
    rooms_px = [
        room_px * (end - start)
        for judged, (start, end) in zip(report.efforts, places, strict=True)
        if judged.score is None
    ]
    unjudged = unjudged_in_words(rooms_px, _NUMBER_PX, wording)
    label_axes(axes, with_key(label, wording) if rooms_px and unjudged is None else label)
    for judged, (start, end) in zip(report.efforts, places, strict=True):
        number_px = _NUMBER_PX if judged.score is None or judged.repetition.index in numbered else None
        draw_score(axes, judged, (start + end) / 2, 0.94 * (end - start), number_px, unjudged)
    if not report.efforts:
        words = wording.none_found(find_exercise(report.exercise))
        axes.text(0.5, 0.45, words, transform=axes.transAxes, ha="center", fontsize=pt(28), color=style.FADED_INK)
    axes.set_ylim(0, 122)
    axes.set_yticks([0, 50, 100])
    axes.grid(visible=False, axis="x")  # its times stand below the signal, in other steps
    axes.set_xlim(time_extent(timestamps_s))
    axes.tick_params(labelsize=pt(23), labelbottom=False)


def _with_gaps(
    time_s: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A NaN wherever the samples pause, so that no line is drawn across."""
    if len(time_s) < 3:
        return time_s, values
    steps = np.diff(time_s)
    breaks = np.nonzero(steps > 4 * np.median(steps))[0] + 1
    return np.insert(time_s, breaks, np.nan), np.insert(values, breaks, np.nan)
