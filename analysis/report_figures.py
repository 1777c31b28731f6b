"""The keys `kinematics`, `set` and `verdicts` of `report.json`; what they mean stands in docs/report.md."""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from analysis.kinematics import RepetitionKinematics, SetKinematics
from analysis.texts.speech import Speech
from analysis.verdicts import RuleVerdict


def kinematics_document(figures: RepetitionKinematics | None) -> dict[str, Any] | None:
    """How a repetition was moved; None where it was only counted."""
    if figures is None:
        return None
    tempo = figures.tempo
    return {
        "range_of_motion": _number(figures.range_of_motion, 3),
        "depth": _number(figures.depth, 3),
        "unit": figures.unit,
        "tempo": {
            "eccentric_s": _number(tempo.eccentric_s, 2),
            "pause_at_turn_s": _number(tempo.pause_at_turn_s, 2),
            "concentric_s": _number(tempo.concentric_s, 2),
            "pause_at_rest_s": _number(tempo.pause_at_rest_s, 2),
        },
        "time_under_tension_s": _number(figures.time_under_tension_s, 2),
        "peak_velocity": _number(figures.peak_velocity, 3),
        "mean_velocity": _number(figures.mean_velocity, 3),
        "velocity_unit": figures.velocity_unit,
        "left_right_difference_deg": _number(figures.left_right_difference_deg, 1),
    }


def set_document(figures: SetKinematics | None, words: Speech) -> dict[str, Any]:
    """How the set was moved."""
    known = figures or SetKinematics()
    first = known.fix_first
    return {
        "range_of_motion_cv_percent": _number(known.range_of_motion_cv_percent, 1),
        "tempo_cv_percent": _number(known.tempo_cv_percent, 1),
        "velocity_loss_percent": _number(known.velocity_loss_percent, 1),
        "fix_first": None if first is None else {**asdict(first), "cue": words.cue(first.code)},
    }


def verdict_document(item: RuleVerdict, time_of: Callable[[int], float], words: Speech) -> dict[str, Any]:
    """How a rule ends; `time_of` gives the seconds in the video at which a frame begins."""
    below, above = item.margin or (None, None)
    return {
        "code": item.code,
        "verdict": str(item.verdict),
        "reason": item.reason,
        "detail": None if item.detail is None else words.remark(item.detail),
        "frame": item.frame,
        "time_s": None if item.frame is None else time_of(item.frame),
        "measured": _number(item.measured, 3),
        "limit": _number(item.limit, 3),
        "unit": item.unit,
        "margin_below": _number(below, 3),
        "margin_above": _number(above, 3),
    }


def _number(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), digits)
