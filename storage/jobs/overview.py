"""What an operator asks of all jobs: found by the beginning of an id, listed by what they are, with their history.

Read only. There is no index of all jobs, since nothing but this needs one: a list goes through every record that Redis
holds, a few fields of each, some ten thousand a second.
"""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from storage.errors import JobNotFound, StorageError
from storage.jobs.records import job_from
from storage.redis.broker import QUEUE, TASK_NAME
from storage.redis.client import ANSWER_TIMEOUT_S, connect, fields_of, record_key, redis_errors
from storage.redis.times import clock_us, time_of
from storage.types import Job, JobStatus

_SCAN_COUNT = 1000
_SELECTED = ("sequence", "id", "status", "owner", "error_code", "lasting", "created_us")
_HEX = frozenset("0123456789abcdef")


class AmbiguousId(StorageError):
    """Several jobs have an id that begins like this."""

    code = "ambiguous_id"


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


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job, and what its record says for the operator alone.

    Attributes:
        job: As its owner sees it.
        reason: What an exception said, or "": of the failure, or of the attempt before this one.
        ours: Whether it failed for a reason that lies with us.
        due_at: Of a queued job, when a message for it should be about; later than now while it pauses.
    """

    job: Job
    reason: str
    ours: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a job's history.

    Attributes:
        at: When it was told, UTC.
        status: From then on; likewise the stage, the attempt and the worker.
        stage: See `Stage`.
        attempt: 0 before the first.
        worker: "" while nobody has it.
        frames_done: When it was told for the last time before the next change.
        frames_total: Likewise.
        cancel_requested: Whether the owner had asked to stop it.
        note: An error's code, or why an attempt was cut short.
    """

    at: datetime
    status: JobStatus
    stage: str
    attempt: int
    worker: str
    frames_done: int
    frames_total: int
    cancel_requested: bool
    note: str


