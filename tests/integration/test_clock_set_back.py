"""When Redis' clock is set back, what it had written for soon lies an hour ahead: nobody waits for that.

`benchmarks.faults` lets a real clock jump; here the times are moved instead.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from storage.jobs.queue import RedisJobs
from storage.types import Job, NewJob
from tests.services import RedisServer

HOUR_US = 3600 * 1_000_000
OWNER = "jane.doe@example.com"


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[Any]:
    with contextlib.closing(redis.Redis.from_url(redis_server.url, decode_responses=True)) as made:
        yield made


def create(jobs: RedisJobs, number: int = 0) -> Job:
    key = f"temp/video/user/{OWNER}/exercise_Squat_{1_000_000_000 + number}.mp4"
    return jobs.create(NewJob(OWNER, key, f"f{number}", "squat"))[0]


def test_a_job_that_waits_is_found(jobs: RedisJobs, client: Any) -> None:
    job = create(jobs)
    client.zincrby("goodrep:due", HOUR_US, job.id)
    assert jobs.claim_next(worker="w", lease_s=60, max_attempts=3, most_per_owner=1) is None
    assert jobs.unattended(queued_for_s=0) == [job.id]
    assert jobs.claim_next(worker="w", lease_s=60, max_attempts=3, most_per_owner=1) is not None


def test_a_dead_workers_lease_runs_out_and_a_living_ones_is_renewed(jobs: RedisJobs, client: Any) -> None:
    dead, living = create(jobs, 0), create(jobs, 1)
    claims = [jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3) for job in (dead, living)]
    for job in (dead, living):
        client.zincrby("goodrep:running", HOUR_US, job.id)
        client.hincrby(f"goodrep:job:{job.id}", "lease_us", HOUR_US)
    assert jobs.unattended(queued_for_s=0) == []
    jobs.renew(claims[1])
    left_s = {
        job_id: score / 1e6 - client.time()[0]
        for job_id, score in client.zrange("goodrep:running", 0, -1, withscores=True)
    }
    assert 0 < left_s[dead.id] < 15 < left_s[living.id] < 65
    assert jobs.get(dead.id).lease_expires_at is not None


def test_a_chore_is_done_all_the_same(jobs: RedisJobs, client: Any) -> None:
    assert jobs.take_turn("sweep", for_s=5)
    assert not jobs.take_turn("sweep", for_s=5)
    client.pexpire("goodrep:turn:sweep", 3_600_000)
    assert jobs.take_turn("sweep", for_s=5)
    assert not jobs.take_turn("sweep", for_s=5)
