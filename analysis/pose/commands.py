"""What the processes that share a video are asked, and the form of their answers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.media.allowance import OfVideo, allowance_for_checking
from analysis.media.video import VideoFile, VideoLimits
from analysis.pose.model import LANDMARK_COUNT, VALUES_PER_LANDMARK
from analysis.sandbox.room import Allowance


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the video for one process.

    Attributes:
        warm_up_pts: First frame to look at; what is seen before `start_pts` only settles the tracking.
        start_pts: First frame to report.
        end_pts: First frame not to report.
    """

    warm_up_pts: int
    start_pts: int
    end_pts: int


@dataclass(frozen=True, slots=True)
class Check:
    """Report the `VideoFile` that a file is, or the error that says why it is none, then None."""

    path: Path
    limits: VideoLimits

    @property
    def allowance(self) -> Allowance:
        """What the process may use up for it."""
        return allowance_for_checking(self.limits)


@dataclass(frozen=True, slots=True)
class Follow(OfVideo):
    """Report the people in each frame of a segment, as batches of `frame_records`, then None.

    Pictures of turning points are written into the spool, a folder, as `<timestamp>.jpg`.
    """

    video: VideoFile
    segment: Segment
    model: Path
    num_poses: int
    spool: Path


@dataclass(frozen=True, slots=True)
class Scout(OfVideo):
    """Report who is seen in single frames, float32 (SCOUT_POSES, 33, 7) each, then None."""

    video: VideoFile
    pts: tuple[int, ...]
    model: Path


@dataclass(frozen=True, slots=True)
class Show(OfVideo):
    """Write single frames, in rising order, into the spool as `<timestamp>.jpg` and report each, then None."""

    video: VideoFile
    pts: tuple[int, ...]
    spool: Path


Command = Check | Follow | Scout | Show


def frame_records(num_poses: int) -> np.dtype[np.void]:
    """What is reported of a frame: its timestamp and float32 (num_poses, 33, 7), NaN for nobody."""
    return np.dtype([("pts", np.int64), ("people", np.float32, (num_poses, LANDMARK_COUNT, VALUES_PER_LANDMARK))])
