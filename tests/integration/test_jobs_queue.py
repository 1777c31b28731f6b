"""The queue of jobs stays whole, also when Redis does not, and can be estimated."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.errors import StorageUnavailable
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.types import ExerciseName, Stage
from tests.job_records import OWNER, claim, create, expire, followed, request
from tests.services import RedisServer, free_port

# Waiting.


def test_places_and_estimates_come_with_experience(jobs: RedisJobs, redis_server: RedisServer) -> None:
    first, second, third = (create(jobs, index) for index in range(3))
    places = [jobs.place(job.id) for job in (first, second, third)]
    assert [(place.position, place.wait_s) for place in places if place] == [(1, None), (2, None), (3, None)]
    assert jobs.seconds_left(third) is None
    held = claim(jobs, first)
    assert jobs.place(first.id) is None
    RedisWorkers(redis_server.url).announce(Worker("w:1", "w", 1, "0", datetime.now(UTC), WorkerState.READY))
    jobs.progress(held, Stage.POSE, frames_done=0, frames_total=10)
    time.sleep(0.2)
    jobs.progress(held, Stage.POSE, frames_done=5, frames_total=10)
    left = jobs.seconds_left(jobs.get(first.id))
    assert left is not None
    assert left > 0
    jobs.progress(held, Stage.POSE, frames_done=10, frames_total=10)
    ended = jobs.succeed(held, results_prefix="p", result_files=["f"])
    assert jobs.seconds_left(ended) is None
    second_left, third_left = jobs.seconds_left(jobs.get(second.id)), jobs.seconds_left(jobs.get(third.id))
    assert second_left is not None
    assert third_left is not None
    assert 0.2 <= second_left < third_left


# Keeping the queue whole.


def test_what_is_unattended(jobs: RedisJobs) -> None:
    queued, running, expired, ended = (create(jobs, index) for index in range(4))
    claim(jobs, running)
    claim(jobs, expired, lease_s=0.01)
    jobs.succeed(claim(jobs, ended), results_prefix="p", result_files=["f"])
    expire(jobs, expired)
    assert set(jobs.unattended(queued_for_s=0)) == {queued.id, expired.id}
    assert set(jobs.unattended(queued_for_s=3600)) == {expired.id}


def test_a_delayed_job_is_left_alone_until_then(jobs: RedisJobs) -> None:
    job = create(jobs)
    jobs.release(claim(jobs, job), delay_s=500)
    assert jobs.unattended(queued_for_s=0) == []
    jobs.release(claim(jobs, job), delay_s=0)
    assert jobs.unattended(queued_for_s=0) == [job.id]


def test_turns_are_taken(jobs: RedisJobs) -> None:
    assert jobs.take_turn("sweep", for_s=60)
    assert not jobs.take_turn("sweep", for_s=60)
    assert jobs.take_turn("other", for_s=60)


def test_exercises_are_announced(jobs: RedisJobs) -> None:
    assert jobs.exercises() == []
    names = [ExerciseName("push_up", ("Push Up", "푸시업")), ExerciseName("unselected")]
    jobs.announce_exercises(names)
    assert jobs.exercises() == names


# Redis away.


def test_accepted_jobs_outlive_a_power_cut(jobs: RedisJobs, redis_server: RedisServer) -> None:
    queued, running, ended = (create(jobs, index) for index in range(3))
    held = claim(jobs, running)
    jobs.succeed(claim(jobs, ended), results_prefix="p", result_files=["f"])
    before = [jobs.get(job.id) for job in (queued, running, ended)]
    redis_server.restart()
    assert [jobs.get(job.id) for job in (queued, running, ended)] == before
    assert jobs.create(request(0)) == (before[0], False)
    assert jobs.renew(held) is False
    assert claim(jobs, queued).token == 1
    assert followed(jobs, ended)[-1].job == before[2]


def test_redis_away_is_said_quickly_and_recovered_from(jobs: RedisJobs, redis_server: RedisServer) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    events = jobs.events(job.id)
    next(events)
    redis_server.kill()
    calls: list[Callable[[], object]] = [
        jobs.ping,
        lambda: create(jobs, 1),
        lambda: jobs.get(job.id),
        lambda: jobs.list(OWNER),
        lambda: jobs.place(job.id),
        lambda: jobs.seconds_left(job),
        lambda: jobs.unattended(queued_for_s=0),
        lambda: jobs.renew(held),
        lambda: next(events),
        jobs.exercises,
    ]
    try:
        for call in calls:
            with pytest.raises(StorageUnavailable):
                call()
    finally:
        redis_server.start()
    jobs.ping()
    assert jobs.renew(held) is False


def test_nobody_at_the_address() -> None:
    jobs = RedisJobs(f"redis://:secret@127.0.0.1:{free_port()}/0")
    with pytest.raises(StorageUnavailable) as away:
        jobs.ping()
    assert "secret" not in str(away.value)
