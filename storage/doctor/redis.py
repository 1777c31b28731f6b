"""Whether Redis is as the service needs it, and whether what lies in it fits together."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import redis

from storage.doctor.clocks import ahead_s
from storage.doctor.findings import Finding, Skipped, State, Wrong, attempt
from storage.errors import StorageUnavailable
from storage.figures import RedisFigures
from storage.jobs.workers import RedisWorkers, WorkerState
from storage.redis.broker import QUEUE
from storage.redis.client import connect, redis_errors
from storage.redis.times import clock_us, microseconds_of

_MOST_OF_MEMORY = 0.8
_MOST_CLOCK_SKEW_S = 2.0
_KEEP_IT = "Start Redis with --appendonly yes --appendfsync always; until then a power cut loses accepted jobs."
_START_ONE = "Start a worker (docker compose up -d worker), or see in its log why it does not start."


def examine_redis(url: str, *, overdue_s: float) -> Iterator[Finding]:
    """Check by check; when Redis does not answer, that is the only finding.

    Args:
        url: Of Redis.
        overdue_s: A job that should have been begun or taken over so long ago is a finding.
    """
    client = connect(url)
    answers = attempt("redis", lambda: _answers(client), "See whether Redis runs and GOODREP_REDIS_URL is right.")
    yield answers
    if answers.state is State.FAILED:
        return
    checks: Sequence[tuple[str, Callable[[], str], str]] = (
        ("clock", lambda: clock(client), "Let both machines' clocks follow a time server (NTP)."),
        ("appendonly", lambda: _append_only(client), _KEEP_IT),
        ("appendfsync", lambda: _every_write(client), _KEEP_IT),
        ("eviction", lambda: _eviction(client), "Start Redis with --maxmemory-policy noeviction."),
        ("memory", lambda: _memory(client), "Give Redis more memory, or keep records for less long (docs/privacy.md)."),
        ("workers", lambda: _workers(url), _START_ONE),
        ("versions", lambda: _versions(url), "End the upgrade: drain and stop the workers of the older version."),
        ("queue", lambda: _queue(client, url, overdue_s), f"{_START_ONE} A worker sends lost messages within seconds."),
        ("records", lambda: _records(client), "Tell the developers: Redis was changed by hand, or lost writes."),
        ("leases", lambda: _leases(client, overdue_s), _START_ONE),
        (
            "signals",
            lambda: _signals(url, overdue_s),
            "See `python -m worker.admin deliveries --failed`, then `replay`.",
        ),
    )
    for check, call, remedy in checks:
        yield attempt(check, call, remedy)


def _answers(client: Any) -> str:
    began_s = time.monotonic()
    server = _info(client, "server")
    return f"Redis {server['redis_version']} answers in {1000 * (time.monotonic() - began_s):.0f} ms."


def clock(client: Any) -> str:
    """Compare this machine's clock with Redis'."""
    asked_s = time.time()
    with redis_errors():
        told_us = clock_us(client.time())
    skew_s = abs(ahead_s(asked_s, told_us / 1e6, time.time()))
    if skew_s > _MOST_CLOCK_SKEW_S:
        raise Wrong(f"Redis' clock and this machine's differ by {skew_s:.1f} s.")
    return "Redis' clock and this machine's agree."


def _append_only(client: Any) -> str:
    kept = _info(client, "persistence")
    if not int(kept["aof_enabled"]):
        raise Wrong("Redis keeps no append-only file.")
    if kept.get("aof_last_write_status", "ok") != "ok":
        raise Wrong("Redis could not write its append-only file: is its disk full?")
    return "Redis keeps an append-only file, and its last write went well."


def _every_write(client: Any) -> str:
    try:
        value = client.config_get("appendfsync").get("appendfsync", "")
    except redis.ResponseError as error:  # a managed service hides it
        raise Skipped("This Redis does not tell; its provider says how often it writes.") from error
    except redis.RedisError as error:
        raise StorageUnavailable("Redis does not answer.") from error
    if value != "always":
        raise Wrong(f"appendfsync is {value}: what was accepted within the last second or so can be lost.")
    return "Every write is on the disk before it is acknowledged."


def _eviction(client: Any) -> str:
    policy = _info(client, "memory").get("maxmemory_policy", "")
    if policy != "noeviction":
        raise Wrong(f"maxmemory-policy is {policy}: Redis may throw jobs away.")
    return "Redis throws nothing away."


def _memory(client: Any) -> str:
    memory = _info(client, "memory")
    used = int(memory["used_memory"])
    limit = int(memory.get("maxmemory", 0)) or int(memory.get("total_system_memory", 0))
    told = f"{used / 1e6:.0f} MB{f' of {limit / 1e6:.0f} MB' if limit else ''} are used."
    if limit and used > _MOST_OF_MEMORY * limit:
        raise Wrong(f"{told} When it is full, no job is accepted any more.")
    return told


def _workers(url: str) -> str:
    alive = [each for each in RedisWorkers(url).list() if each.alive]
    unfit = [each for each in alive if each.state in (WorkerState.FAILED_SELF_TEST, WorkerState.NO_ROOM)]
    if unfit:
        raise Wrong("; ".join(f"{each.id}: {each.state}, {each.detail}" for each in unfit))
    if not any(each.state.takes_jobs for each in alive):
        raise Wrong(f"None of {len(alive)} workers takes jobs." if alive else "No worker is alive.")
    return f"{sum(each.state.takes_jobs for each in alive)} of {len(alive)} workers take jobs."


def _versions(url: str) -> str:
    versions = sorted({each.version for each in RedisWorkers(url).list() if each.alive})
    if not versions:
        raise Skipped("No worker is alive.")
    if len(versions) > 1:
        raise Wrong(f"Workers of several versions run: {', '.join(versions)}.")
    return f"All workers run version {versions[0]}."


def _queue(client: Any, url: str, overdue_s: float) -> str:
    figures = RedisFigures(url).read()
    waiting = sum(figures.queued.values())
    with redis_errors():
        messages = client.llen(QUEUE)
    idle = any(each.alive and each.state is WorkerState.READY for each in RedisWorkers(url).list())
    if waiting and not messages and idle and figures.oldest_queued_s > overdue_s:
        raise Wrong(f"{waiting} jobs wait, a worker is free, and no message is about that would wake it.")
    return f"Jobs that wait: {waiting}; messages for workers: {messages}."


def _records(client: Any) -> str:
    """Queued and running jobs have a record that says so."""
    wrong = []
    with redis_errors():
        for index, status in (("goodrep:queue", "queued"), ("goodrep:running", "running")):
            ids = client.zrange(index, 0, -1)
            pipe = client.pipeline(transaction=False)
            for job_id in ids:
                pipe.hget(f"goodrep:job:{job_id}", "status")
            # one that changed its place while this was read is looked at once more
            doubtful = [job_id for job_id, found in zip(ids, pipe.execute(), strict=True) if found != status]
            wrong += [
                job_id
                for job_id in doubtful
                if client.zscore(index, job_id) is not None and client.hget(f"goodrep:job:{job_id}", "status") != status
            ]
    if wrong:
        raise Wrong(f"{len(wrong)} jobs are listed as queued or running, and are not: {', '.join(wrong[:3])}")
    return "What is listed as queued and running is."


def _leases(client: Any, overdue_s: float) -> str:
    with redis_errors():
        overdue_us = clock_us(client.time()) - microseconds_of(overdue_s)
        silent = client.zrangebyscore("goodrep:running", "-inf", overdue_us)
        running = client.zcard("goodrep:running")
    if silent:
        raise Wrong(f"{len(silent)} jobs run past their lease, and nobody takes them over: {', '.join(silent[:3])}")
    return f"Jobs that run: {running}; each within its lease, or about to be taken over."


def _signals(url: str, overdue_s: float) -> str:
    figures = RedisFigures(url).read()
    if figures.notices and figures.oldest_notice_s > overdue_s:
        raise Wrong(
            f"{figures.notices} ends of jobs are told to nobody, the oldest since {figures.oldest_notice_s:.0f} s."
        )
    if figures.deliveries_dead:
        raise Wrong(f"{figures.deliveries_dead} signals of jobs' ends came to nothing.")
    return "Every end of a job is told."


def _info(client: Any, section: str) -> dict[str, Any]:
    with redis_errors():
        found: dict[str, Any] = client.info(section)
    return found
