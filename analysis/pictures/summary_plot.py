"""`summary.png`: the signal over time, the score per repetition, and what to work on; made to be read on a phone."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise
from analysis.pictures import style
from analysis.pictures.canvas import State
from analysis.pictures.evidence import state_of
from analysis.pictures.plot_parts import (
    LOOK,
    MARGIN_PX,
    as_clock,
    draw_curve,
    label_axes,
    new_figure,
    pt,
    put_box,
    put_text,
    shade,
    time_extent,
)
from analysis.pictures.wording import Wording, numbers, wording_in
from analysis.texts import ENGLISH
from analysis.verdicts import AnalysisReport, FormFault, JudgedRepetition, Remark, Severity

# The tallest picture that phones' galleries show whole.
_SUMMARY_PX = (1080, 1350)


def draw_summary(
    exercise: Exercise,
    report: AnalysisReport,
    timestamps_s: NDArray[np.float64],
    path: Path,
    *,
    language: str = ENGLISH,
) -> None:
    """Write `summary.png`: the signal over time, the score per repetition, and what to work on.

    Args:
        exercise: The report's exercise.
        report: What to show.
        timestamps_s: (frames,) of the report's signal.
        path: Where to write.
        language: One of `analysis.texts.LANGUAGES`.
    """
    wording = wording_in(language)
    with rc_context(LOOK):
        figure = new_figure(_SUMMARY_PX)
        top = _draw_head(figure, exercise, report, timestamps_s, wording)
        advice = _advice(exercise, report, wording)
        foot_px = 70 + sum(34 * len(rows) + 14 for _, rows in advice)
        grid = GridSpec(
            2, 1, figure=figure, height_ratios=(1.45, 1), hspace=0.34,
            left=118 / _SUMMARY_PX[0], right=1 - MARGIN_PX / _SUMMARY_PX[0],
            top=(top - 62) / _SUMMARY_PX[1], bottom=(foot_px + 88) / _SUMMARY_PX[1],
        )  # fmt: skip
        _draw_signal(figure.add_subplot(grid[0]), exercise, report, timestamps_s, wording)
        _draw_scores(figure.add_subplot(grid[1]), exercise, report.efforts, wording)
        _draw_advice(figure, advice, foot_px)
        figure.savefig(path)


def _draw_head(
    figure: Figure, exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64], wording: Wording
) -> float:
    """Title, quality, warnings and the mean score; returns how high above the bottom they end, in pixels."""
    width, height = _SUMMARY_PX
    y = height - MARGIN_PX
    room = width - 2 * MARGIN_PX - (190 if report.score is not None else 0)
    for row in style.wrapped(wording.heading(exercise, report, timestamps_s), 44, room, bold=True):
        put_text(figure, MARGIN_PX, y, row, 44, bold=True)
        y -= 58
    for row in style.wrapped(wording.seen(report.quality.view, report.quality.person_found), 25, room):
        put_text(figure, MARGIN_PX, y, row, 25, style.FADED_INK)
        y -= 34
    if report.score is not None:
        _draw_badge(figure, report.score, wording, width - MARGIN_PX - 150, height - MARGIN_PX)
        y = min(y, height - MARGIN_PX - 128)
    y -= 10
    for warning in report.quality.warnings[:3]:
        for index, row in enumerate(style.wrapped(wording.remark(warning), 24, width - 2 * MARGIN_PX - 36)):
            if index == 0:
                put_text(figure, MARGIN_PX, y, "▲", 22, style.MINOR)
            put_text(figure, MARGIN_PX + 36, y, row, 24)
            y -= 33
        y -= 6
    return y


def _draw_badge(figure: Figure, score: float, wording: Wording, x_px: float, top_px: float) -> None:
    width, height = _SUMMARY_PX
    state = State.GOOD if score >= style.GOOD_SCORE else State.MINOR if score >= style.FAIR_SCORE else State.MAJOR
    field = FancyBboxPatch((x_px / width, (top_px - 116) / height), 150 / width, 116 / height,
                           boxstyle="round,pad=0,rounding_size=0.016", mutation_aspect=width / height,
                           transform=figure.transFigure, facecolor=state.colour, edgecolor="none")  # fmt: skip
    figure.add_artist(field)
    ink = style.INK if state is State.MINOR else "#FFFFFF"
    put_text(figure, x_px + 75, top_px - 18, wording.number(score), 56, ink, bold=True, ha="center")
    put_text(figure, x_px + 75, top_px - 78, wording.phrase("of_100"), 23, ink, ha="center")


def _draw_signal(
    axes: Axes, exercise: Exercise, report: AnalysisReport, timestamps_s: NDArray[np.float64], wording: Wording
) -> None:
    label_axes(axes, wording.phrase("over_time", signal=wording.axis(report.signal_name, report.signal_unit)))
    shade(axes, report.efforts, timestamps_s, colours=True)
    draw_curve(axes, report, timestamps_s, wording)
    signal = report.signal
    turns = [judged.repetition.turn for judged in report.repetitions]
    many = len(turns) > 30
    failed = [item.frame for item in report.no_repetitions]
    axes.plot(timestamps_s[failed], signal[failed], "X", color=style.FADED_INK, markersize=14,
              markeredgecolor=style.PAPER, markeredgewidth=1.5, zorder=5)  # fmt: skip
    axes.plot(timestamps_s[turns], signal[turns], "o", color=style.ACCENT, markersize=4 if many else 9,
              markeredgecolor=style.PAPER, markeredgewidth=0.8 if many else 2, zorder=4)  # fmt: skip
    for severity, state in ((Severity.MINOR, State.MINOR), (Severity.MAJOR, State.MAJOR)):
        frames = sorted({fault.frame for fault in report.faults if fault.severity is severity})
        axes.plot(timestamps_s[frames], signal[frames], "^", color=state.colour, markersize=8 if many else 15,
                  markeredgecolor=style.PAPER, markeredgewidth=1.2, zorder=5)  # fmt: skip
    for limit, words in wording.limit_lines(exercise, report):
        axes.axhline(limit, color=style.INK, linewidth=1.6, linestyle=(0, (5, 4)), zorder=3)
        axes.annotate(words, (1, limit), xycoords=("axes fraction", "data"), xytext=(-4, 4),
                      textcoords="offset points", ha="right", fontsize=pt(21), color=style.INK,
                      bbox={"facecolor": style.PAPER, "alpha": 0.75, "edgecolor": "none", "pad": 1.5})  # fmt: skip
    axes.set_xlim(time_extent(timestamps_s))
    _make_room_for_numbers(axes)
    as_clock(axes, wording)


def _make_room_for_numbers(axes: Axes) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.04 * (high - low), high + 0.14 * (high - low))


def _draw_scores(axes: Axes, exercise: Exercise, repetitions: Sequence[JudgedRepetition], wording: Wording) -> None:
    """A bar for each repetition in the colour of its worst fault; hatched where there is no score."""
    label = wording.phrase("score_per_hold" if exercise.hold else "score_per_repetition")
    label_axes(axes, label)
    axes.set_ylim(0, 112)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.grid(visible=False, axis="x")
    axes.tick_params(labelsize=pt(23))
    count = len(repetitions)
    if count == 0:
        axes.set_xticks([])
        words = wording.none_found(exercise)
        axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", fontsize=pt(28), color=style.FADED_INK)
        return
    width = 0.78 if count > 4 else 0.5
    number_px = (24 if count <= 12 else 20) if count <= 16 else None
    room_px = (_SUMMARY_PX[0] - 118 - MARGIN_PX) / (max(count, 3) + 0.2)
    unjudged = unjudged_in_words([room_px], number_px, wording)
    for judged in repetitions:
        draw_score(axes, judged, judged.repetition.index, width, number_px, unjudged)
    if unjudged is None and any(judged.score is None for judged in repetitions):
        label_axes(axes, with_key(label, wording))
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if count / step <= 20), 1000)
    axes.set_xticks([1, *range(step, count + 1, step)] if step > 1 else range(1, count + 1))
    axes.set_xlim(0.4, max(count, 3) + 0.6)


def draw_score(
    axes: Axes, judged: JudgedRepetition, x: float, width: float, number_px: float | None, words: str | None
) -> None:
    """The bar of one repetition and, in letters of `number_px`, its score, or in `words` that there is none."""
    if judged.score is None:
        put_box(axes, x - width / 2, 0, width, 100, facecolor=style.SHADE, edgecolor=style.HAIRLINE, hatch="//")
        text, y = words, 46.0
    else:
        put_box(axes, x - width / 2, 0, width, max(judged.score, 1.0), color=state_of(judged).colour, linewidth=0)
        text, y = f"{judged.score:.0f}", judged.score + 2
    if text and number_px is not None:
        axes.text(x, y, text, ha="center", va="bottom", fontsize=pt(number_px), color=style.INK, fontweight="bold")


def unjudged_in_words(rooms_px: Sequence[float], number_px: float | None, wording: Wording) -> str | None:
    """What stands in bars without a score; None where it has no room in the narrowest: then a key says it once."""
    if number_px is None or not rooms_px:
        return None
    return _in_rows(wording.phrase("not_judged"), number_px, min(rooms_px))


def with_key(label: str, wording: Wording) -> str:
    """The label of the axes, and what a hatched bar is."""
    return f"{label} · ▨ {wording.phrase('not_judged')}"


def _in_rows(text: str, size_px: float, room_px: float) -> str | None:
    """The bold text in rows that leave a little of the room free; None where there is not enough."""
    rows = style.wrapped(text, round(size_px), 0.95 * room_px, bold=True)
    face = style.font(round(size_px), text, bold=True)
    return "\n".join(rows) if max(map(face.getlength, rows)) <= 0.95 * room_px else None


def _advice(exercise: Exercise, report: AnalysisReport, wording: Wording) -> list[tuple[State, list[str]]]:
    """What the set as a whole says, what to fix first and then the worst: (sign, rows of text)."""
    cue_in = "cue_in_hold" if exercise.hold else "cue_in"
    by_code: dict[str, list[FormFault]] = {}
    for fault in report.faults:
        by_code.setdefault(fault.code, []).append(fault)
    first = report.kinematics.fix_first if report.kinematics is not None else None
    fix_first = first.code if first is not None else ""
    worst_first = sorted(
        by_code.values(),
        key=lambda found: (found[0].code != fix_first, found[0].severity is not Severity.MAJOR, -len(found)),
    )
    entries = [
        (State.MAJOR if found[0].severity is Severity.MAJOR else State.MINOR,
         wording.phrase(cue_in, cue=wording.cue(found[0].code), numbers=numbers([one.repetition for one in found])))
        for found in worst_first[:4]
    ]  # fmt: skip
    if len(worst_first) > 4:
        entries.append((State.NEUTRAL, wording.counted("more", len(worst_first) - 4)))
    if not entries and report.score is not None:
        entries = [(State.GOOD, wording.phrase("no_fault"))]
    for reason, number in Counter(item.reason for item in report.no_repetitions).items():
        entries.append((State.NEUTRAL, f"× {wording.why(reason)} ({wording.counted('no_reps', number)})"))
    unanswered = {item.code for item in report.not_assessed}
    if unanswered:
        why = wording.remark(_most_frequent_reason(exercise, report))
        entries.append((State.NEUTRAL, wording.counted("unanswered", len(unanswered), detail=why)))
    return [(state, style.wrapped(text, 25, _SUMMARY_PX[0] - 2 * MARGIN_PX - 40)[:3]) for state, text in entries]


def _most_frequent_reason(exercise: Exercise, report: AnalysisReport) -> Remark:
    """Of the rules without an answer; what no joint shows only where there is nothing else."""
    blind = {spot.code for spot in exercise.blind_spots}
    told = [item for item in report.not_assessed if item.code not in blind] or report.not_assessed
    reasons = [item.reason for item in told]
    return next(item.detail for item in told if item.reason == max(reasons, key=reasons.count))


def _draw_advice(figure: Figure, advice: Sequence[tuple[State, list[str]]], top_px: float) -> None:
    signs = {State.NEUTRAL: "●", State.GOOD: "✔", State.MINOR: "▲", State.MAJOR: "▲"}
    y = top_px - 16
    for state, rows in advice:
        put_text(figure, MARGIN_PX, y, signs[state], 26, state.colour)
        for row in rows:
            put_text(figure, MARGIN_PX + 40, y, row, 25)
            y -= 34
        y -= 14
