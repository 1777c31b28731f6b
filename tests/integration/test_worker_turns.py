"""Real workers and a crowd: nobody waits for another's hundred videos, and what is told of the wait comes true."""

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest

from storage.jobs.workers import RedisWorkers
from storage.keys import parse_video_key
from storage.types import Job, JobStatus, NewJob, Priority
from tests.services import RedisServer, wait_until
from tests.worker_service import Workshop, workshop


@pytest.fixture
def shop(redis_server: RedisServer, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop with two workers."""
    with workshop(redis_server, tmp_path) as made:
        for _ in range(2):
            made.worker()
        workers = RedisWorkers(redis_server.url)
        wait_until(lambda: workers.taking_jobs() == 2, "both take jobs")
        yield made


def ask(shop: Workshop, owner: str, number: int, priority: Priority = Priority.NORMAL) -> Job:
    """A job of three quarters of a second."""
    key = f"temp/video/user/{owner}@b.com/exercise_Squat_{number}.mp4"
    fingerprint = shop.video(key, frames=15, frame_s=0.05)
    new = NewJob(parse_video_key(key).owner, key, fingerprint, "Squat", priority=priority)
    job, _ = shop.jobs.create(new)
    shop.send(job.id)
    return job


def began(shop: Workshop, job: Job) -> float:
    """When it was begun, in seconds by Redis' clock; it has ended well."""
    return _from_to(shop, job)[0]


def took(shop: Workshop, job: Job) -> float:
    """Seconds that it took, once begun."""
    begun_s, ended_s = _from_to(shop, job)
    return ended_s - begun_s


def _from_to(shop: Workshop, job: Job) -> tuple[float, float]:
    ended = shop.until(job, JobStatus.SUCCEEDED, JobStatus.FAILED)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1)
    assert ended.started_at
    assert ended.finished_at
    return ended.started_at.timestamp(), ended.finished_at.timestamp()


def test_a_crowd(shop: Workshop) -> None:
    experienced_s = mean(took(shop, ask(shop, "first", number)) for number in range(2))
    many = [ask(shop, "a", number) for number in range(12)]
    batch = ask(shop, "c", 1, Priority.BATCH)
    single = ask(shop, "b", 1)
    told = {job.id: shop.jobs.place(job.id) for job in (many[-1], batch, single)}
    asked_s = single.created_at.timestamp()

    begun_s = {job.id: began(shop, job) for job in (*many, batch, single)}
    # of those that were not begun when the single one was asked for, at most what a second worker took meanwhile
    overtaking = sum(asked_s < begun_s[job.id] < begun_s[single.id] for job in many)
    assert overtaking <= 1
    assert begun_s[batch.id] < begun_s[many[-1].id], "batch has its share"
    assert shop.runs() == 16

    # a machine that is busier than it was before breaks no promise
    slower = mean(took(shop, job) for job in many) / experienced_s
    for job in (many[-1], batch):
        place = told[job.id]
        assert place
        assert place.wait_s is not None
        really_s = (begun_s[job.id] - asked_s) / slower
        assert 0.4 < place.wait_s / really_s < 2.5, (place, really_s, slower)
