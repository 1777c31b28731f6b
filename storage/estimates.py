"""How long a job will still take, from its own real frames where it has some, else from experience with others."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Moving averages over jobs that ended well; None while there is no experience.

    Attributes:
        job_s: Seconds from the claim to the end.
        frame_s: Seconds per frame while poses are estimated.
        tail_s: Seconds from the last frame to the end.
    """

    job_s: float | None = None
    frame_s: float | None = None
    tail_s: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """How far a running job has come; seconds are counted from its claim.

    Attributes:
        now_s: The present.
        frames_done: Frames whose pose is known.
        frames_total: 0 until it is known.
        pose_began_s: When the first frame was begun, or None.
        last_frame_s: When `frames_done` last rose, or None.
    """

    now_s: float
    frames_done: int = 0
    frames_total: int = 0
    pose_began_s: float | None = None
    last_frame_s: float | None = None


def running_seconds_left(run: Run, pace: Pace) -> float | None:
    """Seconds until a running job ends; None while nothing is known."""
    if run.pose_began_s is not None and run.last_frame_s is not None and run.frames_done:
        frame_s = (run.last_frame_s - run.pose_began_s) / run.frames_done
        ends_s = run.last_frame_s + frame_s * max(0, run.frames_total - run.frames_done) + (pace.tail_s or 0.0)
    elif run.frames_total and pace.frame_s is not None:
        ends_s = (run.pose_began_s or 0.0) + pace.frame_s * run.frames_total + (pace.tail_s or 0.0)
    elif pace.job_s is not None:
        ends_s = pace.job_s
    else:
        return None
    return max(0.0, ends_s - run.now_s)


def queue_wait_s(position: int, running_left_s: Sequence[float | None], pace: Pace) -> float | None:
    """Seconds until the job at that place in the queue is begun.

    As many jobs are taken to run side by side as do now, since a queue stands only while every worker is busy.

    Args:
        position: 1 is next.
        running_left_s: What is left of each running job.
        pace: Experience.
    """
    if pace.job_s is None:
        return None
    ahead_s = sum(pace.job_s if left is None else left for left in running_left_s) + pace.job_s * (position - 1)
    return ahead_s / max(1, len(running_left_s))
