"""How long a job will still take, from its own real frames where it has some, else from experience with others."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from storage.types import Priority

PATIENCE = MappingProxyType({Priority.INTERACTIVE: 0, Priority.NORMAL: 4, Priority.BATCH: 9})
"""Claims in a row for which a class is passed over in favour of a higher one; then it goes first once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Moving averages over jobs that ended well; None while there is no experience.

    Attributes:
        job_s: Seconds from the claim to the end.
        frame_s: Seconds per frame while poses are estimated.
        tail_s: Seconds from the last frame to the end.
        interactive_s: As `job_s`, over interactive jobs, most of which are short.
    """

    job_s: float | None = None
    frame_s: float | None = None
    tail_s: float | None = None
    interactive_s: float | None = None

    def of(self, priority: Priority) -> float | None:
        """Seconds from the claim to the end of a job of that class."""
        if priority is Priority.INTERACTIVE and self.interactive_s is not None:
            return self.interactive_s
        return self.job_s


@dataclass(frozen=True, slots=True)
class Run:
    """How far a running job has come; seconds are counted from its claim.

    Attributes:
        now_s: The present.
        frames_done: Frames whose pose is known.
        frames_total: 0 until it is known.
        frames_resumed: Of those done, the ones that an earlier attempt did.
        pose_began_s: When the first frame was begun, or None.
        last_frame_s: When `frames_done` last rose, or None.
    """

    now_s: float
    frames_done: int = 0
    frames_total: int = 0
    pose_began_s: float | None = None
    last_frame_s: float | None = None
    frames_resumed: int = 0


def running_seconds_left(run: Run, pace: Pace) -> float | None:
    """Seconds until a running job ends; None while nothing is known."""
    own_frames = run.frames_done - run.frames_resumed
    if run.pose_began_s is not None and run.last_frame_s is not None and own_frames > 0:
        frame_s = (run.last_frame_s - run.pose_began_s) / own_frames
        ends_s = run.last_frame_s + frame_s * max(0, run.frames_total - run.frames_done) + (pace.tail_s or 0.0)
    elif run.frames_total and pace.frame_s is not None:
        to_do = run.frames_total - run.frames_resumed
        ends_s = (run.pose_began_s or 0.0) + pace.frame_s * to_do + (pace.tail_s or 0.0)
    elif pace.job_s is not None:
        ends_s = pace.job_s
    else:
        return None
    return max(0.0, ends_s - run.now_s)


def claims_before(
    priority: Priority, rank: int, waiting: Mapping[Priority, int], passed_over: Mapping[Priority, int]
) -> Mapping[Priority, int]:
    """How many jobs of each class are begun before a job, if nobody asks for another one meanwhile.

    As `storage/jobs/scripts/claim.lua` chooses, but for pauses and for owners who step back.

    Args:
        priority: The job's class.
        rank: Its place in that class, from 0.
        waiting: Jobs in the queue, by class, this one included.
        passed_over: Claims since each class' last turn.
    """
    begun = dict.fromkeys(Priority, 0)
    if sum(waiting.values()) == waiting[priority]:
        return begun | {priority: rank}
    left, passed = dict(waiting), dict(passed_over)
    while True:
        turn = _turn(left, passed)
        if turn is priority and begun[priority] == rank:
            return begun
        passed = {each: 0 if each is turn or not left[each] else passed[each] + 1 for each in Priority}
        begun[turn] += 1
        left[turn] -= 1


def _turn(left: Mapping[Priority, int], passed_over: Mapping[Priority, int]) -> Priority:
    waiting = [each for each in Priority if left[each]]
    overdue = [each for each in waiting if PATIENCE[each] and passed_over[each] >= PATIENCE[each]]
    return (overdue or waiting[:1])[-1]


def queue_wait_s(
    before: Mapping[Priority, int], running_left_s: Sequence[float | None], workers: int, pace: Pace
) -> float | None:
    """Seconds until a queued job is begun; None while there is no experience, or nobody who would begin it.

    Args:
        before: What is begun before it, by class.
        running_left_s: What is left of each running job; None where that is unknown.
        workers: How many take jobs, those that are busy included.
        pace: Experience.
    """
    jobs_s = {each: pace.of(each) for each in Priority}
    side_by_side = max(workers, len(running_left_s))
    ahead = [jobs_s[each] for each in Priority for _ in range(before[each])]
    if pace.job_s is None or not side_by_side:
        return None
    free_in_s = [pace.job_s if left is None else left for left in running_left_s]
    free_in_s += [0.0] * (side_by_side - len(free_in_s))
    heapq.heapify(free_in_s)
    for job_s in ahead:
        heapq.heapreplace(free_in_s, free_in_s[0] + (pace.job_s if job_s is None else job_s))
    return free_in_s[0]
