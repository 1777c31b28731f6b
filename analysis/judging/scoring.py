"""Scores; the definition for people stands in docs/judging.md."""

from collections.abc import Collection, Sequence

from analysis.judging.exercise import Rule
from analysis.verdicts import FormFault, JudgedRepetition, Severity

DEDUCTION = {Severity.MAJOR: 25.0, Severity.MINOR: 10.0}
"""Points that a broken rule takes off a repetition's 100."""


SMALLEST_ANSWERED_SHARE = 1 / 3
"""Of the rules' weight, or of the set's repetitions: a score that rests on less would be praise for what nobody saw."""


def repetition_score(rules: Sequence[Rule], answered: Collection[str], faults: Sequence[FormFault]) -> float | None:
    """100 less the deductions, never below 0; None where too few of the rules, by their codes, could be answered."""
    possible = sum(DEDUCTION[rule.severity] for rule in rules)
    judged = sum(DEDUCTION[rule.severity] for rule in rules if rule.code in answered)
    if not judged or judged < SMALLEST_ANSWERED_SHARE * possible:
        return None
    return max(100.0 - sum(DEDUCTION[fault.severity] for fault in faults), 0.0)


def set_score(repetitions: Sequence[JudgedRepetition]) -> float | None:
    """Mean of the repetitions' scores; None where too few of them have one."""
    scores = [judged.score for judged in repetitions if judged.score is not None]
    if not scores or len(scores) < SMALLEST_ANSWERED_SHARE * len(repetitions):
        return None
    return round(sum(scores) / len(scores), 1)
