"""How far a clock is off, told by an answer that took its time."""

import pytest

from storage.doctor.clocks import ahead_s


@pytest.mark.parametrize(
    ("asked_s", "told_s", "answered_s", "expected_s"),
    [
        (100.0, 100.0, 100.0, 0.0),
        (100.0, 102.0, 104.0, 0.0),  # looked at on the way
        (100.0, 100.0, 130.0, 0.0),  # however long the answer took
        (100.0, 130.0, 130.0, 0.0),  # or the question
        (110.0, 100.0, 111.0, 10.0),
        (100.0, 111.0, 101.0, -10.0),
    ],
)
def test_what_cannot_be_the_answers_time_is_the_clocks(
    asked_s: float, told_s: float, answered_s: float, expected_s: float
) -> None:
    assert ahead_s(asked_s, told_s, answered_s) == expected_s
