"""A job's changes as server-sent events.

Each event is named `progress`, `succeeded`, `failed` or `cancelled`, its data is the job as GET shows it, and its id
can be sent back as `Last-Event-ID` to go on from there. The stream ends with the job; a client that asks again after
the last event gets 204, at which browsers stop reconnecting.
"""

from collections.abc import Iterator
from itertools import chain

from flask import Response, stream_with_context

from api.errors import ApiError
from api.jobs import job_reply
from api.schemas import JobReply
from api.services import services
from storage.errors import StorageError
from storage.types import Job, JobEvent, JobStatus

RECONNECT_AFTER_MS = 2000


def event_stream(job: Job, after: str) -> Response:
    """The reply that streams what happens to `job` after the event `after`.

    Raises:
        ApiError: `too_many_waiting` when as many streams are open as may be.
    """
    slots = services().streams
    if not slots.acquire(blocking=False):
        raise ApiError("too_many_waiting", "Too many event streams are open. Ask for the job itself, or come back.")
    try:
        changes = services().jobs.events(job.id, after=after, timeout_s=services().settings.keep_alive_s)
        # an ended job has all its events already, so this does not wait; and errors come before the reply has begun
        seen = [] if not job.status.final else list(changes)
    except BaseException:
        slots.release()
        raise
    if job.status.final and not seen:
        response = Response(status=204)
    else:
        response = Response(stream_with_context(_written(chain(seen, changes))), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"  # a proxy in front must not collect events
    # called when the stream has ended, and when the client has gone: a keep-alive cannot be written any more
    response.call_on_close(slots.release)
    return response


def _written(changes: Iterator[JobEvent | None]) -> Iterator[str]:
    yield f"retry: {RECONNECT_AFTER_MS}\n\n"
    try:
        latest: JobEvent | None = None
        place = None
        for change in changes:
            if change is None:
                yield ": still here\n\n"
            latest = change or latest
            if latest is None or (change is None and latest.job.status is not JobStatus.QUEUED):
                continue
            reply = job_reply(latest.job)
            if change or reply.place != place:  # nothing happened to a job that waits, but to those before it
                yield _event(latest, reply)
            place = reply.place
    except StorageError:
        # the client comes back by itself with the id of its last event
        yield ": storage is away\n\n"


def _event(change: JobEvent, reply: JobReply) -> str:
    name = change.job.status.value if change.job.status.final else "progress"
    return f"id: {change.id}\nevent: {name}\ndata: {reply.model_dump_json()}\n\n"
