"""From a request to a job, and from a job to its reply: what both doors, old and new, share."""

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from flask import g, url_for

from api.auth import caller
from api.errors import ApiError
from api.options import chosen_options
from api.schemas import Failure, JobReply, Links, Options, Place, ResultFile, WantedOptions
from api.services import services
from storage.errors import JobNotFound, StorageUnavailable, TooManyWaiting
from storage.keys import VideoKey
from storage.types import Bounds, Job, NewJob, Priority

_NOTHING_NEW = Bounds(0, 0)


def accept(
    video: VideoKey,
    exercise: str | None = None,
    *,
    options: WantedOptions | None = None,
    priority: Priority = Priority.NORMAL,
    force: bool = False,
) -> tuple[Job, bool]:
    """The job that analyses `video`, and whether it is new.

    Once this returns, the job is accepted and will run. When it raises, no job was made; only where Redis went away
    between writing the record and saying so can there be one, and then asking again gives that very job, unless `force`
    asks for another.

    Raises:
        ApiError: `unknown_exercise`, `file_too_large`, `forbidden`, `too_many_requests`.
        StorageError: `ObjectNotFound`, `StorageUnavailable`, `TooManyWaiting`.
    """
    door = services()
    caller().require(video.owner)
    stored = door.objects.stat(video.key)
    limit = door.settings.max_video_bytes
    if stored.size > limit:
        raise ApiError("file_too_large", f"The file is larger than {limit / 1e6:.0f} MB.")
    new = NewJob(
        owner=video.owner,
        video_key=video.key,
        video_fingerprint=stored.fingerprint,
        exercise=known_exercise(exercise or video.method),
        request_id=g.request_id,
        traceparent=g.span.traceparent,
        options=chosen_options(options or WantedOptions()),
        priority=priority,
    )
    return submit(new, force=force)


def submit(new: NewJob, *, force: bool = False) -> tuple[Job, bool]:
    """The job for this request, and whether it is new; then the workers have been told.

    One that was made before is given whatever the bounds are.

    Raises:
        ApiError: `too_many_requests`.
        StorageError: `TooManyWaiting`, `StorageUnavailable`, and as `Jobs.create`.
    """
    door = services()
    may = door.limits.may_submit(new.owner)
    bounds = Bounds(door.settings.max_waiting_per_user, door.settings.max_waiting) if may else _NOTHING_NEW
    try:
        job, is_new = door.jobs.create(new, force=force, bounds=bounds)
    except TooManyWaiting:
        if not may:
            door.limits.count_submission(new.owner)  # says when to come back
        raise
    g.submission = "accepted" if is_new else "known"
    if is_new:
        door.queue.send(job.id)
        with suppress(ApiError, StorageUnavailable):  # it has been accepted, whatever else was counted meanwhile
            door.limits.count_submission(new.owner)
    return job, is_new


def known_exercise(name: str) -> str:
    """The exercise's own name for a name or alias; raises `ApiError` `unknown_exercise`.

    Before the first worker has said what it can judge, any name is let through and the worker decides.
    """
    announced = services().jobs.exercises()
    for exercise in announced:
        if exercise.means(name):
            return exercise.name
    if not announced:
        return name
    known = ", ".join(exercise.name for exercise in announced)
    raise ApiError("unknown_exercise", f"There is no exercise '{name[:64]}'. Known are: {known}.")


def job_of_caller(job_id: str) -> Job:
    """The job, if the caller may see it; to everybody else it does not exist. Raises `JobNotFound`."""
    asking = caller()
    job = services().jobs.get(job_id)
    if not asking.may(job.owner):
        raise JobNotFound(f"There is no job {job_id}.")
    return job


def job_url(job: Job) -> str:
    """Where the job can be asked for, relative to this server."""
    return url_for("analyses.show", job_id=job.id)


def job_reply(job: Job, *, one_of_many: bool = False) -> JobReply:
    """The job as its owner sees it, with its place in the queue and the estimate of now.

    A store's own signatures take a millisecond each; for `one_of_many` the files get our addresses, which are cheap.
    """
    jobs = services().jobs
    place = None if job.status.final else jobs.place(job.id)
    seconds_left = place.left_s if place else None if job.status.final else jobs.seconds_left(job)
    files, expire_at = _result_files(job, ask_store=not one_of_many)
    return JobReply(
        id=job.id,
        user=job.owner,
        video=job.video_key,
        exercise=job.exercise,
        options=Options(**asdict(job.options)),
        rejudge_of=job.rejudge_of or None,
        priority=job.priority,
        status=job.status,
        stage=job.stage,
        progress=job.progress,
        frames_done=job.frames_done,
        frames_total=job.frames_total,
        seconds_left=seconds_left,
        place=Place(position=place.position, wait_s=place.wait_s) if place else None,
        attempts=job.attempts,
        cancel_requested=job.cancel_requested,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        updated_at=job.updated_at,
        error=Failure(code=job.error_code, message=job.error_message) if job.error_code else None,
        results_folder=job.results_prefix or None,
        results=files,
        results_expire_at=expire_at,
        links=Links(
            self=job_url(job),
            events=url_for("analyses.events", job_id=job.id),
            deliveries=url_for("signals.of_job", job_id=job.id),
        ),
    )


def _result_files(job: Job, *, ask_store: bool) -> tuple[list[ResultFile], datetime | None]:
    """The files with their addresses, and when these stop working; None where everybody may read everything."""
    door = services()
    names, lifetime_s = job.result_files, door.settings.link_lifetime_s
    signed_by_store = {
        name: door.objects.link(f"{job.results_prefix}/{name}", lifetime_s=lifetime_s, filename=name.rpartition("/")[2])
        for name in (names if ask_store else ())
    }
    urls = {name: url for name, url in signed_by_store.items() if url}
    ours = [name for name in names if name not in urls]
    links = door.links.sign(job.id, ours) if ours and door.settings.identity != "open" else {}
    expire = bool(links or urls)
    files = [
        ResultFile(
            name=name,
            url=urls.get(name) or url_for("analyses.result_file", job_id=job.id, name=name, link=links.get(name)),
        )
        for name in names
    ]
    return files, datetime.now(UTC) + timedelta(seconds=lifetime_s) if expire else None
