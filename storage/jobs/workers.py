"""Who is there to do jobs: a record of each worker in Redis, which its parent process renews every few seconds.

The record says what the worker says of itself. Whether it is busy, and with what, is read from the jobs' records, which
are what counts. A worker that was not seen for `ALIVE_S` is dead or cut off, and stays in the list for a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from storage.errors import WorkerNotFound
from storage.redis.client import ANSWER_TIMEOUT_S, connect, hashes_at, record_key, redis_errors
from storage.redis.scripts import Scripts, fields_from
from storage.redis.times import clock_us, time_of

ALIVE_S = 15.0
"""A worker that was not seen for so long is not counted on; several times the pause between two announcements."""
_KEPT_S = 86_400
WORKERS = "goodrep:workers"
"""Zset: workers, by when they were seen."""
_SCRIPTS = Path(__file__).parent / "scripts" / "workers"


class WorkerState(StrEnum):
    """What a worker is about."""

    STARTING = "starting"
    """It loads the analysis and tries it out."""
    READY = "ready"
    BUSY = "busy"
    """It does a job. Never announced; see `RedisWorkers.list`."""
    NO_ROOM = "no_room"
    """It takes no jobs until there is room on its disk."""
    DRAINING = "draining"
    """It takes no more jobs, since somebody asked for that, and ends what it does."""
    DRAINED = "drained"
    """Likewise, and it has nothing to do any more: it can be stopped and nothing is given back."""
    FAILED_SELF_TEST = "failed_self_test"
    """It takes no jobs, since the analysis does not do here what it should."""

    @property
    def takes_jobs(self) -> bool:
        """Whether it does jobs, now or after the one at hand."""
        return self in (WorkerState.READY, WorkerState.BUSY)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as its record shows it.

    Attributes:
        id: `<host>:<pid of the parent>`; what `Job.worker` names.
        host: Name of the machine or container.
        pid: Of the parent process, there.
        version: Of the analysis.
        started_at: When it started, UTC, by its own clock.
        state: See `WorkerState`.
        detail: A sentence for the operator where the state needs one, such as why the self-test failed.
        seen_at: When it was last heard of, UTC, by Redis' clock; None before it is announced.
        alive: Whether that was just now.
        job_id: What it does now, or "".
        drain_requested: Whether somebody asked it to take no more jobs.
    """

    id: str
    host: str
    pid: int
    version: str
    started_at: datetime
    state: WorkerState
    detail: str = ""
    seen_at: datetime | None = None
    alive: bool = True
    job_id: str = ""
    drain_requested: bool = False


class RedisWorkers:
    """The records. Every method raises `StorageUnavailable`; threads and forked processes may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._scripts = Scripts(_SCRIPTS, self._redis)

    def announce(self, worker: Worker) -> bool:
        """Say that the worker is there, and how it is; whether it was asked to take no more jobs.

        To be repeated well within `ALIVE_S`. A worker that started at another time under the same id is another one:
        what was asked of that is forgotten.
        """
        fields = {
            "host": worker.host,
            "pid": worker.pid,
            "version": worker.version,
            "state": worker.state.value,
            "detail": worker.detail,
        }
        ask = {"id": worker.id, "started_us": str(_microseconds(worker.started_at)), "kept_s": _KEPT_S}
        return fields_from(self._scripts.ask("announce", **ask, fields=fields)).get("drain") == "1"

    def leave(self, worker_id: str) -> None:
        """The worker ends as it should, and need not be missed."""
        with redis_errors():
            self._redis.delete(worker_key(worker_id))
            self._redis.zrem(WORKERS, worker_id)

    def list(self) -> Sequence[Worker]:
        """All that were seen during the last day, by id."""
        with redis_errors():
            now_us, ids = clock_us(self._redis.time()), sorted(self._redis.zrange(WORKERS, 0, -1))
            records = hashes_at(self._redis, map(worker_key, ids))
            busy = self._busy(now_us)
        return [_with_job(_worker_from(fields, now_us), busy) for fields in records if fields.get("started_us")]

    def get(self, worker_id: str) -> Worker:
        """Raises `WorkerNotFound`."""
        with redis_errors():
            fields = self._redis.hgetall(worker_key(worker_id))
            now_us = clock_us(self._redis.time())
            if not fields.get("started_us"):
                raise WorkerNotFound(f"There is no worker {worker_id}.")
            return _with_job(_worker_from(fields, now_us), self._busy(now_us))

    def taking_jobs(self) -> int:
        """How many there are that take jobs: alive, and ready or busy."""
        return sum(worker.alive and worker.state.takes_jobs for worker in self.list())

    def request_drain(self, worker_id: str, *, drain: bool = True) -> None:
        """Ask a worker to take no more jobs after the one at hand; or, with `drain=False`, to take some again.

        Raises `WorkerNotFound`.
        """
        self.get(worker_id)
        with redis_errors():
            if drain:
                self._redis.hset(worker_key(worker_id), "drain", 1)
            else:
                self._redis.hdel(worker_key(worker_id), "drain")

    def drain_requested(self, worker_id: str) -> bool:
        """Whether the worker was asked to take no more jobs; False for one that nobody knows."""
        with redis_errors():
            return bool(self._redis.hget(worker_key(worker_id), "drain") == "1")

    def _busy(self, now_us: int) -> Mapping[str, str]:
        """The job of each worker that holds one."""
        running = self._redis.zrangebyscore("goodrep:running", now_us, "+inf")
        pipe = self._redis.pipeline(transaction=False)
        for job_id in running:
            pipe.hget(record_key(job_id), "worker")
        return {name: job_id for job_id, name in zip(running, pipe.execute(), strict=True) if name}


def worker_key(worker_id: str) -> str:
    """Where a worker's record lies."""
    return f"goodrep:worker:{worker_id}"


def _worker_from(fields: Mapping[str, str], now_us: int) -> Worker:
    seen_us = int(fields["seen_us"])
    return Worker(
        id=fields["id"],
        host=fields["host"],
        pid=int(fields["pid"]),
        version=fields["version"],
        started_at=time_of(fields["started_us"]),
        state=WorkerState(fields["state"]),
        detail=fields["detail"],
        seen_at=time_of(seen_us),
        alive=now_us - seen_us < ALIVE_S * 1e6,
        drain_requested=fields.get("drain") == "1",
    )


def _with_job(worker: Worker, busy: Mapping[str, str]) -> Worker:
    job_id = busy.get(worker.id, "")
    state = WorkerState.BUSY if job_id and worker.state is WorkerState.READY else worker.state
    return replace(worker, job_id=job_id, state=state)


def _microseconds(time: datetime) -> int:
    return round(time.timestamp() * 1e6)
