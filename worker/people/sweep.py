"""Retention: what is not kept any longer goes, in steps that leave room for jobs between them.

A sweep goes through all objects by key, then all jobs, then the marks of uploads. How far it has come lies in Redis, so
a step goes on where the one before ended, whoever made it. What a queued or running job needs is left alone, and so is
what is nobody's, such as the professionals' videos.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog

from storage.errors import ClaimRefused, InvalidKey, JobNotFound, ObjectNotFound
from storage.keys import VideoKey, parse_video_key
from storage.people.belongings import EXPORTS, ObjectKind, belonging_of
from storage.types import Job, JobStatus, ObjectInfo
from worker.people.data_requests import DataTools
from worker.people.siblings import copies_are_of, figures_are_of
from worker.publish import CONTRACT_NAMES
from worker.settings import WorkerSettings

_log = structlog.get_logger("goodrep.worker")
_FIRST_KEY = ""


class Phase(StrEnum):
    """What a sweep goes through, in this order."""

    OBJECTS = "objects"
    JOBS = "jobs"
    UPLOADS = "uploads"


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that is not kept any longer, and what removes it."""

    kind: str
    what: str
    why: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a sweep has come, once what it stands beside is done."""

    phase: Phase
    after: str


def sweep_step(tools: DataTools) -> bool:
    """Remove for a while what is not kept any longer; whether there is more to go through."""
    ends_s = time.monotonic() + tools.settings.sweep_step_s
    counts, stopped_at = Counter[str](), None
    for place, removal in _walk(tools, _begin(tools)):
        if removal:
            remove(removal, tools)
            counts[removal.kind] += 1
        if time.monotonic() > ends_s or tools.stopping():
            stopped_at = place
            break
    tools.keeping.keep_sweep_state({"phase": stopped_at.phase, "after": stopped_at.after} if stopped_at else {})
    if counts:
        _log.info("swept", **counts)
    return stopped_at is not None


def remove(removal: Removal, tools: DataTools) -> None:
    """Remove, log and count it."""
    removal.do()
    tools.keeping.count_swept({removal.kind: 1})
    _log.info("not kept any longer", kind=removal.kind, what=removal.what, why=removal.why)


def what_would_go(tools: DataTools) -> Iterator[Removal]:
    """Everything that a whole sweep would remove now; nothing is removed."""
    return (removal for _, removal in _walk(tools, _Place(Phase.OBJECTS, _FIRST_KEY)) if removal)


def _begin(tools: DataTools) -> _Place:
    state = tools.keeping.sweep_state()
    return _Place(Phase(state.get("phase", Phase.OBJECTS)), str(state.get("after", _FIRST_KEY)))


def _walk(tools: DataTools, begin: _Place) -> Iterator[tuple[_Place, Removal | None]]:
    """Everything, from there on, each with what is to be removed of it."""
    now = datetime.now(UTC)
    phases = {Phase.OBJECTS: _objects, Phase.JOBS: _jobs, Phase.UPLOADS: _uploads}
    begun = False
    for phase, walk in phases.items():
        begun = begun or phase is begin.phase
        if begun:
            after = begin.after if phase is begin.phase else _FIRST_KEY
            for reached, removal in walk(tools, after, now):
                yield _Place(phase, reached), removal


def _objects(tools: DataTools, after: str, now: datetime) -> Iterator[tuple[str, Removal | None]]:
    settings = tools.settings
    days = {
        ObjectKind.VIDEO: settings.keep_videos_days,
        ObjectKind.RESULT: settings.keep_results_days,
        ObjectKind.EXPORT: settings.keep_exports_days,
    }
    if not any(days.values()):
        return
    prefix = "" if settings.keep_videos_days or settings.keep_results_days else EXPORTS
    for info in tools.storage.objects.list(prefix, after=after):
        belonging = belonging_of(info.key)
        removal = None
        if belonging and _is_over(info.updated_at, days[belonging.kind], now) and not _is_needed(info.key, tools):
            why = f"older than {days[belonging.kind]:g} days"
            removal = Removal(belonging.kind.value, info.key, why, partial(_remove_object, info, tools))
        yield info.key, removal


def _remove_object(info: ObjectInfo, tools: DataTools) -> None:
    if _is_needed(info.key, tools):  # a job may have been asked for since
        return
    tools.storage.objects.delete(info.key)
    folder = info.key.rpartition("/")[0]
    tools.keeping.forget_equal_request(folder.rpartition("/")[2])  # of the job whose result it was, if it was one


def _is_needed(key: str, tools: DataTools) -> bool:
    """Whether a queued or running job is about this object."""
    for video_key in tools.keeping.videos_in_use():
        try:
            video = parse_video_key(video_key)
        except InvalidKey:
            continue
        if key == video.key or key.startswith(f"{video.legacy_results_prefix}/"):
            return True
    return False


def _jobs(tools: DataTools, after: str, now: datetime) -> Iterator[tuple[str, Removal | None]]:
    cursor = int(after or 0)
    while True:
        following, ids = tools.keeping.all_jobs(cursor)
        for job_id in ids:
            try:
                job = tools.jobs.get(job_id)
            except JobNotFound:
                continue
            if job.status.final:
                for removal in _of_job(job, tools, now):
                    yield str(cursor), removal
        cursor = following
        if not cursor:
            return
        yield str(cursor), None


def _of_job(job: Job, tools: DataTools, now: datetime) -> Iterator[Removal]:
    settings, ended = tools.settings, job.finished_at or job.updated_at
    try:
        video: VideoKey | None = parse_video_key(job.video_key)
    except InvalidKey:
        video = None
    succeeded = job.status is JobStatus.SUCCEEDED
    if video and not succeeded and _is_over(ended, settings.keep_leftovers_days, now):
        yield from _leftovers(job, video, tools)
    figures_over = _is_over(ended, settings.keep_figures_days, now)
    if video and figures_over and figures_are_of(job, tools.jobs) and not _is_needed(video.key, tools):
        for path in (video.record_path, video.status_path) if succeeded else (video.status_path,):
            if tools.storage.database.get(path) is not None:
                why = f"older than {settings.keep_figures_days:g} days"
                yield Removal("figures", path, why, partial(tools.storage.database.set, path, None))
    days = _days_of_record(succeeded, settings)
    if _is_over(ended, days, now):
        why = f"{job.status.value} more than {days:g} days ago"
        yield Removal("job record", job.id, why, partial(_forget, job.id, tools))


def _days_of_record(succeeded: bool, settings: WorkerSettings) -> float:
    """A record is kept at least as long as the figures, which are found through it."""
    days = settings.keep_jobs_days if succeeded else settings.keep_failed_days
    return max(days, settings.keep_figures_days) if days else 0


def _leftovers(job: Job, video: VideoKey, tools: DataTools) -> Iterator[Removal]:
    """What a job that did not succeed left in the store, such as one whose last attempt was killed."""
    found = list(tools.storage.objects.list(f"{video.results_prefix(job.id)}/"))
    if job.started_at and copies_are_of(job, tools.jobs):
        began = job.started_at - timedelta(minutes=1)  # by so much may the clocks differ
        found += [info for info in _copies(video, tools) if info.updated_at >= began]
    for info in found:
        if not _is_needed(info.key, tools):
            yield Removal("leftover", info.key, f"of a job that {job.status}", partial(_remove_object, info, tools))


def _copies(video: VideoKey, tools: DataTools) -> Iterator[ObjectInfo]:
    for name in CONTRACT_NAMES:
        try:
            yield tools.storage.objects.stat(f"{video.legacy_results_prefix}/{name}")
        except ObjectNotFound:
            continue


def _forget(job_id: str, tools: DataTools) -> None:
    tools.notices.forget(job_id)
    try:
        tools.requests.forget_job(job_id)
    except ClaimRefused:
        return  # it was put back into the queue


def _uploads(tools: DataTools, _after: str, now: datetime) -> Iterator[tuple[str, Removal | None]]:
    """Marks of names that an API reserved and, killed, never gave back; uploads themselves have no name there."""
    settings = tools.settings
    for path in sorted((settings.volumes.absolute() / "uploads").glob("*.reserved")):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        removal = None
        if _is_over(written, settings.keep_leftovers_days, now):
            removal = Removal("leftover", path.name, "of an upload cut off", partial(path.unlink, missing_ok=True))
        yield "", removal


def _is_over(since: datetime, days: float, now: datetime) -> bool:
    return days > 0 and now - since > timedelta(days=days)
