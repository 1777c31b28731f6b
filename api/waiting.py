"""Requests that wait for their results, as the apps do that know no jobs: bounded in number and in time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request

from api.auth import OLD_APP, comes_as_old_app
from api.errors import ApiError
from api.services import services
from storage.errors import StorageUnavailable
from storage.types import Job, JobStatus

_LOOK_AT_CLOCK_S = 1.0


def admit_old_app() -> None:
    """Let in who shows no proof, where the operator allows that, and count him. Raises `ApiError` when it is too often.

    To be asked before `caller()`, and before the body is read.
    """
    if comes_as_old_app():
        services().limits.count_address(request.remote_addr or "")
        g.caller = OLD_APP


@contextmanager
def place_to_wait() -> Iterator[float]:
    """One of the few places; gives the time until which the request may wait, as `time.monotonic()`.

    To be taken before the job is made, since what is refused must not run. Raises `ApiError` when none is free.
    """
    slots = services().waits
    if not slots.acquire(blocking=False):
        raise ApiError("too_many_waiting", "Too many requests are waiting for their results. Please come back.")
    try:
        yield time.monotonic() + services().settings.legacy_wait_s
    finally:
        slots.release()


def wait_for_success(job: Job, deadline_s: float) -> Job:
    """The job when it has succeeded; Redis may go away and come back meanwhile.

    Raises:
        ApiError: It failed, was cancelled, or takes too long.
    """
    ended = _wait_for_end(job, deadline_s)
    if ended.status is JobStatus.SUCCEEDED:
        return ended
    if ended.status is JobStatus.CANCELLED:
        raise ApiError("cancelled", "The analysis was cancelled.")
    raise ApiError(ended.error_code or "analysis_failed", ended.error_message or "The video could not be analysed.")


def _wait_for_end(job: Job, deadline_s: float) -> Job:
    jobs = services().jobs
    while not job.status.final and time.monotonic() < deadline_s:
        try:
            for change in jobs.events(job.id, timeout_s=_LOOK_AT_CLOCK_S):
                job = change.job if change else job
                if time.monotonic() >= deadline_s:
                    break
        except StorageUnavailable:
            time.sleep(_LOOK_AT_CLOCK_S)
    if not job.status.final:
        raise ApiError("analysis_takes_too_long", "The analysis takes longer than this request may wait.")
    return job
