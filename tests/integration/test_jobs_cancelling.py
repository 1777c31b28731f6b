"""Jobs are cancelled, wherever they are, in a real Redis."""

import pytest

from storage.errors import ClaimRefused, JobAlreadyEnded
from storage.jobs.queue import RedisJobs
from storage.types import JobStatus
from tests.job_records import claim, create, expire


def test_a_queued_job_is_cancelled_at_once(jobs: RedisJobs) -> None:
    job = create(jobs)
    cancelled = jobs.request_cancel(job.id)
    assert (cancelled.status, cancelled.cancel_requested) == (JobStatus.CANCELLED, True)
    assert jobs.place(job.id) is None
    with pytest.raises(ClaimRefused):
        claim(jobs, job)
    with pytest.raises(JobAlreadyEnded):
        jobs.request_cancel(job.id)


def test_a_running_job_s_worker_is_asked(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    asked = jobs.request_cancel(job.id)
    assert (asked.status, asked.cancel_requested) == (JobStatus.RUNNING, True)
    assert jobs.renew(held) is True
    assert jobs.cancelled(held).status is JobStatus.CANCELLED


def test_a_dead_worker_s_job_is_cancelled_at_once(jobs: RedisJobs) -> None:
    job = create(jobs)
    claim(jobs, job, lease_s=0.01)
    expire(jobs, job)
    assert jobs.request_cancel(job.id).status is JobStatus.CANCELLED


def test_a_dead_worker_s_job_that_was_to_be_cancelled_is_not_begun_again(jobs: RedisJobs) -> None:
    job = create(jobs)
    claim(jobs, job, lease_s=0.3)
    jobs.request_cancel(job.id)
    expire(jobs, job)
    with pytest.raises(ClaimRefused):
        claim(jobs, job)
    assert jobs.get(job.id).status is JobStatus.CANCELLED


def test_a_released_job_that_was_to_be_cancelled_is(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    jobs.request_cancel(job.id)
    assert jobs.release(held).status is JobStatus.CANCELLED
