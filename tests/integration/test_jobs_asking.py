"""Jobs are asked for and listed, in a real Redis."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from storage.errors import InvalidKey, JobNotFound
from storage.jobs.queue import RedisJobs
from storage.types import JobStatus, NewJob, Stage
from tests.job_records import OWNER, claim, create, race, request
from tests.services import RedisServer

# Asking.


def test_a_new_job(jobs: RedisJobs) -> None:
    job, new = jobs.create(request())
    assert new
    assert len(job.id) == 32
    assert (job.status, job.stage, job.owner, job.exercise) == (JobStatus.QUEUED, Stage.WAITING, OWNER, "Squat")
    assert (job.progress, job.attempts, job.started_at, job.finished_at) == (0.0, 0, None, None)
    assert abs(job.created_at.timestamp() - time.time()) < 60
    assert jobs.get(job.id) == job


def test_asking_twice_gives_the_same_job(jobs: RedisJobs) -> None:
    job = create(jobs)
    assert jobs.create(request()) == (job, False)
    assert jobs.create(request(exercise="squat")) == (job, False)
    jobs.succeed(claim(jobs, job), results_prefix="p", result_files=["f"])
    again, new = jobs.create(request())
    assert (again.id, new) == (job.id, False)


@pytest.mark.parametrize(
    "other", [request(1), request(fingerprint="g"), request(exercise="lunge"), request(owner="c@d.e")]
)
def test_asking_otherwise_gives_another_job(jobs: RedisJobs, other: NewJob) -> None:
    job = create(jobs)
    made, new = jobs.create(other)
    assert new
    assert made.id != job.id


def test_force_makes_a_new_job_which_is_then_the_known_one(jobs: RedisJobs) -> None:
    first = create(jobs)
    second, new = jobs.create(request(), force=True)
    assert new
    assert second.id != first.id
    assert jobs.create(request())[0].id == second.id


def test_a_failure_that_would_come_again_is_given_again(jobs: RedisJobs) -> None:
    job = create(jobs)
    jobs.fail(claim(jobs, job), code="not_a_video", message="No.", lasting=True)
    assert jobs.create(request())[0].id == job.id
    assert jobs.given_up() == []


def test_a_failure_of_ours_is_kept_and_asking_again_makes_a_new_job(jobs: RedisJobs) -> None:
    job = create(jobs)
    failed = jobs.fail(claim(jobs, job), code="internal_error", message="Sorry.", lasting=False, reason="KeyError: 'x'")
    assert (failed.status, failed.error_code, failed.error_message) == (JobStatus.FAILED, "internal_error", "Sorry.")
    assert [(each.job.id, each.reason) for each in jobs.given_up()] == [(job.id, "KeyError: 'x'")]
    again, new = jobs.create(request())
    assert new
    assert again.id != job.id


def test_a_cancelled_job_is_made_anew(jobs: RedisJobs) -> None:
    job = create(jobs)
    jobs.request_cancel(job.id)
    assert jobs.create(request())[1]


def test_a_job_that_is_about_to_be_cancelled_is_made_anew(jobs: RedisJobs) -> None:
    job = create(jobs)
    claim(jobs, job)
    jobs.request_cancel(job.id)
    assert jobs.create(request())[0].id != job.id


def test_an_unknown_job(jobs: RedisJobs) -> None:
    calls: list[Callable[[], object]] = [
        lambda: jobs.get("no"),
        lambda: jobs.request_cancel("no"),
        lambda: jobs.events("no"),
        lambda: jobs.run_again("no"),
        lambda: jobs.claim("no", worker="w", lease_s=1, max_attempts=1),
    ]
    for call in calls:
        with pytest.raises(JobNotFound):
            call()
    assert jobs.place("no") is None


def _create(url: str, barrier: Any, made: Any) -> None:
    jobs = RedisJobs(url)
    barrier.wait()
    made.put(jobs.create(request())[0].id)


def test_many_who_ask_at_once_get_one_job(jobs: RedisJobs, redis_server: RedisServer) -> None:
    assert len(set(race(_create, redis_server.url))) == 1
    assert len(jobs.list(OWNER).jobs) == 1


# Listing.


def test_a_list_is_newest_first_and_paged(jobs: RedisJobs) -> None:
    made = [create(jobs, index).id for index in range(5)]
    jobs.create(request(owner="c@d.e"))
    page = jobs.list(OWNER, limit=2)
    assert [job.id for job in page.jobs] == [made[4], made[3]]
    create(jobs, 9)
    page = jobs.list(OWNER, cursor=page.next_cursor, limit=2)
    assert [job.id for job in page.jobs] == [made[2], made[1]]
    page = jobs.list(OWNER, cursor=page.next_cursor, limit=2)
    assert ([job.id for job in page.jobs], page.next_cursor) == ([made[0]], "")
    assert jobs.list("nobody@x.y").jobs == ()


@pytest.mark.parametrize("cursor", ["x", "-1", "1; DROP", "9" * 30])
def test_a_cursor_of_one_s_own_making(jobs: RedisJobs, cursor: str) -> None:
    with pytest.raises(InvalidKey):
        jobs.list(OWNER, cursor=cursor)
