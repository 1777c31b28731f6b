"""Jobs by what they are.

There is no index of all jobs, since nothing but an operator's list needs one. Where those of queued, running and
given-up jobs and of a user's jobs do not help, every record is gone through, a few fields of each, some ten thousand a
second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from storage.redis.client import record_key, redis_errors
from storage.types import JobStatus

_AT_ONCE = 1000
_FIELDS = ("sequence", "id", "status", "owner", "error_code", "lasting", "created_us")
_INDEXES = {JobStatus.QUEUED: "goodrep:queue", JobStatus.RUNNING: "goodrep:running"}


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs are meant; what is empty or None leaves nothing out.

    Attributes:
        statuses: Any of these.
        owner: The user's e-mail address.
        codes: Any of these error codes.
        ours: Only failures that lie with us: those that can be run again with another outcome.
        since: Accepted at this time or later.
        until: Accepted before this time.
    """

    statuses: frozenset[JobStatus] = frozenset()
    owner: str = ""
    codes: frozenset[str] = frozenset()
    ours: bool = False
    since: datetime | None = None
    until: datetime | None = None


def selected(client: Any, wanted: JobFilter) -> Iterator[tuple[int, str]]:
    """The order of acceptance and the id of each job that is meant, in no order. Raises `StorageUnavailable`."""
    since_us = wanted.since.timestamp() * 1e6 if wanted.since else 0.0
    until_us = wanted.until.timestamp() * 1e6 if wanted.until else float("inf")
    for fields in _candidates(client, wanted):
        if (
            (not wanted.statuses or JobStatus(fields["status"]) in wanted.statuses)
            and (not wanted.owner or fields["owner"] == wanted.owner)
            and (not wanted.codes or fields["error_code"] in wanted.codes)
            and (not wanted.ours or is_ours(fields))
            and since_us <= int(fields["created_us"]) < until_us
        ):
            yield int(fields["sequence"]), fields["id"]


def is_ours(fields: Mapping[str, Any]) -> bool:
    """Whether the job of this record failed for a reason that lies with us."""
    return fields["status"] == JobStatus.FAILED.value and fields.get("lasting") == "0"


def _candidates(client: Any, wanted: JobFilter) -> Iterator[dict[str, str]]:
    """What is selected by, of every record that may be meant, once."""
    seen: set[str] = set()  # a scan may name a key twice
    indexes = _indexes(wanted)
    for keys in _keys_in(client, indexes) if indexes else _all_keys(client):
        new = [key for key in dict.fromkeys(keys) if key not in seen]
        seen.update(new)
        with redis_errors():
            pipe = client.pipeline(transaction=False)
            for key in new:
                pipe.hmget(key, *_FIELDS)
            answers = pipe.execute()
        for values in answers:
            fields = dict(zip(_FIELDS, values, strict=True))
            if fields["id"] and fields["status"]:  # else it was removed a moment ago
                yield fields


def _indexes(wanted: JobFilter) -> Sequence[str]:
    """Sorted sets that together hold all that may be meant; none where every record must be read."""
    if wanted.statuses and wanted.statuses <= _INDEXES.keys():
        return [_INDEXES[status] for status in wanted.statuses]
    if wanted.ours:
        return ["goodrep:given_up"]
    return [f"goodrep:owner:{wanted.owner}"] if wanted.owner else []


def _keys_in(client: Any, indexes: Sequence[str]) -> Iterator[Sequence[str]]:
    with redis_errors():
        pipe = client.pipeline()  # of one moment, since a job may go from one to the other
        for index in indexes:
            pipe.zrange(index, 0, -1)
        keys = [record_key(job_id) for job_id in chain.from_iterable(pipe.execute())]
    for at in range(0, len(keys), _AT_ONCE):
        yield keys[at : at + _AT_ONCE]


def _all_keys(client: Any) -> Iterator[Sequence[str]]:
    cursor = 0
    while True:
        with redis_errors():
            cursor, keys = client.scan(cursor, match=record_key("*"), count=_AT_ONCE)
        yield keys
        if not cursor:
            return
