"""Workers claim jobs, hold them and come to an end with them, in a real Redis."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import redis

from storage.errors import ClaimRefused, LeaseLost
from storage.jobs.queue import RedisJobs
from storage.types import Claim, JobStatus, Stage
from tests.job_records import OWNER, claim, create, expire, followed, race
from tests.services import RedisServer


def test_a_claim(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job, worker="host:1")
    assert (held.token, held.worker) == (1, "host:1")
    running = jobs.get(job.id)
    assert running == held.job
    assert (running.status, running.attempts, running.worker) == (JobStatus.RUNNING, 1, "host:1")
    assert running.lease_expires_at is not None
    assert running.started_at is not None
    assert 50 < (running.lease_expires_at - running.started_at).total_seconds() <= 60
    with pytest.raises(ClaimRefused):
        claim(jobs, job)


def _claim(url: str, barrier: Any, won: Any) -> None:
    jobs = RedisJobs(url)
    (job,) = jobs.list(OWNER).jobs
    barrier.wait()
    try:
        won.put(str(claim(jobs, job).token))
    except ClaimRefused:
        won.put("")


def test_one_of_many_claims(jobs: RedisJobs, redis_server: RedisServer) -> None:
    create(jobs)
    assert sorted(race(_claim, redis_server.url)) == ["", "", "", "1"]


def test_progress_is_of_real_frames(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    jobs.progress(held, Stage.POSE, frames_done=50, frames_total=100)
    now = jobs.get(job.id)
    assert (now.stage, now.frames_done, now.frames_total) == (Stage.POSE, 50, 100)
    assert now.progress == pytest.approx(0.45)
    jobs.progress(held, Stage.DRAWING, frames_done=1, frames_total=4)
    now = jobs.get(job.id)
    assert (now.stage, now.frames_done, now.frames_total) == (Stage.DRAWING, 50, 100)
    assert now.progress > 0.9


def test_success(jobs: RedisJobs) -> None:
    job = create(jobs)
    ended = jobs.succeed(claim(jobs, job), results_prefix="a/b", result_files=["report.json", "그림.png"])
    assert (ended.status, ended.stage, ended.progress) == (JobStatus.SUCCEEDED, Stage.DONE, 1.0)
    assert (ended.results_prefix, ended.result_files) == ("a/b", ("report.json", "그림.png"))
    assert ended.finished_at is not None
    assert ended.lease_expires_at is None
    with pytest.raises(ClaimRefused):
        claim(jobs, job)


WRITES: list[Callable[[RedisJobs, Claim], object]] = [
    lambda jobs, held: jobs.renew(held),
    lambda jobs, held: jobs.progress(held, Stage.POSE, frames_done=1, frames_total=2),
    lambda jobs, held: jobs.succeed(held, results_prefix="p", result_files=["f"]),
    lambda jobs, held: jobs.fail(held, code="c", message="m", lasting=True),
    lambda jobs, held: jobs.fail(held, code="c", message="m", lasting=False),
    lambda jobs, held: jobs.cancelled(held),
    lambda jobs, held: jobs.release(held),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_stale_token_writes_nothing(jobs: RedisJobs, write: Callable[[RedisJobs, Claim], object]) -> None:
    job = create(jobs)
    stale = claim(jobs, job, lease_s=0.01)
    expire(jobs, job)
    fresh = claim(jobs, job)
    assert fresh.token == stale.token + 1
    before = jobs.get(job.id)
    with pytest.raises(LeaseLost):
        write(jobs, stale)
    assert jobs.get(job.id) == before
    jobs.renew(fresh)


@pytest.mark.parametrize("write", WRITES)
def test_an_ended_job_stays_as_it_is(jobs: RedisJobs, write: Callable[[RedisJobs, Claim], object]) -> None:
    job = create(jobs)
    stale = claim(jobs, job, lease_s=0.01)
    expire(jobs, job)
    ended = jobs.succeed(claim(jobs, job), results_prefix="right", result_files=["f"])
    with pytest.raises(LeaseLost):
        write(jobs, stale)
    assert jobs.get(job.id) == ended


def test_a_lease_that_ran_out_and_nobody_took_is_renewed(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job, lease_s=0.01)
    expire(jobs, job)
    assert jobs.renew(Claim(held.job, held.token, held.worker, 60)) is False
    assert jobs.unattended(queued_for_s=3600) == []
    with pytest.raises(ClaimRefused):
        claim(jobs, job)


def test_ending_twice_is_one_end(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    ended = jobs.succeed(held, results_prefix="p", result_files=["f"])
    assert jobs.succeed(held, results_prefix="p", result_files=["f"]) == ended
    assert len(followed(jobs, job, "0-1")) == 3  # accepted, claimed, ended


def test_a_job_that_is_begun_too_often_is_given_up(jobs: RedisJobs) -> None:
    job = create(jobs)
    for _ in range(2):
        claim(jobs, job, lease_s=0.01, max_attempts=2)
        expire(jobs, job)
    with pytest.raises(ClaimRefused):
        claim(jobs, job, max_attempts=2)
    failed = jobs.get(job.id)
    assert (failed.status, failed.error_code, failed.attempts) == (JobStatus.FAILED, "too_many_attempts", 2)
    assert failed.error_message
    (given_up,) = jobs.given_up()
    assert (given_up.job.id, given_up.reason) == (job.id, "the worker was lost in each attempt")
    assert jobs.unattended(queued_for_s=0) == []


def test_a_job_that_was_given_up_is_run_again_from_the_start(jobs: RedisJobs) -> None:
    job = create(jobs)
    jobs.fail(claim(jobs, job), code="internal_error", message="m", lasting=False)
    again = jobs.run_again(job.id)
    assert (again.status, again.attempts, again.error_code, again.finished_at) == (JobStatus.QUEUED, 0, "", None)
    assert jobs.given_up() == []
    with pytest.raises(ClaimRefused):
        jobs.run_again(job.id)
    assert claim(jobs, job).token == 2


def test_a_job_that_is_tried_again_goes_behind_those_that_wait(jobs: RedisJobs) -> None:
    first, second = create(jobs, 0), create(jobs, 1)
    held = claim(jobs, first)
    jobs.progress(held, Stage.POSE, frames_done=5, frames_total=10)
    released = jobs.release(held, message="m", reason="r")
    assert (released.status, released.progress, released.attempts) == (JobStatus.QUEUED, 0.0, 1)
    places = [jobs.place(first.id), jobs.place(second.id)]
    assert [place.position for place in places if place] == [2, 1]


def test_a_release_may_not_count(jobs: RedisJobs) -> None:
    job = create(jobs)
    assert jobs.release(claim(jobs, job), counts=False).attempts == 0
    assert claim(jobs, job, max_attempts=1).token == 2


def test_the_last_release_says_why_it_is_given_up(jobs: RedisJobs) -> None:
    job = create(jobs)
    jobs.release(claim(jobs, job, max_attempts=1), message="No room.", reason="ENOSPC")
    with pytest.raises(ClaimRefused):
        claim(jobs, job, max_attempts=1)
    assert [(each.job.error_message, each.reason) for each in jobs.given_up()] == [("No room.", "ENOSPC")]


def test_a_job_that_went_on_from_a_checkpoint_teaches_only_what_it_did(
    jobs: RedisJobs, redis_server: RedisServer
) -> None:
    held = claim(jobs, create(jobs))
    jobs.progress(held, Stage.POSE, frames_done=900, frames_total=1000, frames_resumed=900)
    jobs.progress(held, Stage.POSE, frames_done=1000, frames_total=1000, frames_resumed=900)
    ended = jobs.succeed(held, results_prefix="p", result_files=["f"])
    assert (ended.frames_done, ended.frames_resumed) == (1000, 900)
    with contextlib.closing(redis.Redis.from_url(redis_server.url, decode_responses=True)) as client:
        record: Any = client.hgetall(f"goodrep:job:{ended.id}")
        pace: Any = client.hgetall("goodrep:pace")
    assert "job_s" not in pace
    took_s = (int(record["frames_us"]) - int(record["pose_us"])) / 1e6
    assert float(pace["frame_s"]) == pytest.approx(took_s / 100, rel=0.01)
