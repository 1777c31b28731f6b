"""The life of a job in a real Redis."""

import multiprocessing
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.errors import ClaimRefused, InvalidKey, JobAlreadyEnded, JobNotFound, LeaseLost, StorageUnavailable
from storage.jobs import RedisJobs
from storage.types import Claim, ExerciseName, Job, JobEvent, JobStatus, NewJob, Stage
from storage.workers import RedisWorkers, Worker, WorkerState
from tests.services import RedisServer, free_port, wait_until

OWNER = "a@b.com"


def request(index: int = 0, *, fingerprint: str = "f", exercise: str = "Squat", owner: str = OWNER) -> NewJob:
    key = f"temp/video/user/{owner}/exercise_Squat_{2305092259 + index}.mp4"
    return NewJob(owner, key, fingerprint, exercise, "request-1")


def create(jobs: RedisJobs, index: int = 0) -> Job:
    return jobs.create(request(index))[0]


def claim(jobs: RedisJobs, job: Job, *, lease_s: float = 60, worker: str = "w", max_attempts: int = 3) -> Claim:
    return jobs.claim(job.id, worker=worker, lease_s=lease_s, max_attempts=max_attempts)


def expire(jobs: RedisJobs, job: Job) -> None:
    wait_until(lambda: job.id in jobs.unattended(queued_for_s=3600), "the lease has run out")


def followed(jobs: RedisJobs, job: Job, after: str = "") -> list[JobEvent]:
    return [event for event in jobs.events(job.id, after=after) if event]


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
    assert len(set(_race(_create, redis_server.url))) == 1
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


# Working.


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
    assert sorted(_race(_claim, redis_server.url)) == ["", "", "", "1"]


def _race(target: Callable[..., None], url: str) -> list[str]:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=target, args=(url, barrier, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    found: list[str] = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    return found


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


# Cancelling.


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


# Listening.


def test_events_tell_the_whole_life(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    jobs.progress(held, Stage.POSE, frames_done=1, frames_total=2)
    jobs.succeed(held, results_prefix="p", result_files=["f"])
    events = followed(jobs, job, "0-1")
    stages = [event.job.stage for event in events]
    assert stages == [Stage.WAITING, Stage.STAGING, Stage.POSE, Stage.DONE]
    assert events[-1].job == jobs.get(job.id)
    ids = [tuple(map(int, event.id.split("-"))) for event in events]
    assert ids == sorted(set(ids))


def test_events_resume_where_they_were_left(jobs: RedisJobs) -> None:
    job = create(jobs)
    held = claim(jobs, job)
    jobs.progress(held, Stage.POSE, frames_done=1, frames_total=2)
    jobs.succeed(held, results_prefix="p", result_files=["f"])
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
    jobs.release(claim(jobs, job), delay_s=3600)
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
