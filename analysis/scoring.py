"""Scores; the definition for people stands in docs/judging.md."""

from collections.abc import Sequence

from analysis.types import FormFault, JudgedRepetition, Measurement, Severity

DEDUCTION = {Severity.MAJOR: 25.0, Severity.MINOR: 10.0}
"""Points that a broken rule takes off a repetition's 100."""


def repetition_score(measurements: Sequence[Measurement], faults: Sequence[FormFault]) -> float | None:
    """100 less the deductions, never below 0; None where no rule could be answered."""
    if not measurements:
        return None
    return max(100.0 - sum(DEDUCTION[fault.severity] for fault in faults), 0.0)


def set_score(repetitions: Sequence[JudgedRepetition]) -> float | None:
    """Mean of the repetitions' scores; None where none has one."""
    scores = [judged.score for judged in repetitions if judged.score is not None]
    return round(sum(scores) / len(scores), 1) if scores else None
