"""The signal over time as shapes of an SVG picture: a curve with its repetitions, turning points and faults."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.motion.measures import BODY_HEIGHT, DEGREES
from analysis.pictures.style import with_least_span

WIDTH, HEIGHT = 720, 300
"""Shown half as large on a phone, a third larger at a desk; letters are sized for each in `page.css`."""
LEFT, RIGHT, TOP, BOTTOM = 56, 28, 34, 34
_MOST_POINTS = 900
_NUMBER_WIDTH = 34.0
"""Two digits on a phone, with room beside them."""
_LEAST_STEP = {DEGREES: 1.0, BODY_HEIGHT: 0.1}
"""Between numbers beside the axis, which have room for `150` and `−0.5` on a phone."""
_NICE_STEPS = (1.0, 2.0, 5.0, 10.0)
_Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Band:
    """One repetition or hold: from `x` over `width`, its turning point, and the worst of its faults as `state`."""

    index: int
    state: str
    x: float
    width: float
    turn: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, at `at` units, reading `text`."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All in units of the picture, `WIDTH` by `HEIGHT`.

    Attributes:
        curves: SVG paths; more than one where the signal has gaps.
        bands: One per repetition.
        seconds: Marks of the time axis.
        values: Marks of the signal's axis.
        limits: Those that the signal was held against.
        failed: Where attempts that do not count turn.
    """

    curves: tuple[str, ...]
    bands: tuple[Band, ...]
    seconds: tuple[Tick, ...]
    values: tuple[Tick, ...]
    limits: tuple[Tick, ...] = ()
    failed: tuple[tuple[float, float], ...] = ()

    @property
    def states(self) -> set[str]:
        """Of its bands."""
        return {band.state for band in self.bands}

    @property
    def numbered(self) -> set[int]:
        """The bands with room for their number: round ones first."""
        placed: dict[int, float] = {}
        for step in (10, 5, 2, 1):
            for band in self.bands:
                middle = band.x + band.width / 2
                if band.index % step == 0 and all(abs(middle - other) >= _NUMBER_WIDTH for other in placed.values()):
                    placed[band.index] = middle
        return set(placed)


def chart_of(
    document: dict[str, Any],
    timestamps_s: NDArray[np.float64],
    signal: NDArray[np.float64],
    limits: Sequence[tuple[float, str]] = (),
    *,
    unit: str = DEGREES,
    say: Callable[[float], str] = "{:g}".format,
) -> Chart | None:
    """The chart of a signal over time; None where there is nothing.

    Args:
        document: The content of `report.json`.
        timestamps_s: (frames,) of the signal.
        signal: (frames,) in `unit`; NaN is a gap.
        limits: That it was held against, each with what it says.
        unit: `deg` or `body_height`.
        say: Writes a number beside the axis.
    """
    known = np.isfinite(signal)
    if np.count_nonzero(known) < 2:
        return None
    drawn: list[float] = [*signal[known].tolist(), *(limit for limit, _ in limits)]
    low, high = min(drawn), max(drawn)
    room = max(high - low, 1e-6) * 0.06
    below_a_line = any(limit == high for limit, _ in limits)  # whose words stand above it, below the numbers
    low, high = with_least_span(low - room, high + (2 * room if below_a_line else room), unit)
    end_s = max(float(timestamps_s[-1]), 1e-6)

    def x(time_s: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * time_s / end_s, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def point(time_s: float | None) -> tuple[float, float] | None:
        frame = int(np.argmin(np.abs(timestamps_s - (time_s or 0.0))))
        return (x(time_s), y(float(signal[frame]))) if time_s is not None and known[frame] else None

    def band(repetition: dict[str, Any]) -> Band:
        turn = point(repetition.get("turn_s"))
        start, end = x(repetition["start_s"]), x(min(repetition["end_s"], end_s))
        return Band(repetition["index"], state_of(repetition), start, round(end - start, 1), turn)

    return Chart(
        curves=tuple(_path(timestamps_s, signal, x, y)),
        bands=tuple(band(repetition) for repetition in document["repetitions"] or document["holds"]),
        seconds=tuple(Tick(x(at), f"{int(at) // 60}:{int(at) % 60:02d}") for at in _steps(0.0, end_s, 8, least=1.0)),
        values=tuple(Tick(y(at), say(at)) for at in _steps(low, high, 5, least=_LEAST_STEP[unit])),
        limits=tuple(Tick(y(limit), text) for limit, text in limits),
        failed=tuple(at for one in document["no_repetitions"] if (at := point(one["time_s"])) is not None),
    )


def state_of(repetition: dict[str, Any]) -> str:
    """`good`, `minor`, `major`, or `unknown` where nothing could be judged."""
    if repetition["faults"]:
        return str(repetition["faults"][0]["severity"])
    return "unknown" if repetition["score"] is None else "good"


def _path(times_s: NDArray[np.float64], signal: NDArray[np.float64], x_of: _Place, y_of: _Place) -> Iterator[str]:
    """The curve's parts between gaps, with as many points as the picture can show."""
    every = max(1, len(signal) // _MOST_POINTS)
    known = np.isfinite(signal)
    edges = [0, *(np.flatnonzero(np.diff(known)) + 1).tolist(), len(signal)]
    for start, end in pairwise(edges):
        if known[start] and end - start > 1:
            frames = [*range(start, end, every), end - 1]
            points = (f"{x_of(float(times_s[frame]))} {y_of(float(signal[frame]))}" for frame in frames)
            yield "M" + "L".join(points)


def _steps(low: float, high: float, most: int, *, least: float = 0.0) -> list[float]:
    """Round numbers between the two, at most about so many."""
    rough = max((high - low) / most, least, 1e-9)
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(nice * power for nice in _NICE_STEPS if nice * power >= rough * 0.999))
    first = np.ceil(low / step) * step
    return [round(float(value), 6) + 0.0 for value in np.arange(first, high, step)]
