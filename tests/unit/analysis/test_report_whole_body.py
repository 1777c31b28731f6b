"""The keys `poses` and `movement` of report.json."""

from dataclasses import replace
from typing import Any

from analysis.report_whole_body import whole_body_document
from analysis.verdicts import AnalysisReport
from analysis.whole_body import HeldPose, WholeMovement
from tests.unit.analysis.stick_figure import report_on, squatting

NOTHING = WholeMovement({"left_wrist": 0.51239, "right_wrist": float("nan")}, float("nan"), ())


def told(**found: Any) -> dict[str, object]:
    report: AnalysisReport = replace(report_on(squatting(1), [100.0]), **found)
    return whole_body_document(report, lambda frame: frame / 30)


def test_a_pose_ends_with_its_last_frame_and_when_that_is_over() -> None:
    assert told(poses=(HeldPose("T-Pose", 30, 60, 0.87654),))["poses"] == [
        {"name": "T-Pose", "start_frame": 30, "end_frame": 59, "start_s": 1.0, "end_s": 2.0, "confidence": 0.877}
    ]


def test_frames_are_told_as_runs() -> None:
    def runs(*frames: int) -> list[tuple[int, int]]:
        movement = told(movement=replace(NOTHING, high_movement_frames=frames))["movement"]
        assert isinstance(movement, dict)
        return [(run["start_frame"], run["end_frame"]) for run in movement["high_movement_frames"]]

    assert runs() == []
    assert runs(7) == [(7, 7)]
    assert runs(0, 1, 2, 5, 8, 9) == [(0, 2), (5, 5), (8, 9)]


def test_what_was_never_seen_is_null() -> None:
    assert told(movement=NOTHING)["movement"] == {
        "intensity": {"left_wrist": 0.5124, "right_wrist": None},
        "symmetry": None,
        "high_movement_frames": [],
    }
    assert told(movement=None)["movement"] is None
