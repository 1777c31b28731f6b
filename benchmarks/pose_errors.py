"""How far the pose is off in what rules measure: `python -m benchmarks.pose_errors [--rows]`.

The table from which `analysis/judging/pose_error.py` has its margins. Every rule's value in every repetition of the
drawn clips (those of `benchmarks.mannequin`, through the pose model) is held against the same value of the true
skeleton, seen by a camera that stands exactly at the side; elbow and knee are the true angles in space. What is left
is an error of the pose, of the camera's place, and of where the repetition was cut.

Errors of one exercise are alike, so that many values of few exercises are few. Each cell of the table has a bias, a
spread of the exercises' biases about it, and a spread of values within an exercise; the spread between exercises is
drawn towards that of all cells where the cell has few. The margin is the 80 % prediction interval for an exercise that
is not in the table (random effects: Higgins, Thompson and Spiegelhalter 2009, J R Stat Soc A 172:137), so that nine of
ten values lie on the safe side of each end. Whether they do is tried with each exercise left out in turn.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.judging.exercise import Rule, Statistic, find_exercise
from analysis.judging.faults import SEEN_SHARE
from analysis.judging.judge import judge
from analysis.judging.measuring import value_of
from analysis.judging.observed import observe
from analysis.judging.pose_error import FAR, NEAR, cell_of
from analysis.judging.seen import seen_values
from analysis.motion.landmarks import Landmark
from analysis.motion.lenses import as_seen, in_metres
from analysis.motion.measures import DEGREES, MEASURES, Body, body_of
from analysis.motion.view import SIDE
from analysis.types import PoseTrack, Repetition, VideoInfo
from analysis.verdicts import JudgedRepetition
from benchmarks.grading import covers
from benchmarks.mannequin import clips_of, followed_drawing
from mannequin import MOTIONS, Clip, TrueRepetition, Truth, truth_of
from mannequin.camera import seen
from mannequin.track import HIPS

ONE_SIDE_Z = 1.2816
"""Nine of ten values of a normal distribution lie below so many standard deviations above its mean."""

PRIOR_WEIGHT = 4.0
"""So many exercises' worth of the spread of all cells is added to that of one cell."""

IN_SPACE = ("elbow_flexion", "knee_flexion")
"""Angles that are what they are in whatever plane the limb moves."""

PIXELS_PER_METRE, MIDDLE_PX = 300.0, 5000.0

