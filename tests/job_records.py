"""Jobs as tests make and claim them."""

import multiprocessing
from collections.abc import Callable

from storage.jobs.queue import RedisJobs
from storage.types import Claim, Job, JobEvent, NewJob
from tests.services import wait_until

OWNER = "a@b.com"


def request(index: int = 0, *, fingerprint: str = "f", exercise: str = "Squat", owner: str = OWNER) -> NewJob:
    key = f"temp/video/user/{owner}/exercise_Squat_{2305092259 + index}.mp4"
    return NewJob(owner, key, fingerprint, exercise, "request-1")


def create(jobs: RedisJobs, index: int = 0, owner: str = OWNER) -> Job:
    return jobs.create(request(index, owner=owner))[0]


def claim(jobs: RedisJobs, job: Job, *, lease_s: float = 60, worker: str = "w", max_attempts: int = 3) -> Claim:
    return jobs.claim(job.id, worker=worker, lease_s=lease_s, max_attempts=max_attempts)


def failed(jobs: RedisJobs, index: int = 0, *, reason: str = "KeyError: 'x'", lasting: bool = False) -> Job:
    """A job that failed; unless `lasting`, for a reason that lies with us."""
    code = "not_a_video" if lasting else "internal_error"
    held = claim(jobs, create(jobs, index))
    return jobs.fail(held, code=code, message="Sorry.", lasting=lasting, reason=reason)


def expire(jobs: RedisJobs, job: Job) -> None:
    wait_until(lambda: job.id in jobs.unattended(queued_for_s=3600), "the lease has run out")


def followed(jobs: RedisJobs, job: Job, after: str = "") -> list[JobEvent]:
    return [event for event in jobs.events(job.id, after=after) if event]


def race(target: Callable[..., None], url: str) -> list[str]:
    """What each of four processes puts into a queue, when they begin at the same moment."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=target, args=(url, barrier, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    found: list[str] = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    return found
