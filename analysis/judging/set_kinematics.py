"""How the set was moved: consistency, fatigue, and the one thing to fix first."""

from collections.abc import Sequence

import numpy as np

from analysis.judging.scoring import DEDUCTION
from analysis.kinematics import FixFirst, SetKinematics
from analysis.verdicts import JudgedRepetition

FEWEST_OF_A_SET = 3
"""Fewer repetitions show neither consistency nor fatigue."""


def set_kinematics(repetitions: Sequence[JudgedRepetition]) -> SetKinematics:
    """Figures of the set; of fewer than three whole repetitions only what to fix first.

    Velocity loss is that of velocity-based training: how much slower the last repetition's mean velocity is than the
    fastest one's, in percent (Sanchez-Medina and Gonzalez-Badillo, Med Sci Sports Exerc 2011).
    """
    whole = [judged.kinematics for judged in repetitions if judged.kinematics and judged.repetition.complete]
    velocities = [one.mean_velocity for one in whole if one.mean_velocity is not None]
    loss = None
    if len(velocities) >= FEWEST_OF_A_SET and max(velocities) > 0.0 and whole[-1].mean_velocity is not None:
        loss = 100.0 * (max(velocities) - whole[-1].mean_velocity) / max(velocities)
    return SetKinematics(
        range_of_motion_cv_percent=_cv_percent([one.range_of_motion for one in whole]),
        tempo_cv_percent=_cv_percent([one.time_under_tension_s for one in whole]),
        velocity_loss_percent=loss,
        fix_first=_fix_first(repetitions),
    )


def _cv_percent(values: Sequence[float | None]) -> float | None:
    """Coefficient of variation: standard deviation over mean."""
    known = np.array([value for value in values if value is not None])
    if known.size < FEWEST_OF_A_SET or not known.mean() > 0.0:
        return None
    return float(100.0 * known.std(ddof=1) / known.mean())


def _fix_first(repetitions: Sequence[JudgedRepetition]) -> FixFirst | None:
    """The rule whose breaks took most points; of equal ones the one that is broken further."""
    broken: dict[str, list[float]] = {}
    faults = {}
    for judged in repetitions:
        for fault in judged.faults:
            excess = abs(fault.measured - fault.limit) / max(abs(fault.limit), 0.1)
            broken.setdefault(fault.code, []).append(excess)
            faults[fault.code] = fault
    if not broken:
        return None

    def cost(code: str) -> tuple[float, float]:
        return DEDUCTION[faults[code].severity] * len(broken[code]), max(broken[code])

    worst = max(broken, key=cost)
    fault = faults[worst]
    return FixFirst(worst, str(fault.severity), len(broken[worst]), cost(worst)[0])
