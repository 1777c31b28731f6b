"""Grades rules and phases on labelled landmarks of single frames: `python -m benchmarks.landmarks DIR`.

DIR holds the tables of ../shared/landmarks (see its README.md). A frame is measured by the product's own measures and
held against the product's own limits; frames whose joints are hidden, or that are seen from where the rule cannot be
judged, are not told. Published figures are those of the tables' authors, on their test sets (`evaluation.csv` in
NgoQuocBao1010/Exercise-Correction, the best of eleven trained models each): precision, recall, F1 of the same class.
"""

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Rule, find_exercise
from analysis.judging.seen import seen_values
from analysis.judging.support import rests_on_knees
from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import LANDMARK_COUNT, SIDES, Landmark, landmark
from analysis.motion.measures import MEASURES, Body, body_height_m
from analysis.motion.signals import Signal
from analysis.motion.view import FRONT_UP_TO_DEG, SIDE_FROM_DEG, forward, view_angles_deg

ASPECT = 16 / 9
"""Width over height of the authors' videos, which the tables do not tell; landscape is usual."""

Labels = NDArray[np.str_]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """Frames with labels; not in order of time."""

    body: Body
    labels: Labels


@dataclass(frozen=True, slots=True)
class Task:
    """What is looked for in some tables.

    Attributes:
        name: What it is called in the output.
        files: The tables.
        positive: The label that has it; the others do not.
        said: (frames,) from a body to 1 where we say so, 0 where not, NaN where we cannot tell.
        published: Precision, recall and F1 of the authors; None where there are none.
    """

    name: str
    files: tuple[str, ...]
    positive: str
    said: Callable[[Body], Signal]
    published: tuple[float, float, float] | None = None


def breaks(code: str) -> Callable[[Body], Signal]:
    """Whether a frame breaks a rule of ours."""
    exercise = find_exercise(code.split(".")[0])
    rule = next(rule for rule in exercise.rules if rule.code == code)

    def said(body: Body) -> Signal:
        on_feet, on_knees = _breaks(body, rule), _breaks(body, rule.for_knees)
        by_knees = _rests_on_knees(body)
        both = np.where(on_feet == on_knees, on_feet, np.nan)
        return np.select([by_knees == 0.0, by_knees == 1.0], [on_feet, on_knees], both)

    return said


def _breaks(body: Body, rule: Rule) -> Signal:
    """(frames,) 1 where a frame breaks the rule, 0 where it keeps it, NaN where it cannot be told."""
    values = _measured(body, rule)
    low = rule.at_least is not None and values < rule.at_least
    high = rule.at_most is not None and values > rule.at_most
    return np.where(np.isfinite(values), np.asarray(low | high, dtype=np.float64), np.nan)


def is_low(exercise: str) -> Callable[[Body], Signal]:
    """Whether a frame lies beyond the point at which we begin to speak of an attempt."""
    cycle = find_exercise(exercise).cycle
    if cycle is None:
        raise ValueError(f"{exercise} has no cycle")

    def said(body: Body) -> Signal:
        values = seen_values(body, MEASURES[cycle.angle], slice(None), None)
        return np.where(np.isfinite(values), values >= cycle.effort_deg, np.nan)

    return said


