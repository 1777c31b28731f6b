"""A fault: how it is brought about, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.faults.house import TINY, House

EXHAUSTED = frozenset({"too_many_attempts"})
"""True of a job that was cut short as often as jobs are tried."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault.

    Attributes:
        name: In the table.
        bring_about: Makes a running house accept jobs and fail; returns when what can be brought about was.
        worker_app: The real analysis, where the pose matters, or the tiny one.
        settings: Of API and workers, beside the usual ones.
        may_fail: Codes of failures that would be true here.
        quick: Whether it is among the tests.
        within_s: The jobs get so long to end, afterwards.
        disk_mb: Size of a disk of their own for the volumes; 0 for none.
        skip: Why it cannot be brought about on this machine; "" where it can.
    """

    name: str
    bring_about: Callable[[House], None]
    worker_app: str = TINY
    settings: dict[str, object] = field(default_factory=dict)
    may_fail: frozenset[str] = frozenset()
    quick: bool = False
    within_s: float = 400.0
    disk_mb: int = 0
    skip: Callable[[], str] = lambda: ""
