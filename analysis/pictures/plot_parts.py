"""What the plots share: one look, sizes in pixels, time as a clock, repetitions as bands, the signal as a curve."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis.pictures import style
from analysis.pictures.canvas import State
from analysis.pictures.evidence import state_of
from analysis.pictures.wording import Wording
from analysis.verdicts import AnalysisReport, JudgedRepetition

DPI = 100
MARGIN_PX = 54
# Glyph by glyph the first family that has it; matplotlib is told of the Korean one when this module is loaded.
_LATIN, _KOREAN = "DejaVu Sans", "NanumGothic"
LOOK: dict[Any, Any] = {
    "font.family": [_LATIN, _KOREAN],
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

# The font itself says that its bold cut weighs 600, and matplotlib would remark on that each time.
for _weight in (400, 700):
    fontManager.ttflist.append(
        FontEntry(str(style.font_file("nanum", bold=_weight == 700)), name=_KOREAN, weight=_weight, size="scalable")
    )


def new_figure(size_px: tuple[int, int]) -> Figure:
    """An empty figure of that size in pixels."""
    figure = Figure(figsize=(size_px[0] / DPI, size_px[1] / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def put_text(figure: Figure, x_px: float, y_px: float, text: str, size_px: float, colour: str = style.INK, *,
          bold: bool = False, ha: str = "left") -> None:  # fmt: skip
    """Text whose top lies `y_px` above the figure's bottom."""
    width, height = figure.get_size_inches() * DPI
    families = [_KOREAN, _LATIN] if style.has_hangul(text) else [_LATIN]  # as `style.font`, by which it was wrapped
    figure.text(x_px / width, y_px / height, text, fontsize=pt(size_px), color=colour, ha=ha, va="top",
                fontfamily=families, fontweight="bold" if bold else "normal", parse_math=False)  # fmt: skip


def pt(pixels: float) -> float:
    """Pixels in points, in which matplotlib counts."""
    return pixels * 72 / DPI


def label_axes(axes: Axes, text: str) -> None:
    """What the axes show, above them, where it reads without turning the head."""
    axes.set_title(text, loc="left", fontsize=pt(25), color=style.FADED_INK, pad=pt(14))
    axes.tick_params(labelsize=pt(23), pad=8)


def put_box(axes: Axes, x: float, y: float, width: float, height: float, **look: Any) -> None:
    """A rectangle from its lower left corner.

    Unlike `bar` and `axvspan` it does not move the limits of the axes, which would take ten times as long.
    """
    axes.add_artist(Rectangle((x, y), width, height, **look))


def time_extent(timestamps_s: NDArray[np.float64]) -> tuple[float, float]:
    """First and last second of the axis of time."""
    return float(timestamps_s[0]), float(max(timestamps_s[-1], timestamps_s[0] + 0.1))


def as_clock(axes: Axes, wording: Wording) -> None:
    """Write the axis of time as minutes and seconds."""
    start, end = axes.get_xlim()
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 1.5, 2, 3, 6, 10] if end - start > 30 else [1, 2, 5, 10]))
    digits = 0 if end - start >= 6 else 1
    width = 2 if digits == 0 else 4

    def clock(seconds: float, _: object) -> str:
        minutes, rest = divmod(round(seconds, digits), 60)
        return f"{minutes:.0f}:{rest:0{width}.{digits}f}".replace(".", wording.phrase("decimal_point"))

    axes.xaxis.set_major_formatter(FuncFormatter(clock))


def draw_curve(axes: Axes, report: AnalysisReport, timestamps_s: NDArray[np.float64], wording: Wording) -> None:
    """The signal; what is unknown is a gap."""
    width = 2.6 if len(report.repetitions) <= 30 else 1.5
    axes.plot(timestamps_s, report.signal, color=style.ACCENT, linewidth=width, solid_capstyle="round", zorder=3)
    axes.set_ylim(*style.with_least_span(*axes.get_ylim(), report.signal_unit), auto=None)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.axis_number(value)))
    axes.tick_params(labelsize=pt(23))
    if not np.isfinite(report.signal).any():
        axes.set_yticks([])
        axes.text(0.5, 0.5, wording.phrase("not_followed"), transform=axes.transAxes, ha="center",
                  fontsize=pt(26), color=style.FADED_INK)  # fmt: skip


def shade(
    axes: Axes, repetitions: Sequence[JudgedRepetition], timestamps_s: NDArray[np.float64], *, colours: bool
) -> None:
    """A band for each repetition, numbered at its upper edge as often as there is room."""
    extent = time_extent(timestamps_s)
    numbered = with_room_for_text(repetitions, timestamps_s)
    last = len(timestamps_s) - 1
    for judged in repetitions:
        repetition = judged.repetition
        start, end = timestamps_s[repetition.start], timestamps_s[min(repetition.end, last)]
        state = state_of(judged) if colours else State.NEUTRAL
        inset = min(0.08 * (end - start), 0.002 * (extent[1] - extent[0]))
        put_box(axes, start + inset, 0, end - start - 2 * inset, 1, transform=axes.get_xaxis_transform(),
                color=state.colour, alpha=0.16, linewidth=0, zorder=1)  # fmt: skip
        if repetition.index in numbered:
            axes.annotate(str(repetition.index), ((start + end) / 2, 1), xycoords=("data", "axes fraction"),
                          xytext=(0, -5), textcoords="offset points", ha="center", va="top", fontsize=pt(22),
                          color=style.INK, fontweight="bold")  # fmt: skip


def with_room_for_text(repetitions: Sequence[JudgedRepetition], timestamps_s: NDArray[np.float64]) -> set[int]:
    """Which repetitions can bear a number on the axis of time: round ones first, none closer than a word's width."""
    start, end = time_extent(timestamps_s)
    least_s = (end - start) * 0.052
    placed: dict[int, float] = {}
    for step in (10, 5, 2, 1):
        for judged in repetitions:
            index, at = judged.repetition.index, float(timestamps_s[judged.repetition.turn])
            if index % step == 0 and all(abs(at - other) >= least_s for other in placed.values()):
                placed[index] = at
    return set(placed)
