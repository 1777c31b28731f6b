"""The figures of the whole service follow every job to its end, and count each end once."""

import time
from datetime import UTC, datetime

import pytest
import redis as redis_client

from storage.errors import ClaimRefused, StorageUnavailable
from storage.figures import Ended, RedisFigures
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.redis.broker import QUEUE
from storage.types import Job, NewJob, Priority
from tests.services import RedisServer


@pytest.fixture
def figures(redis_server: RedisServer) -> RedisFigures:
    return RedisFigures(redis_server.url)


def new_job(jobs: RedisJobs, *, number: int = 0, priority: Priority = Priority.NORMAL) -> Job:
    owner = "jane.doe@example.com"
    key = f"temp/video/user/{owner}/exercise_Squat_2305092259.mp4"
    return jobs.create(NewJob(owner, key, f"fingerprint-{number}", "squat", priority=priority))[0]


def test_nothing_yet(figures: RedisFigures) -> None:
    found = figures.read()
    assert found.queued == {"interactive": 0, "normal": 0, "batch": 0}
    assert (found.oldest_queued_s, found.running, found.past_lease, found.notices, found.oldest_notice_s) == (0,) * 5
    assert found.workers == {state.value: 0 for state in WorkerState}
    assert found.memory_bytes > 0
    assert not found.ended


def test_the_queue(figures: RedisFigures, jobs: RedisJobs, redis_server: RedisServer) -> None:
    new_job(jobs, number=1)
    new_job(jobs, number=2, priority=Priority.BATCH)
    with redis_client.Redis.from_url(redis_server.url) as connection:
        connection.rpush(QUEUE, "a message")
    found = figures.read()
    assert found.queued == {"interactive": 0, "normal": 1, "batch": 1}
    assert 0 < found.oldest_queued_s < 60
    assert found.messages == 1


def test_a_job_that_waits_for_its_next_attempt_is_no_old_one(figures: RedisFigures, jobs: RedisJobs) -> None:
    claim = jobs.claim(new_job(jobs).id, worker="w", lease_s=60, max_attempts=3)
    jobs.release(claim, delay_s=100)
    assert figures.read().oldest_queued_s == 0


def test_every_end_is_counted_once_with_whom_it_lies(figures: RedisFigures, jobs: RedisJobs) -> None:
    first, second, third = (
        jobs.claim(new_job(jobs, number=number).id, worker="w", lease_s=60, max_attempts=3) for number in (1, 2, 3)
    )
    for _ in range(2):  # the second as if the answer to the first had been lost
        jobs.succeed(first, results_prefix="x", result_files=[])
    jobs.fail(second, code="not_a_video", message="No.", lasting=True)
    jobs.fail(third, code="internal_error", message="No.", lasting=False)
    jobs.request_cancel(new_job(jobs, number=4).id)
    found = figures.read()
    assert found.ended == {
        Ended("succeeded"): 1,
        Ended("failed", "video", "not_a_video"): 1,
        Ended("failed", "us", "internal_error"): 1,
        Ended("cancelled"): 1,
    }
    assert (found.given_up, found.notices) == (1, 4)
    assert found.oldest_notice_s > 0


def test_a_lease_that_ran_out_is_seen_and_its_taking_over_counted(figures: RedisFigures, jobs: RedisJobs) -> None:
    job = new_job(jobs)
    jobs.claim(job.id, worker="dead", lease_s=0.05, max_attempts=2)
    time.sleep(0.1)
    assert (figures.read().past_lease, figures.read().lease_expiries) == (1, 0)
    jobs.claim(job.id, worker="next", lease_s=0.05, max_attempts=2)
    found = figures.read()
    assert (found.past_lease, found.running, found.lease_expiries) == (0, 1, 1)
    assert found.begun == {"first": 1, "again": 1}
    time.sleep(0.1)
    with pytest.raises(ClaimRefused):
        jobs.claim(job.id, worker="next", lease_s=1, max_attempts=2)
    found = figures.read()
    assert found.lease_expiries == 2
    assert found.ended == {Ended("failed", "us", "too_many_attempts"): 1}


def test_workers_by_state(figures: RedisFigures, redis_server: RedisServer) -> None:
    workers = RedisWorkers(redis_server.url)
    for number, state in enumerate((WorkerState.READY, WorkerState.READY, WorkerState.DRAINING)):
        workers.announce(Worker(f"host:{number}", "host", number, "1", datetime.now(UTC), state))
    found = figures.read().workers
    assert (found["ready"], found["draining"], found["failed_self_test"]) == (2, 1, 0)


def test_redis_is_away() -> None:
    with pytest.raises(StorageUnavailable):
        RedisFigures("redis://127.0.0.1:1/0").read()
