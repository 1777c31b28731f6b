"""`doctor`: a service that is well has no findings, and each thing that can be wrong is found, with its remedy."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from storage.doctor.redis import clock
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.redis.client import connect
from storage.signals.channel import DeliveryState
from storage.signals.notices import Addressee, RedisNotices
from tests.job_records import claim, create
from tests.operator_command import Operator
from tests.services import RedisServer, free_port
from tests.standins.proxy import running_proxy

CHECKS = [
    "redis",
    "clock",
    "appendonly",
    "appendfsync",
    "eviction",
    "memory",
    "workers",
    "versions",
    "queue",
    "records",
    "leases",
    "signals",
    "staging",
]


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with contextlib.closing(redis.Redis.from_url(redis_server.url, decode_responses=True)) as made:
        yield made


def announce(server: RedisServer, worker_id: str = "host:1", version: str = "1", state: str = "ready") -> None:
    worker = Worker(worker_id, "host", 1, version, datetime.now(UTC), WorkerState(state), "why")
    RedisWorkers(server.url).announce(worker)


def wrong(operator: Operator) -> dict[str, str]:
    """Sentences of what is wrong, by check."""
    said = operator("doctor", "--json", "--no-store")
    findings = said.document["findings"]
    assert [each["check"] for each in findings] == CHECKS
    assert all(set(each) == {"check", "state", "sentence", "remedy"} for each in findings)
    found = {each["check"]: each["sentence"] for each in findings if each["state"] == "failed"}
    assert all(each["remedy"] for each in findings if each["state"] == "failed")
    assert said.status == int(bool(found))
    return found


def test_a_service_that_is_well(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    announce(redis_server)
    claim(jobs, create(jobs), worker="host:1")
    assert wrong(operator) == {}
    said = operator("doctor")
    assert said.status == 0
    lines = said.out.splitlines()
    assert [line.split()[1] for line in lines[: len(CHECKS)]] == CHECKS
    assert "ok     bucket       A file was written, read, listed and deleted." in lines


def test_redis_is_away(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODREP_REDIS_URL", f"redis://:hunter2@127.0.0.1:{free_port()}/0")
    said = operator("doctor", "--json", "--no-store")
    assert said.status == 3
    assert [(each["check"], each["state"]) for each in said.document["findings"]] == [("redis", "failed")]
    assert "hunter2" not in said.out + operator("doctor", "--no-store").out


@pytest.mark.parametrize(
    ("setting", "value", "check"),
    [
        ("appendonly", "no", "appendonly"),
        ("appendfsync", "everysec", "appendfsync"),
        ("maxmemory-policy", "allkeys-lru", "eviction"),
    ],
)
def test_redis_was_started_otherwise(
    operator: Operator, redis_server: RedisServer, client: redis.Redis, setting: str, value: str, check: str
) -> None:
    announce(redis_server)
    before = str(client.config_get(setting)[setting])
    client.config_set(setting, value)
    try:
        assert list(wrong(operator)) == [check]
    finally:
        client.config_set(setting, before)


def test_a_slow_answer_is_no_wrong_clock(redis_server: RedisServer) -> None:
    with running_proxy(redis_server.port) as proxy:
        client = connect(f"redis://{proxy.host}/0", answer_timeout_s=60)
        client.ping()
        proxy.faults.late_answers_s = 2.5  # more than clocks may differ by
        assert clock(client) == "Redis' clock and this machine's agree."


def test_memory_runs_out(operator: Operator, redis_server: RedisServer, client: redis.Redis) -> None:
    announce(redis_server)
    used = int(client.info("memory")["used_memory"])
    client.config_set("maxmemory", int(used * 1.1))
    try:
        assert "When it is full, no job is accepted any more." in wrong(operator)["memory"]
    finally:
        client.config_set("maxmemory", 0)


@pytest.mark.parametrize("state", ["failed_self_test", "no_room", "draining", "starting"])
def test_no_worker_takes_jobs(operator: Operator, redis_server: RedisServer, state: str) -> None:
    assert wrong(operator) == {"workers": "No worker is alive."}
    announce(redis_server, state=state)
    assert list(wrong(operator)) == ["workers"]


def test_two_versions_run(operator: Operator, redis_server: RedisServer) -> None:
    announce(redis_server, "host:1", "1")
    announce(redis_server, "host:2", "2")
    assert wrong(operator) == {"versions": "Workers of several versions run: 1, 2."}


def test_jobs_wait_without_a_message(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, client: redis.Redis
) -> None:
    announce(redis_server)
    job = create(jobs)
    assert wrong(operator) == {}  # it may be on its way
    client.zadd("goodrep:due", {job.id: 1})
    assert list(wrong(operator)) == ["queue"]


def test_a_job_runs_past_its_lease(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, client: redis.Redis
) -> None:
    announce(redis_server)
    job = create(jobs)
    claim(jobs, job, worker="host:1")
    client.zadd("goodrep:running", {job.id: 1})
    found = wrong(operator)
    assert list(found) == ["leases"]
    assert job.id in found["leases"]


def test_an_index_that_lies(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, client: redis.Redis
) -> None:
    announce(redis_server)
    job = create(jobs)
    client.delete(f"goodrep:job:{job.id}")
    assert job.id in wrong(operator)["records"]


def test_ends_that_nobody_hears_of(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    announce(redis_server)
    held = claim(jobs, create(jobs), worker="host:1")
    jobs.succeed(held, results_prefix="p", result_files=[])
    assert wrong(operator) == {}
    notices = RedisNotices(redis_server.url)
    (notice,) = notices.unaddressed()
    notices.address(notice, [Addressee("webhook", "wh_1")])
    taken = notices.take("webhook", lease_s=60)
    assert taken
    notices.settle(taken, DeliveryState.GIVEN_UP, "HTTP 503")
    assert wrong(operator) == {"signals": "1 signals of jobs' ends came to nothing."}


def test_staging_of_no_job(jobs: RedisJobs, operator: Operator, redis_server: RedisServer, tmp_path: Path) -> None:
    announce(redis_server)
    running, waiting = create(jobs, 0), create(jobs, 1)
    claim(jobs, running, worker="host:1")
    for name in (f"{running.id}.1", "self-test.17"):
        (tmp_path / "staging" / name).mkdir(parents=True)
    assert wrong(operator) == {}
    (tmp_path / "staging" / f"{waiting.id}.1").mkdir()
    (tmp_path / "staging" / f"{'0' * 32}.1").mkdir()
    assert "2 folders" in wrong(operator)["staging"]


def test_a_store_that_cannot_be_written(
    operator: Operator, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(redis_server)
    monkeypatch.setenv("GOODREP_STORAGE_URL", "local:///proc/nothing/here")
    said = operator("doctor")
    assert said.status == 1
    assert "FAILED " in said.out