PLANKS = ("plank_train_correct.csv", "plank_train_high_back.csv", "plank_train_low_back.csv")
ML_KIT = ("mlkit_fitness_pose_samples.csv",)
TASKS = (
    Task("biceps_curl.lean_back", ("bicep_curl_posture_train.csv",), "L", breaks("biceps_curl.lean_back"),
         (249 / 250, 249 / 265, 0.967)),
    Task("plank.hips_high", PLANKS, "H", breaks("plank.hips_high"), (1.0, 233 / 235, 0.996)),
    Task("plank.hips_sag", PLANKS, "L", breaks("plank.hips_sag"), (1.0, 240 / 241, 0.998)),
    Task("lunge.knee_over_toe", ("lunge_knee_over_toe_train.csv",), "L", breaks("lunge.knee_over_toe"),
         (531 / 532, 531 / 561, 0.972)),
    Task("squat is low", ("squat_stage_train.csv",), "down", is_low("squat"), (420 / 422, 420 / 423, 0.994)),
    Task("lunge is low", ("lunge_stage_train.csv",), "D", is_low("lunge")),
    Task("squat is low (ML Kit)", ML_KIT, "squats_down", is_low("squat")),
    Task("push-up is low (ML Kit)", ML_KIT, "pushups_down", is_low("push_up")),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with the tables")
    directory = parser.parse_args().directory
    print(
        f"{'':25s} {'frames':>6s} {'untold':>6s}  {'ours: P':>7s} {'R':>5s} {'F1':>5s}  {'theirs: P':>9s} {'R':>5s} F1"
    )
    scores = []
    for task in TASKS:
        tables = [_read(directory / name) for name in task.files]
        has_it = np.concatenate([_having(table.labels, task.positive)[1] for table in tables])
        wanted = np.concatenate([_having(table.labels, task.positive)[0] for table in tables])
        said = np.concatenate([task.said(table.body) for table in tables])
        told = np.isfinite(said) & wanted
        precision, recall, f1 = _scores(said[told] == 1.0, has_it[told])
        scores.append(f1)
        theirs = " ".join(f"{value:5.3f}" for value in task.published) if task.published else "-"
        untold = int(wanted.sum() - told.sum())
        print(f"{task.name:25s} {wanted.sum():6d} {untold:6d}  {precision:7.3f} {recall:5.3f} {f1:5.3f}      {theirs}")
    alarms = _false_alarms(directory)
    for name, share in alarms.items():
        print(f"{name:25s} broken in {share:.3f} of the frames of correct repetitions")
    print(f"mean_f1={np.mean(scores):.3f} lowest_f1={min(scores):.3f} false_alarms={max(alarms.values()):.3f}")


def _having(labels: Labels, positive: str) -> tuple[Mask, Mask]:
    """(frames that are about the same exercise, those that have the label)."""
    exercise = positive.split("_")[0] if "_" in positive else ""
    return np.char.startswith(labels, exercise), labels == positive


def _scores(said: Mask, has_it: Mask) -> tuple[float, float, float]:
    both = float((said & has_it).sum())
    precision, recall = both / max(said.sum(), 1), both / max(has_it.sum(), 1)
    return precision, recall, 2.0 * precision * recall / max(precision + recall, 1e-9)


def _measured(body: Body, rule: Rule) -> Signal:
    """The rule's measure in each frame; NaN where hidden or seen from where it cannot be judged."""
    measure = MEASURES[rule.measure]
    bent = np.stack([limb_angle(body.world, "hip_flexion", side) for side in SIDES])
    each = [seen_values(body, measure, slice(None), side) for side in SIDES]
    front_leg = np.where(bent[0] >= bent[1], each[0], each[1])
    angle = view_angles_deg(body.world)
    fits = ("side" in rule.views) & (angle >= SIDE_FROM_DEG) | ("front" in rule.views) & (angle <= FRONT_UP_TO_DEG)
    return np.where(fits, front_leg, np.nan)


def _rests_on_knees(body: Body) -> Signal:
    """(frames,) as `analysis.judging.support.rests_on_knees`, of the leg that is seen better."""
    seen = [body.visibility[:, [landmark(joint, side) for joint in ("hip", "knee")]].sum(axis=1) for side in SIDES]
    left, right = (rests_on_knees(body, side) for side in SIDES)
    return np.where(seen[0] >= seen[1], left, right)


# --- tables -----------------------------------------------------------------------------------------------------


def _read(path: Path) -> Table:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if rows[0][0] == "label":
        return _with_header(rows[0], rows[1:])
    labels = np.array([row[1] for row in rows])
    values = np.array([row[2:] for row in rows], dtype=np.float64).reshape(len(rows), LANDMARK_COUNT, 3)
    return Table(_body(values, np.ones(values.shape[:2])), labels)


def _with_header(header: list[str], rows: list[list[str]]) -> Table:
    values = np.full((len(rows), LANDMARK_COUNT, 3), np.nan)
    visibility = np.zeros((len(rows), LANDMARK_COUNT))
    column = {name: number for number, name in enumerate(header)}
    for one in Landmark:
        name = one.name.lower()
        if f"{name}_x" not in column:
            continue
        numbers = np.array([[row[column[f"{name}_{axis}"]] for axis in "xyzv"] for row in rows], dtype=np.float64)
        values[:, one] = numbers[:, :3] * (ASPECT, 1.0, ASPECT)
        visibility[:, one] = numbers[:, 3]
    return Table(_body(values, visibility), np.array([row[0] for row in rows]))


def _body(values: NDArray[np.float64], visibility: NDArray[np.float64]) -> Body:
    """The frames as a body in one scale: without metres, the picture and its depth serve for them."""
    frames = values.shape[0]
    facing = np.where(forward(values)[:, 0] < 0.0, -1.0, 1.0)
    height = np.array([body_height_m(values[one : one + 1]) for one in range(frames)])
    return Body(
        image=values[..., :2],
        world=values,
        visibility=visibility,
        inside=np.ones(visibility.shape, dtype=np.bool_),
        height_px=height,
        facing=facing,
        timestamps_s=np.arange(frames, dtype=np.float64),
    )


def _false_alarms(directory: Path) -> dict[str, float]:
    """Share of frames of correct repetitions, of which only figures are given, that break a rule."""
    squats = _columns(directory / "squat_width_ratios.csv")
    low = squats["stage"] == "down"
    shoulders, feet, knees = (squats[f"{part}_width"].astype(float) for part in ("shoulder", "feet", "knee"))
    lunges = _columns(directory / "lunge_knee_angles.csv")
    bent = [180.0 - lunges[f"{side}_knee_angle"].astype(float) for side in SIDES]
    deepest = np.max(bent, axis=0)
    return {
        "squat.knees_in": _broken("squat.knees_in", (knees / feet)[low]),
        "squat.stance": _broken("squat.stance", feet / shoulders),
        "lunge.depth": _broken("lunge.depth", deepest),
        "lunge.too_deep": _broken("lunge.too_deep", deepest),
    }


def _broken(code: str, values: Signal) -> float:
    rule = next(rule for rule in find_exercise(code.split(".")[0]).rules if rule.code == code)
    low = values < (-np.inf if rule.at_least is None else rule.at_least)
    high = values > (np.inf if rule.at_most is None else rule.at_most)
    return float((low | high).mean())


def _columns(path: Path) -> dict[str, Labels]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


if __name__ == "__main__":
    main()
