"""A user's jobs, and those that are about the same video."""

from collections.abc import Iterable, Iterator

from storage.base import Jobs
from storage.errors import InvalidKey
from storage.keys import parse_video_key
from storage.people.belongings import twins_of
from storage.types import Job, JobStatus


def jobs_of(owner: str, jobs: Jobs) -> Iterator[Job]:
    """All of the user's jobs, newest first; they may be removed meanwhile."""
    cursor = ""
    while True:
        page = jobs.list(owner, cursor=cursor, limit=100)
        yield from page.jobs
        if not page.next_cursor:
            return
        cursor = page.next_cursor


def copies_are_of(job: Job, jobs: Jobs) -> bool:
    """Whether the pictures that the app finds for the job's video are this job's: no later one has written others."""
    return _is_latest(job, [job.owner], jobs)


def figures_are_of(job: Job, jobs: Jobs) -> bool:
    """Likewise for the figures, which another user can have written whose address has the same key."""
    return _is_latest(job, [job.owner, *(twins_of(job.owner) or ())], jobs)


def _is_latest(job: Job, owners: Iterable[str], jobs: Jobs) -> bool:
    path = _record_path(job)
    others = [
        other
        for owner in owners
        for other in jobs_of(owner, jobs)
        if other.id != job.id and other.status is JobStatus.SUCCEEDED and _record_path(other) == path
    ]
    if job.status is not JobStatus.SUCCEEDED:
        return not others
    return not any(other.finished_at and job.finished_at and other.finished_at > job.finished_at for other in others)


def _record_path(job: Job) -> str:
    try:
        return parse_video_key(job.video_key).record_path
    except InvalidKey:
        return ""