class RedisOverview:
    """Every method raises `StorageUnavailable` when Redis does not answer."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)

    def now(self) -> datetime:
        """By Redis' clock, which is the one that counts."""
        with redis_errors():
            return time_of(clock_us(self._redis.time()))

    def find(self, beginning: str) -> str:
        """The one job whose id begins so. Raises `JobNotFound`, `AmbiguousId`."""
        wanted = beginning.strip().lower()
        if not wanted or len(wanted) > 32 or not _HEX.issuperset(wanted):
            raise JobNotFound(f"{beginning!r} is not the id of a job, nor the beginning of one.")
        if len(wanted) == 32:
            fields_of(self._redis, wanted)
            return wanted
        with redis_errors():
            found = {key.rpartition(":")[2] for key in self._scan(f"{wanted}*")}
        if not found:
            raise JobNotFound(f"There is no job whose id begins with {wanted}.")
        if len(found) > 1:
            some = ", ".join(sorted(found)[:3])
            raise AmbiguousId(
                f"{len(found)} jobs have an id that begins with {wanted}: {some}{', …' * (len(found) > 3)}"
            )
        return found.pop()

    def record(self, job_id: str) -> JobRecord:
        """Raises `JobNotFound`."""
        fields = fields_of(self._redis, job_id)
        with redis_errors():
            due_us = self._redis.zscore("goodrep:due", job_id)
        return _record(fields, due_us)

    def list(self, wanted: JobFilter, *, cursor: int = 0, limit: int = 50) -> tuple[Sequence[JobRecord], int]:
        """The latest that were accepted, latest first, and the cursor with which the list goes on; 0 is its end."""
        matching = (each for each in self._matching(wanted) if not cursor or each[0] < cursor)
        found = heapq.nlargest(limit + 1, matching)
        page = found[:limit]
        with redis_errors():
            pipe = self._redis.pipeline(transaction=False)
            for _, job_id in page:
                pipe.hgetall(record_key(job_id))
                pipe.zscore("goodrep:due", job_id)
            answers = pipe.execute()
        records = [_record(fields, due) for fields, due in zip(answers[::2], answers[1::2], strict=True) if fields]
        return records, page[-1][0] if len(found) > len(page) else 0

    def counts(self) -> dict[str, int]:
        """Jobs by status, of all records; every status is there."""
        counted = {status.value: 0 for status in JobStatus}
        for fields in self._all():
            counted[fields["status"]] += 1
        return counted

    def history(self, job_id: str) -> Sequence[Change]:
        """What happened to the job, oldest first; empty an hour after its end, when its events are forgotten."""
        with redis_errors():
            events = self._redis.xrange(f"goodrep:events:{job_id}")
        changes: list[Change] = []
        for event_id, fields in events:
            change = _change(event_id, fields)
            if changes and _of_one_stage(changes[-1], change):  # progress: one line, with the latest frames
                changes[-1] = replace(changes[-1], frames_done=change.frames_done, frames_total=change.frames_total)
            else:
                changes.append(change)
        return changes

    def messages(self) -> int:
        """How many messages wait that wake a worker for a job."""
        with redis_errors():
            waiting = self._redis.lrange(QUEUE, 0, -1)  # kombu's list, with the task's name in the headers
        return sum(json.loads(message)["headers"]["task"] == TASK_NAME for message in waiting)

    def owners_in_queue(self) -> Sequence[str]:
        """Whose jobs wait, once for each job."""
        return self._owners("goodrep:queue")

    def owners_running(self) -> Sequence[str]:
        """Whose jobs run, once for each job."""
        return self._owners("goodrep:running")

    def _matching(self, wanted: JobFilter) -> Iterator[tuple[int, str]]:
        since_us = wanted.since.timestamp() * 1e6 if wanted.since else 0.0
        until_us = wanted.until.timestamp() * 1e6 if wanted.until else float("inf")
        for fields in self._all():
            if (
                (not wanted.statuses or JobStatus(fields["status"]) in wanted.statuses)
                and (not wanted.owner or fields["owner"] == wanted.owner)
                and (not wanted.codes or fields["error_code"] in wanted.codes)
                and (not wanted.ours or _is_ours(fields))
                and since_us <= int(fields["created_us"]) < until_us
            ):
                yield int(fields["sequence"]), fields["id"]

    def _all(self) -> Iterator[dict[str, str]]:
        """What is selected by, of every record."""
        seen: set[str] = set()  # a scan may name a key twice
        cursor = 0
        while True:
            with redis_errors():
                cursor, keys = self._redis.scan(cursor, match=record_key("*"), count=_SCAN_COUNT)
                new = [key for key in dict.fromkeys(keys) if key not in seen]
                seen.update(new)
                pipe = self._redis.pipeline(transaction=False)
                for key in new:
                    pipe.hmget(key, *_SELECTED)
                answers = pipe.execute()
            for values in answers:
                fields = dict(zip(_SELECTED, values, strict=True))
                if fields["id"] and fields["status"]:  # else it was removed a moment ago
                    yield fields
            if not cursor:
                return

    def _owners(self, ids: str) -> Sequence[str]:
        with redis_errors():
            pipe = self._redis.pipeline(transaction=False)
            for job_id in self._redis.zrange(ids, 0, -1):
                pipe.hget(record_key(job_id), "owner")
            return [owner for owner in pipe.execute() if owner]

    def _scan(self, pattern: str) -> Iterator[str]:
        yield from self._redis.scan_iter(match=record_key(pattern), count=_SCAN_COUNT)


def _record(fields: Mapping[str, str], due_us: float | None) -> JobRecord:
    due_at = None if due_us is None else time_of(due_us)
    return JobRecord(job_from(fields), fields.get("reason", ""), _is_ours(fields), due_at)


def _is_ours(fields: Mapping[str, Any]) -> bool:
    return fields["status"] == JobStatus.FAILED.value and fields.get("lasting") == "0"


def _change(event_id: str, fields: Mapping[str, str]) -> Change:
    return Change(
        at=datetime.fromtimestamp(int(event_id.partition("-")[0]) / 1e3, UTC),
        status=JobStatus(fields["status"]),
        stage=fields["stage"],
        attempt=int(fields["attempts"]),
        worker=fields.get("worker", "") if fields["status"] != JobStatus.QUEUED.value else "",
        frames_done=int(fields["frames_done"]),
        frames_total=int(fields["frames_total"]),
        cancel_requested=fields["cancel_requested"] == "1",
        note=fields.get("error_code", "") or fields.get("reason", "") or fields.get("released_because", ""),
    )


def _of_one_stage(before: Change, after: Change) -> bool:
    return before == replace(after, at=before.at, frames_done=before.frames_done, frames_total=before.frames_total)
