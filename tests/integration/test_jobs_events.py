"""Whoever follows a job hears of its changes, from a real Redis."""

import time

import pytest

from storage.jobs.queue import RedisJobs
from storage.types import Job, JobStatus, Stage
from tests.job_records import claim, create, followed
from tests.services import RedisServer


def lived(jobs: RedisJobs) -> Job:
    """A job that was begun, told its progress and succeeded."""
    job = create(jobs)
    held = claim(jobs, job)
    jobs.progress(held, Stage.POSE, frames_done=1, frames_total=2)
    jobs.succeed(held, results_prefix="p", result_files=["f"])
    return job


def test_events_tell_the_whole_life(jobs: RedisJobs) -> None:
    job = lived(jobs)
    events = followed(jobs, job, "0-1")
    stages = [event.job.stage for event in events]
    assert stages == [Stage.WAITING, Stage.STAGING, Stage.POSE, Stage.DONE]
    assert events[-1].job == jobs.get(job.id)
    ids = [tuple(map(int, event.id.split("-"))) for event in events]
    assert ids == sorted(set(ids))


def test_events_resume_where_they_were_left(jobs: RedisJobs) -> None:
    job = lived(jobs)
    events = followed(jobs, job, "0-1")
    for index, event in enumerate(events):
        assert followed(jobs, job, event.id) == events[index + 1 :]


@pytest.mark.parametrize("after", ["", "rubbish", "1", "$", "-"])
def test_events_begin_with_the_present(jobs: RedisJobs, after: str) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    events = jobs.events(job.id, after=after)
    first = next(events)
    assert first is not None
    assert first.job.status is JobStatus.RUNNING
    jobs.succeed(held, results_prefix="p", result_files=["f"])
    last = next(events)
    assert last is not None
    assert last.job.status is JobStatus.SUCCEEDED
    assert list(events) == []


def test_silence_is_told(jobs: RedisJobs) -> None:
    job = create(jobs)
    events = jobs.events(job.id, timeout_s=0.05)
    assert next(events) is not None
    assert next(events) is None
    assert next(events) is None


def test_an_end_that_was_seen_or_whose_event_expired(jobs: RedisJobs, redis_server: RedisServer) -> None:
    job = create(jobs)
    jobs.request_cancel(job.id)
    (last,) = followed(jobs, job)
    assert followed(jobs, job, last.id) == []
    jobs._redis.delete(f"goodrep:events:{job.id}")  # as it is an hour later
    assert followed(jobs, job) == [last]
    assert followed(jobs, job, "1-0") == [last]
    assert followed(jobs, job, last.id) == []


def test_a_flood_of_progress_is_thinned(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    began = time.monotonic()
    for frame in range(300):
        jobs.progress(held, Stage.POSE, frames_done=frame, frames_total=300)
    took_s = time.monotonic() - began
    jobs.succeed(held, results_prefix="p", result_files=["f"])
    assert len(followed(jobs, job, "0-1")) <= 5 + took_s * 6
