"""What an operator asks of all jobs: found by the beginning of an id, listed by what they are, with their history.

It only reads.
"""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from storage.errors import JobNotFound, StorageError
from storage.jobs.records import job_from
from storage.jobs.selection import JobFilter, is_ours, selected
from storage.redis.broker import QUEUE, TASK_NAME
from storage.redis.client import ANSWER_TIMEOUT_S, connect, fields_of, hashes_at, record_key, redis_errors
from storage.redis.times import clock_us, time_of
from storage.types import Job, JobStatus, Priority

_SCAN_COUNT = 1000
_HEX = frozenset("0123456789abcdef")


class AmbiguousId(StorageError):
    """Several jobs have an id that begins like this."""

    code = "ambiguous_id"


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
        matching = (each for each in selected(self._redis, wanted) if not cursor or each[0] < cursor)
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

    def owners_waiting(self, priority: Priority) -> Sequence[str]:
        """Whose jobs of that class may begin now, once for each job."""
        with redis_errors():
            ids = self._redis.zrange(f"goodrep:order:{priority.value}", 0, -1)
            pipe = self._redis.pipeline(transaction=False)
            pipe.time()
            for job_id in ids:
                pipe.hget(record_key(job_id), "owner")
                pipe.zscore("goodrep:due", job_id)
            now, *answers = pipe.execute()
        return [
            owner
            for owner, due in zip(answers[::2], answers[1::2], strict=True)
            if owner and (due or 0) <= clock_us(now)
        ]

    def owners_running(self, priority: Priority) -> Sequence[str]:
        """Whose running jobs count where one of that class may step back, once for each job.

        As `storage/jobs/scripts/claim.lua` counts them: within their lease; for interactive jobs only such.
        """
        with redis_errors():
            ids = self._redis.zrange("goodrep:running", clock_us(self._redis.time()), "+inf", byscore=True)
        records = hashes_at(self._redis, map(record_key, ids))
        counting = {Priority.INTERACTIVE.value} if priority is Priority.INTERACTIVE else set(Priority)
        return [fields["owner"] for fields in records if fields and fields.get("priority", Priority.NORMAL) in counting]

    def _scan(self, pattern: str) -> Iterator[str]:
        yield from self._redis.scan_iter(match=record_key(pattern), count=_SCAN_COUNT)


def _record(fields: Mapping[str, str], due_us: float | None) -> JobRecord:
    due_at = None if due_us is None else time_of(due_us)
    return JobRecord(job_from(fields), fields.get("reason", ""), is_ours(fields), due_at)


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
