"""The workers' records in a real Redis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import WorkerNotFound
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.redis.client import connect
from storage.types import NewJob
from tests.services import RedisServer

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Worker("host:1", "host", 1, "0.1.0", STARTED, WorkerState.READY)


@pytest.fixture
def workers(redis_server: RedisServer) -> RedisWorkers:
    return RedisWorkers(redis_server.url)


def test_a_worker_is_announced_and_leaves(workers: RedisWorkers) -> None:
    assert workers.list() == []
    assert workers.announce(ONE) is False
    (found,) = workers.list()
    assert found.seen_at
    assert replace(found, seen_at=None) == ONE
    assert workers.get("host:1").id == "host:1"
    workers.leave("host:1")
    assert workers.list() == []
    with pytest.raises(WorkerNotFound):
        workers.get("host:1")


def test_only_those_count_that_take_jobs(workers: RedisWorkers) -> None:
    for pid, state in enumerate(WorkerState):
        workers.announce(replace(ONE, id=f"host:{pid}", pid=pid, state=state, detail="why"))
    assert len(workers.list()) == len(WorkerState)
    assert workers.taking_jobs() == 2


def test_one_that_is_silent_is_not_alive(workers: RedisWorkers, redis_server: RedisServer) -> None:
    workers.announce(ONE)
    connect(redis_server.url).hincrby("goodrep:worker:host:1", "seen_us", -16_000_000)
    assert not workers.get("host:1").alive
    assert workers.taking_jobs() == 0
    workers.announce(ONE)
    assert workers.get("host:1").alive


def test_a_worker_that_holds_a_job_is_busy_with_it(workers: RedisWorkers, jobs: RedisJobs) -> None:
    workers.announce(ONE)
    workers.announce(replace(ONE, id="host:2", pid=2, state=WorkerState.DRAINING))
    ids = []
    for name in ("host:1", "host:2"):
        job, _ = jobs.create(NewJob("a@b.com", f"temp/video/user/a@b.com/exercise_Squat_{name[-1]}.mp4", "f", "Squat"))
        jobs.claim(job.id, worker=name, lease_s=60, max_attempts=3)
        ids.append(job.id)
    busy, draining = workers.list()
    assert (busy.state, busy.job_id) == (WorkerState.BUSY, ids[0])
    assert (draining.state, draining.job_id) == (WorkerState.DRAINING, ids[1])


def test_a_drain_is_asked_for_and_taken_back(workers: RedisWorkers) -> None:
    with pytest.raises(WorkerNotFound):
        workers.request_drain("host:1")
    workers.announce(ONE)
    workers.request_drain("host:1")
    assert workers.drain_requested("host:1")
    assert workers.get("host:1").drain_requested
    assert workers.announce(ONE) is True
    workers.request_drain("host:1", drain=False)
    assert workers.announce(ONE) is False


def test_the_next_worker_of_that_name_is_not_drained(workers: RedisWorkers) -> None:
    workers.announce(ONE)
    workers.request_drain("host:1")
    assert workers.announce(replace(ONE, started_at=STARTED + timedelta(seconds=1))) is False
    assert not workers.drain_requested("host:1")


def test_who_was_not_seen_for_a_day_is_forgotten(workers: RedisWorkers, redis_server: RedisServer) -> None:
    workers.announce(ONE)
    client = connect(redis_server.url)
    assert 0 < client.ttl("goodrep:worker:host:1") <= 86_400
    client.zadd("goodrep:workers", {"host:1": 1})
    workers.announce(replace(ONE, id="host:2"))
    assert client.zrange("goodrep:workers", 0, -1) == ["host:2"]
