"""The quickest cases of `python -m benchmarks.faults`, which brings about many more, and a storm."""

import pytest

from benchmarks.faults.__main__ import run
from benchmarks.faults.case import Case
from benchmarks.faults.catalogue import CASES


@pytest.mark.parametrize("case", [case for case in CASES if case.quick], ids=lambda case: str(case.name))
def test_nothing_is_lost_or_doubled(case: Case) -> None:
    found = run(case)
    assert found.problems == []
    assert (found.lost, found.doubled) == (0, 0)
    assert found.jobs > 0
