"""The keys `poses` and `movement` of `report.json`; what they mean stands in docs/poses.md."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from analysis.verdicts import AnalysisReport
from analysis.whole_body import HeldPose, WholeMovement


def whole_body_document(report: AnalysisReport, time_of: Callable[[int], float]) -> dict[str, Any]:
    """Plain values for `report.json`, None for what is unknown.

    Args:
        report: What was found.
        time_of: Seconds in the video at which a frame begins; of the frame after the last one, the video's end.
    """
    return {
        "poses": [_pose(pose, time_of) for pose in report.poses],
        "movement": None if report.movement is None else _movement(report.movement),
    }


def _pose(pose: HeldPose, time_of: Callable[[int], float]) -> dict[str, Any]:
    return {
        "name": pose.name,
        "start_frame": pose.start,
        "end_frame": pose.end - 1,
        "start_s": time_of(pose.start),
        "end_s": time_of(pose.end),
        "confidence": round(pose.confidence, 3),
    }


def _movement(movement: WholeMovement) -> dict[str, Any]:
    return {
        "intensity": {joint: _known(speed, 4) for joint, speed in movement.intensity.items()},
        "symmetry": _known(movement.symmetry, 3),
        "high_movement_frames": [
            {"start_frame": first, "end_frame": last} for first, last in _runs(movement.high_movement_frames)
        ],
    }


def _known(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None


def _runs(frames: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    numbers = np.asarray(frames, dtype=np.intp)
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if run.size]