Cell = tuple[str, str]
Errors = dict[Cell, dict[str, list[float]]]
"""Cell to exercise to (true - measured) of each repetition."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a cell's errors are like, in the measure's unit; errors are true - measured."""

    bias: float
    between: float
    within: float
    exercises: int

    @property
    def margin(self) -> tuple[float, float]:
        """So far below and above what is measured the truth may lie; never less than what is measured itself."""
        off = ONE_SIDE_Z * sqrt(self.between**2 * (1.0 + 1.0 / self.exercises) + self.within**2)
        return max(off - self.bias, 0.0), max(off + self.bias, 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule's value in one repetition."""

    clip: str
    rule: Rule
    repetition: int
    fault: str
    measured: float
    true: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true", help="every value, too")
    options = parser.parse_args()
    errors: Errors = defaultdict(lambda: defaultdict(list))
    for name in sorted(MOTIONS):
        for clip in clips_of(name):
            for row in _rows(clip) if clip.view == SIDE else ():
                errors[cell_of(row.rule, row.measured)][name].append(row.true - row.measured)
                if options.rows:
                    print(f"{row.clip} {row.rule.code}@{row.repetition} {row.fault} {row.measured:.3f} {row.true:.3f}")
    columns = (f"{name:>7s}" for name in ("values", "bias", "between", "within", "below", "above"))
    print(f"{'measure':25s} {'':5s} exercises {' '.join(columns)}  left out: inside of each")
    shares = []
    for cell in sorted(errors):
        one, held = spread_of(errors, cell), _left_out(errors, cell)
        shares += held
        digits = 1 if _unit(cell) == DEGREES else 3
        figures = [f"{value:7.{digits}f}" for value in (one.bias, one.between, one.within, *one.margin)]
        values = sum(len(each) for each in errors[cell].values())
        told = " ".join(f"{value:.2f}" for value in np.mean(held, axis=0)) if held else "-"
        print(f"{cell[0]:25s} {cell[1]:5s} {one.exercises:9d} {values:7d} {' '.join(figures)}  {told}")
    below, above = np.mean(shares, axis=0)
    print(f"left_out_below={below:.3f} left_out_above={above:.3f} cells={len(errors)}")


def spread_of(errors: Errors, cell: Cell) -> Spread:
    """Bias and spreads of a cell, the one between exercises drawn towards that of all cells of its unit."""
    biases = np.array([np.mean(values) for values in errors[cell].values()])
    within = [float(np.std(values, ddof=1)) for values in errors[cell].values() if len(values) > 1]
    own = float(((biases - biases.mean()) ** 2).sum())
    between = sqrt((own + PRIOR_WEIGHT * _usual_variance(errors, _unit(cell))) / (biases.size - 1.0 + PRIOR_WEIGHT))
    return Spread(float(biases.mean()), between, float(np.mean(within or [0.0])), int(biases.size))


def _usual_variance(errors: Errors, unit: str) -> float:
    """Of the exercises' biases about their cell's, over all cells of that unit."""
    total, freedom = 0.0, 0
    for cell, exercises in errors.items():
        if _unit(cell) == unit:
            biases = np.array([np.mean(values) for values in exercises.values()])
            total += float(((biases - biases.mean()) ** 2).sum())
            freedom += biases.size - 1
    return total / max(freedom, 1)


def _left_out(errors: Errors, cell: Cell) -> list[tuple[float, float]]:
    """For each exercise of a cell the shares of its values that keep to the margins of all other exercises."""
    found = []
    for name in errors[cell]:
        others: Errors = {
            other: {one: values for one, values in exercises.items() if one != name}
            for other, exercises in errors.items()
            if set(exercises) != {name}
        }
        if cell in others:
            below, above = spread_of(others, cell).margin
            off = np.array(errors[cell][name])
            found.append((float(np.mean(off >= -below)), float(np.mean(off <= above))))
    return found


def _unit(cell: Cell) -> str:
    return DEGREES if cell[1] in (NEAR, FAR) or cell[0] == Statistic.RANGE else MEASURES[cell[0]].unit


# --- what is measured, and what is true -----------------------------------------------------------------------------


def _rows(clip: Clip) -> Iterator[Row]:
    truth, exercise = truth_of(clip), find_exercise(clip.exercise)
    track = followed_drawing(clip, truth)
    if track is None:
        return
    drawn, exact, efforts = body_of(track), _seen_exactly(truth, clip), judge(track, exercise).efforts
    for number, true in enumerate(truth.repetitions, start=1):
        for judged in efforts:
            if judged.view == SIDE and covers(judged.repetition, true, track):
                yield from _of_repetition(clip, drawn, exact, judged, number, true)


def _of_repetition(
    clip: Clip, drawn: Body, exact: Body, judged: JudgedRepetition, number: int, true: TrueRepetition
) -> Iterator[Row]:
    counted = judged.counted or judged.repetition
    wanted, exercise = _as_done(true, counted, drawn), find_exercise(clip.exercise)
    found, done = (observe(body, exercise, one) for body, one in ((drawn, counted), (exact, wanted)))
    for rule in exercise.rules:
        if rule.statistic is Statistic.DURATION or SIDE not in rule.views:
            continue
        values = seen_values(drawn, MEASURES[rule.measure], found.frames_of(rule.phase), counted.side)
        if np.isfinite(values).mean() < SEEN_SHARE:
            continue
        measured = value_of(found, rule)[1]
        truly = value_of(done, rule, in_metres if rule.measure in IN_SPACE else as_seen)[1]
        if np.isfinite(measured) and np.isfinite(truly):
            yield Row(f"{clip.exercise} {clip.view}", rule, number, true.fault, measured, truly)


def _as_done(true: TrueRepetition, counted: Repetition, body: Body) -> Repetition:
    """The frames in which the repetition was drawn."""
    start, turn, end = (int(np.searchsorted(body.timestamps_s, at)) for at in (true.start_s, true.turn_s, true.end_s))
    last = body.timestamps_s.size
    return Repetition(counted.index, start, min(turn, last - 1), min(end + 1, last), True, true.side or counted.side)


def _seen_exactly(truth: Truth, clip: Clip) -> Body:
    """The true skeleton as a level camera far away sees it exactly from the side."""
    world = seen(truth.points, 0.0, mirrored=clip.faces == "left")
    world = world - world[:, HIPS].mean(axis=1, keepdims=True)
    frames = world.shape[0]
    landmarks = np.ones((frames, len(Landmark), 4), dtype=np.float32)
    landmarks[:, :, :3] = world * PIXELS_PER_METRE + (MIDDLE_PX, MIDDLE_PX, 0.0)
    edge = int(2 * MIDDLE_PX)
    video = VideoInfo(edge, edge, clip.fps, frames, truth.duration_s, 0, "drawn", "")
    return body_of(PoseTrack(landmarks, world.astype(np.float32), truth.timestamps_s, video))


if __name__ == "__main__":
    main()
