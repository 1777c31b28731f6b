"""How the whole service stands, read from Redis at the moment somebody asks: for metrics, not for clients."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.jobs.workers import RedisWorkers, WorkerState
from storage.redis.broker import QUEUE
from storage.redis.client import ANSWER_TIMEOUT_S, connect, redis_errors
from storage.redis.times import clock_us
from storage.types import Priority

CHANNELS = ("database", "webhook", "device")
"""Ways by which ends of jobs are told; see `worker.signalling.channels`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Which way jobs ended.

    Attributes:
        status: `succeeded`, `failed` or `cancelled`.
        lies_with: Of a failure: `us`, or `video` where the same request would fail again; else "".
        code: Of a failure, else "".
    """

    status: str
    lies_with: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of the whole service; times in seconds by Redis' clock.

    Attributes:
        queued: Jobs that wait, by priority.
        oldest_queued_s: Since when the one that waits longest could have been begun; 0 where none waits.
        messages: Celery's messages that wait for a worker.
        running: Jobs that a worker holds, those past their lease included.
        past_lease: Running jobs whose worker has been silent for longer than its lease.
        given_up: Failures that lie with us and that nobody has run again.
        quarantined: Videos that are set aside.
        notices: Ends of jobs that nobody has begun to tell.
        oldest_notice_s: Age of the oldest of them; 0 where there is none.
        deliveries_due: Deliveries that should have been tried by now, by channel.
        deliveries_dead: Deliveries that came to nothing.
        data_requests: Erasures and exports that are open.
        workers: Workers that were seen just now, by state.
        memory_bytes: Redis' own.
        memory_limit_bytes: What it may have; 0 where it has no limit.
        ended: Jobs that have ended, ever.
        begun: Attempts at jobs, ever: `first` and `again`.
        lease_expiries: Jobs taken over from a worker that was silent for too long, ever.
    """

    queued: Mapping[str, int]
    oldest_queued_s: float
    messages: int
    running: int
    past_lease: int
    given_up: int
    quarantined: int
    notices: int
    oldest_notice_s: float
    deliveries_due: Mapping[str, int]
    deliveries_dead: int
    data_requests: int
    workers: Mapping[str, int]
    memory_bytes: int
    memory_limit_bytes: int
    ended: Mapping[Ended, int] = field(default_factory=dict)
    begun: Mapping[str, int] = field(default_factory=dict)
    lease_expiries: int = 0


class RedisFigures:
    """Reads them; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._workers = RedisWorkers(url, answer_timeout_s=answer_timeout_s)

    def read(self) -> Figures:
        """The figures of this moment. Raises `StorageUnavailable`."""
        with redis_errors():
            now_us = clock_us(self._redis.time())
            pipe = self._redis.pipeline(transaction=False)
            for priority in Priority:
                pipe.zcard(f"goodrep:order:{priority.value}")
            for channel in CHANNELS:
                pipe.zcount(f"goodrep:deliveries:due:{channel}", "-inf", now_us)
            pipe.zrange("goodrep:due", 0, 0, withscores=True)
            pipe.llen(QUEUE)
            pipe.zcard("goodrep:running")
            pipe.zcount("goodrep:running", "-inf", now_us)
            pipe.zcard("goodrep:given_up")
            pipe.hlen("goodrep:quarantine")
            pipe.zcard("goodrep:notices")
            pipe.zrange("goodrep:notices", 0, 0, withscores=True)
            pipe.zcard("goodrep:deliveries:failed")
            pipe.zcard("goodrep:data_requests")
            pipe.info("memory")
            pipe.hgetall("goodrep:totals")
            answers = pipe.execute()
        queued = {priority.value: answers.pop(0) for priority in Priority}
        due = {channel: answers.pop(0) for channel in CHANNELS}
        oldest, messages, running, past, given_up, aside, notices, notice, dead, open_requests, memory, totals = answers
        return Figures(
            queued=queued,
            oldest_queued_s=_age_s(oldest, now_us),
            messages=messages,
            running=running,
            past_lease=past,
            given_up=given_up,
            quarantined=aside,
            notices=notices,
            oldest_notice_s=_age_s(notice, now_us),
            deliveries_due=due,
            deliveries_dead=dead,
            data_requests=open_requests,
            workers=self._by_state(),
            memory_bytes=int(memory["used_memory"]),
            memory_limit_bytes=int(memory.get("maxmemory", 0)),
            ended=_ended(totals),
            begun={which: int(totals.get(f"begun:{which}", 0)) for which in ("first", "again")},
            lease_expiries=int(totals.get("lease_expired", 0)),
        )

    def _by_state(self) -> Mapping[str, int]:
        counted = dict.fromkeys((state.value for state in WorkerState), 0)
        for worker in self._workers.list():
            counted[worker.state.value] += worker.alive
        return counted


def _age_s(first: list[tuple[str, float]], now_us: int) -> float:
    return max(0.0, (now_us - first[0][1]) / 1e6) if first else 0.0


def _ended(totals: Mapping[str, str]) -> Mapping[Ended, int]:
    """As `storage/jobs/scripts/common.lua` names them: `ended:<status>:<lies with>:<code>`."""
    found = ((re.fullmatch("ended:([^:]*):([^:]*):([^:]*)", name), int(times)) for name, times in totals.items())
    return {Ended(*match.groups()): times for match, times in found if match}
