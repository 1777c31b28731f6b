"""How many jobs may wait, in a real Redis."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from storage.errors import QueueFull, TooManyJobsWaiting
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.types import Bounds, Job, NewJob, Priority
from tests.services import RedisServer

BOUNDS = Bounds(of_owner=3, of_all=5)


def ask(
    jobs: RedisJobs, owner: str, number: int, priority: Priority = Priority.NORMAL, *, bounds: Bounds = BOUNDS
) -> Job:
    key = f"temp/video/user/{owner}@b.com/exercise_Squat_{number}.mp4"
    return jobs.create(NewJob(f"{owner}@b.com", key, "f", "Squat", priority=priority), bounds=bounds)[0]


def test_a_user_has_so_many_jobs_waiting_of_all_kinds_together(jobs: RedisJobs) -> None:
    made = [ask(jobs, "a", number, priority) for number, priority in enumerate(Priority)]
    for priority in Priority:
        with pytest.raises(TooManyJobsWaiting):
            ask(jobs, "a", 9, priority)
    assert ask(jobs, "a", 0).id == made[0].id  # known, so it adds nothing
    ask(jobs, "b", 0)
    jobs.claim(made[0].id, worker="w", lease_s=60, max_attempts=3)
    ask(jobs, "a", 9)  # what runs does not wait
    with pytest.raises(TooManyJobsWaiting):
        ask(jobs, "a", 10)
    jobs.request_cancel(made[1].id)
    ask(jobs, "a", 10)


def test_the_queue_has_an_end(jobs: RedisJobs) -> None:
    made = [ask(jobs, owner, 0) for owner in "abcde"]
    with pytest.raises(QueueFull):
        ask(jobs, "f", 0)
    assert ask(jobs, "e", 0).id == made[4].id
    jobs.request_cancel(made[2].id)
    ask(jobs, "f", 0)


def test_what_is_given_back_is_never_refused(jobs: RedisJobs) -> None:
    first = ask(jobs, "a", 0)
    held = jobs.claim(first.id, worker="w", lease_s=60, max_attempts=3)
    for number in range(1, 4):
        ask(jobs, "a", number)
    assert jobs.release(held).id == first.id


def test_many_at_once_are_not_too_many(jobs: RedisJobs) -> None:
    def attempt(number: int) -> bool:
        try:
            ask(jobs, "a", number)
        except TooManyJobsWaiting:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(40))) == 3


def test_when_to_come_back(jobs: RedisJobs, redis_server: RedisServer) -> None:
    ask(jobs, "a", 0)
    with pytest.raises(TooManyJobsWaiting) as refused:
        ask(jobs, "a", 1, bounds=Bounds(of_owner=1))
    assert refused.value.after_s is None  # nobody has ended a job yet
    held = jobs.claim(ask(jobs, "b", 0).id, worker="w", lease_s=60, max_attempts=3)
    jobs.succeed(held, results_prefix="p", result_files=[])
    RedisWorkers(redis_server.url).announce(Worker("w:1", "w", 1, "0", datetime.now(UTC), WorkerState.READY))
    for bounds in (Bounds(of_owner=1), Bounds(of_all=1)):
        with pytest.raises((TooManyJobsWaiting, QueueFull)) as refused_again:
            ask(jobs, "a", 1, bounds=bounds)
        assert refused_again.value.after_s == 0.0  # a worker is free


def test_somebody_waits_for_what_was_asked_for_without_haste(jobs: RedisJobs) -> None:
    slow = ask(jobs, "a", 0, Priority.BATCH)
    ask(jobs, "b", 0)
    assert ask(jobs, "a", 0, Priority.INTERACTIVE).priority is Priority.INTERACTIVE
    assert ask(jobs, "a", 0, Priority.BATCH).priority is Priority.INTERACTIVE
    claim = jobs.claim_next(worker="w", lease_s=60, max_attempts=3, most_per_owner=1)
    assert claim
    assert claim.job.id == slow.id
    assert ask(jobs, "a", 0).id == slow.id
    assert jobs.place(slow.id) is None
