"""Where a queued job stands, and how long what is under way will still take: the queue as it is now, and experience."""

from collections.abc import Mapping
from typing import Any

from storage.jobs.estimates import Pace, claims_before, queue_wait_s, running_seconds_left
from storage.jobs.records import run_from
from storage.jobs.workers import ALIVE_S, WORKERS, WorkerState, worker_key
from storage.redis.client import fields_of, record_key, redis_errors
from storage.redis.times import clock_us
from storage.types import Job, JobStatus, Priority, QueuePlace

_PACES = frozenset(Pace.__dataclass_fields__)


def place_of(client: Any, job_id: str) -> QueuePlace | None:
    """See `storage.base.Jobs.place`. Three questions to Redis, so what changes in between makes it a little wrong."""
    with redis_errors():
        priority = Priority(client.hget(record_key(job_id), "priority") or Priority.NORMAL)
        pipe = client.pipeline(transaction=False)
        pipe.zrank(_order(priority), job_id)
        for each in Priority:
            pipe.zcard(_order(each))
        pipe.hgetall("goodrep:passed_over")
        pipe.hgetall("goodrep:pace")
        pipe.zrange("goodrep:running", 0, -1)
        pipe.zrange(WORKERS, 0, -1, withscores=True)
        pipe.time()
        rank, *counts, passed, known, running, seen, now = pipe.execute()
        waiting = dict(zip(Priority, counts, strict=True))
        if rank is None or rank >= waiting[priority]:
            return None
        now_us = clock_us(now)
        alive = [worker for worker, seen_us in seen if now_us - seen_us < ALIVE_S * 1e6]
        pipe = client.pipeline(transaction=False)
        for each in running:
            pipe.hgetall(record_key(each))
        for worker in alive:
            pipe.hget(worker_key(worker), "state")
        answers = pipe.execute()
    pace = _pace(known)
    records, states = answers[: len(running)], answers[len(running) :]
    left = [running_seconds_left(run_from(each, now_us), pace) for each in records if "started_us" in each]
    workers = sum(state is not None and WorkerState(state).takes_jobs for state in states)
    before = claims_before(priority, rank, waiting, {each: int(passed.get(each, 0)) for each in Priority})
    wait_s, job_s = queue_wait_s(before, left, workers, pace), pace.of(priority)
    left_s = None if wait_s is None or job_s is None else wait_s + job_s
    return QueuePlace(sum(before.values()) + 1, wait_s, left_s)


def seconds_left_of(client: Any, job: Job) -> float | None:
    """See `storage.base.Jobs.seconds_left`."""
    if job.status is JobStatus.QUEUED:
        place = place_of(client, job.id)
        return place.left_s if place else None
    if job.status is JobStatus.RUNNING:
        fields = fields_of(client, job.id)
        with redis_errors():
            known, now = client.hgetall("goodrep:pace"), client.time()
        return running_seconds_left(run_from(fields, clock_us(now)), _pace(known))
    return None


def place_free_in_s(client: Any, owner: str = "") -> float | None:
    """Estimated seconds until the next job is begun, of the owner's or of anybody's; None while nobody can tell."""
    with redis_errors():
        pipe = client.pipeline(transaction=False)
        for each in Priority:
            pipe.zrange(f"goodrep:waiting:{each.value}:{owner}" if owner else _order(each), 0, 0)
        places = [place_of(client, job_id) for first in pipe.execute() for job_id in first]
    return min((place.wait_s for place in places if place and place.wait_s is not None), default=None)


def _order(priority: Priority) -> str:
    return f"goodrep:order:{priority.value}"


def _pace(known: Mapping[str, str]) -> Pace:
    return Pace(**{name: float(value) for name, value in known.items() if name in _PACES})
