"""How plainly a planted fault breaks its limit: no instrument can be asked to see less than it is off itself.

The distance of a fault is how far the true skeleton's value lies beyond the limit, in units of what the pose is usually
off in that measure from that view. The units stand here, apart from the margins that hold verdicts back, so that a more
timid judge does not make the benchmark easier.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, isinf, nan

import numpy as np
from rich.table import Table

from analysis.judging.exercise import Exercise, Rule
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport
from benchmarks.grading import covers, is_shown
from mannequin import Clip, Truth

USUALLY_OFF: dict[tuple[str, str], float] = {
    ("front", "chin_over_hands"): 0.021,
    ("front", "duration"): 0.36,
    ("front", "elbow_flexion"): 16.0,
    ("front", "hip_flexion"): 44.0,
    ("front", "knee_flexion"): 12.0,
    ("front", "knee_width"): 0.081,
    ("front", "shoulder_difference"): 0.0059,
    ("front", "shoulder_elevation"): 8.9,
    ("front", "stance_width"): 0.33,
    ("front", "toe_width"): 0.037,
    ("front", "wrist_difference"): 0.018,
    ("oblique", "chin_over_hands"): 0.02,
    ("oblique", "duration"): 0.3,
    ("oblique", "elbow_flexion"): 42.0,
    ("oblique", "hip_flexion"): 13.0,
    ("oblique", "knee_flexion"): 28.0,
    ("oblique", "knee_width"): 0.17,
    ("oblique", "shoulder_elevation"): 9.7,
    ("oblique", "stance_width"): 0.15,
    ("oblique", "toe_width"): 0.097,
    ("side", "body_line"): 4.1,
    ("side", "chin_over_hands"): 0.058,
    ("side", "duration"): 0.2,
    ("side", "elbow_flexion"): 9.8,
    ("side", "forearm_tilt"): 10.0,
    ("side", "hands_ahead_of_legs"): 0.015,
    ("side", "hip_flexion"): 8.3,
    ("side", "hip_over_knee"): 0.011,
    ("side", "hips_over_shoulders"): 0.0079,
    ("side", "knee_ahead_of_hip"): 0.025,
    ("side", "knee_ahead_of_toe"): 0.014,
    ("side", "knee_flexion"): 9.3,
    ("side", "shoulder_elevation"): 3.2,
    ("side", "shoulders_ahead_of_hands"): 0.021,
    ("side", "trunk_inclination"): 3.6,
    ("side", "trunk_lean"): 5.2,
    ("side", "upper_arm_tilt"): 2.6,
}
"""View and measure to how far nine of ten values of drawn repetitions are off, through the pose model, from the true
skeleton's, in the measure's unit; of one run of `python -m benchmarks.mannequin`, which prints today's beside them."""

BANDS = (-inf, 0.5, 1.0, 1.5, 2.0, 3.0, inf)
"""Edges of the table's rows, units."""

OUTCOMES = ("found", "cannot_tell", "as_no_rep", "missed")

Off = dict[tuple[str, str], list[float]]
"""View and measure to how far each value is off."""

Judged = tuple[AnalysisReport, PoseTrack]


def distances(clip: Clip, truth: Truth, exercise: Exercise, exact: Judged) -> dict[str, float]:
    """By `<fault>@<repetition>`, as in `Grade`, of faults whose rule can be judged from there.

    Args:
        clip: What is drawn.
        truth: About it.
        exercise: What is done.
        exact: Report of the true skeleton, and the skeleton.

    Returns:
        Units beyond the limit, negative within it; NaN where nothing was measured or the unit is not known.
    """
    rules = {rule.code: rule for rule in exercise.rules}
    values = _values(truth, *exact)
    return {
        f"{true.fault}@{number}": _beyond(rules[true.fault], values.get((number, true.fault), nan))
        / USUALLY_OFF.get((clip.view, rules[true.fault].measure), nan)
        for number, true in enumerate(truth.repetitions, start=1)
        if true.fault and true.counts and is_shown(rules[true.fault], clip)
    }


def add_off(every: Off, clip: Clip, truth: Truth, exercise: Exercise, exact: Judged, drawn: Judged) -> None:
    """Add to `every` how far what rules measure of a drawn clip is off from what they measure of its true skeleton."""
    true, measured = _values(truth, *exact), _values(truth, *drawn)
    for rule in exercise.rules:
        pairs = [(true[key], measured[key]) for key in true.keys() & measured.keys() if key[1] == rule.code]
        if pairs:
            every.setdefault((clip.view, rule.measure), []).extend(abs(one - other) for one, other in pairs)


def share_found(outcomes: Sequence[tuple[float, str]]) -> Table:
    """What became of faults of known distance, by it."""
    table = Table(box=None, pad_edge=False, title="Planted faults by how far beyond their limit, in usual errors")
    for column in ("from", "to", "planted", *(name.replace("_", " ") for name in OUTCOMES)):
        table.add_column(column)
    for low, high in pairwise(BANDS):
        within = [outcome for distance, outcome in outcomes if low <= distance < high]
        counts = [str(within.count(outcome)) for outcome in OUTCOMES]
        table.add_row(*("" if isinf(edge) else f"{edge:g}" for edge in (low, high)), str(len(within)), *counts)
    return table


def usually_off(every: Off) -> Table:
    """What nine of ten values of each view and measure are off today, beside the unit that is used."""
    table = Table(box=None, pad_edge=False, title="How far what rules measure is off, nine of ten values")
    for column in ("view", "measure", "values", "off", "unit used"):
        table.add_column(column)
    for key in sorted(every):
        used = USUALLY_OFF.get(key)
        nine_of_ten = f"{np.percentile(every[key], 90):.3g}"
        table.add_row(*key, str(len(every[key])), nine_of_ten, "-" if used is None else f"{used:g}")
    return table


def _values(truth: Truth, report: AnalysisReport, track: PoseTrack) -> dict[tuple[int, str], float]:
    """By number of the true repetition and rule: what was measured, whatever the verdict."""
    return {
        (number, verdict.code): verdict.measured
        for number, true in enumerate(truth.repetitions, start=1)
        for one in report.efforts
        if covers(one.repetition, true, track)
        for verdict in one.verdicts
        if verdict.measured is not None
    }


def _beyond(rule: Rule, measured: float) -> float:
    """How far a value lies beyond the limit of the rule that is nearest to it; negative within."""
    over = measured - (inf if rule.at_most is None else rule.at_most)
    return max((-inf if rule.at_least is None else rule.at_least) - measured, over)
