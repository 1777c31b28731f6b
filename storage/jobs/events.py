"""A job's changes, as they come: each event in its Redis stream holds the whole record."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from storage.jobs.records import job_from
from storage.redis.client import fields_of, redis_errors
from storage.types import JobEvent

_EVENT_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")
_BEFORE_ALL = "0-0"
_LONGEST_WAIT_S = 1.0
"""Of one question to Redis; well below the time limit for its answer."""


def follow(client: Any, job_id: str, *, after: str, timeout_s: float) -> Iterator[JobEvent | None]:
    """See `storage.base.Jobs.events`."""
    seen = after if _EVENT_ID.fullmatch(after) else ""
    for event in _newest(client, job_id) if not seen else ():
        yield event
        if event.job.status.final:
            return
        seen = event.id
    silent_since_s = time.monotonic()
    while True:
        left_s = silent_since_s + timeout_s - time.monotonic()
        events = _after(client, job_id, seen or _BEFORE_ALL, wait_s=max(0.01, min(_LONGEST_WAIT_S, left_s)))
        for event in events:
            yield event
            if event.job.status.final:
                return
            seen = event.id
        if events:
            silent_since_s = time.monotonic()
            continue
        # nothing new: the end may have been seen before, or its event has expired
        fields = fields_of(client, job_id)
        job = job_from(fields)
        if job.status.final:
            if fields["event_id"] != seen:
                yield JobEvent(fields["event_id"], job)
            return
        if time.monotonic() - silent_since_s >= timeout_s:
            yield None
            silent_since_s = time.monotonic()


def _newest(client: Any, job_id: str) -> list[JobEvent]:
    with redis_errors():
        return [JobEvent(event_id, job_from(fields)) for event_id, fields in client.xrevrange(_stream(job_id), count=1)]


def _after(client: Any, job_id: str, seen: str, *, wait_s: float) -> list[JobEvent]:
    stream = _stream(job_id)
    with redis_errors():
        reply = client.xread({stream: seen}, count=50, block=max(1, int(1000 * wait_s)))
    # pairs of stream and entries in the old protocol, a mapping in the new one
    entries = dict(reply if isinstance(reply, Mapping) else reply or ()).get(stream, ())
    return [JobEvent(event_id, job_from(fields)) for event_id, fields in entries]


def _stream(job_id: str) -> str:
    return f"goodrep:events:{job_id}"
