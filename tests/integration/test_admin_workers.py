"""The operator's command on workers and on videos that are set aside, in a real Redis."""

import threading
import time
from datetime import UTC, datetime

import pytest
import redis

from storage.errors import VideoQuarantined
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.types import JobStatus, NewJob
from tests.operator_command import Operator
from tests.services import RedisServer, wait_until

OWNER = "a@b.com"
STARTED_AT = datetime.now(UTC)


@pytest.fixture
def records(redis_server: RedisServer) -> RedisWorkers:
    return RedisWorkers(redis_server.url)


def announce(records: RedisWorkers, worker_id: str, state: WorkerState = WorkerState.READY, detail: str = "") -> bool:
    host, _, pid = worker_id.rpartition(":")
    return records.announce(Worker(worker_id, host, int(pid), "1.2", STARTED_AT, state, detail))


def new(index: int = 0) -> NewJob:
    return NewJob(OWNER, f"temp/video/user/{OWNER}/exercise_Squat_{2305092259 + index}.mp4", f"f{index}", "Squat")


def test_workers_are_listed(jobs: RedisJobs, records: RedisWorkers, operator: Operator) -> None:
    assert operator("workers", "--json").document == {"workers": []}
    announce(records, "one:1")
    announce(records, "two:22", WorkerState.NO_ROOM, "The disk lacks 3 MB.")
    announce(records, "three:3")
    redis.Redis.from_url(operator.environment["GOODREP_REDIS_URL"]).hset("goodrep:worker:three:3", "seen_us", 1)
    job, _ = jobs.create(new())
    jobs.claim(job.id, worker="one:1", lease_s=60, max_attempts=3)
    rows = {row["WORKER"]: row for row in operator("workers").table}
    assert {name: row["STATE"] for name, row in rows.items()} == {
        "one:1": "busy",
        "two:22": "no_room",
        "three:3": "gone",
    }
    assert (rows["one:1"]["JOB"], rows["two:22"]["DETAIL"]) == (job.id[:12], "The disk lacks 3 MB.")
    found = {each["id"]: each for each in operator("workers", "--json").document["workers"]}
    fields = {"id", "host", "pid", "version", "state", "detail", "started_at", "seen_at", "alive", "job_id"}
    assert set(found["one:1"]) == fields | {"drain_requested"}
    assert (found["one:1"]["job_id"], found["one:1"]["alive"], found["three:3"]["alive"]) == (job.id, True, False)


def test_workers_are_drained_and_let_go_on(records: RedisWorkers, operator: Operator) -> None:
    for worker_id in ("one:1", "one:12", "two:2", "dead:4"):
        announce(records, worker_id)
    redis.Redis.from_url(operator.environment["GOODREP_REDIS_URL"]).hset("goodrep:worker:dead:4", "seen_us", 1)
    said = operator("drain", "one:1", "two", "dead:4", "nix", "one")
    assert said.status == 1
    assert said.out.splitlines() == ["one:1 takes no more jobs.", "two:2 takes no more jobs."]
    assert said.err.splitlines() == [
        "dead:4 was not seen lately: it is dead or cut off.",
        "There is no worker nix.",
        "2 workers begin with one: one:1, one:12",
    ]
    assert [announce(records, worker_id) for worker_id in ("one:1", "one:12", "two:2")] == [True, False, True]
    (row,) = [row for row in operator("workers").table if row["WORKER"] == "one:1"]
    assert row["STATE"] == "ready, to be drained"
    undone = operator("drain", "--undo", "--all", "--json")
    assert undone.status == 0
    assert [(each["id"], each["ok"]) for each in undone.document["results"]] == [
        ("one:1", True),
        ("one:12", True),
        ("two:2", True),
    ]
    assert not announce(records, "one:1")
    assert operator("drain", "--here").status == 1
    assert operator("drain").status == 2
    assert operator("drain", "--all", "one:1").status == 2


def test_to_wait_is_to_wait_for_the_end_of_the_job(jobs: RedisJobs, records: RedisWorkers, operator: Operator) -> None:
    announce(records, "one:1")
    announce(records, "two:2")
    job, _ = jobs.create(new())
    claim = jobs.claim(job.id, worker="one:1", lease_s=60, max_attempts=3)
    said = operator("drain", "--all", "--wait", "--timeout", "0.1s")
    assert said.status == 1
    assert f"one:1 still does {job.id}." in said.err
    assert f"one:1 is still at {job.id}; it takes no more jobs after that." in said.err

    def end() -> None:  # what the two workers do meanwhile
        jobs.succeed(claim, results_prefix="p", result_files=["f"])
        records.leave("two:2")
        announce(records, "one:1", WorkerState.DRAINED)

    later = threading.Timer(1.0, end)
    later.start()
    said = operator("drain", "--all", "--wait")
    later.join()
    assert said.status == 0
    assert said.out.splitlines() == ["one:1 is drained.", "two:2 has ended."]


def test_to_wait_outlasts_a_restart_of_redis(
    records: RedisWorkers, operator: Operator, redis_server: RedisServer
) -> None:
    announce(records, "one:1")

    def restart() -> None:
        wait_until(lambda: records.drain_requested("one:1"), "it is asked")
        redis_server.kill()
        time.sleep(1.5)
        redis_server.start()
        announce(records, "one:1", WorkerState.DRAINED)

    restarting = threading.Thread(target=restart)
    restarting.start()
    said = operator("drain", "one:1", "--wait")
    restarting.join()
    assert (said.status, said.out) == (0, "one:1 is drained.\n")


def test_a_worker_that_dies_while_it_is_waited_for(records: RedisWorkers, operator: Operator) -> None:
    announce(records, "one:1")
    client = redis.Redis.from_url(operator.environment["GOODREP_REDIS_URL"])

    def die() -> None:
        wait_until(lambda: records.drain_requested("one:1"), "it is asked")
        client.hset("goodrep:worker:one:1", "seen_us", 1)

    dying = threading.Thread(target=die)
    dying.start()
    said = operator("drain", "one:1", "--wait", "--json")
    dying.join()
    assert said.status == 1
    assert said.document["results"][0]["code"] == "worker_gone"


def test_videos_are_set_aside_and_let_in_again(jobs: RedisJobs, operator: Operator) -> None:
    job, _ = jobs.create(new())
    assert operator("quarantine", "--json").document == {"quarantined": []}
    assert operator("quarantine", job.id).status == 2  # nobody is there to ask
    said = operator("quarantine", "--yes", "--reason", "kills the decoder", job.id[:12], "0" * 32)
    assert said.status == 1
    assert said.out == f"The video of {job.id} is set aside; the job has failed.\n"
    assert jobs.get(job.id).error_code == "video_quarantined"
    with pytest.raises(VideoQuarantined):
        jobs.create(new(), force=True)
    (row,) = operator("quarantine").table
    assert (row["JOB"], row["OWNER"], row["FINGERPRINT"], row["REASON"]) == (
        job.id[:12],
        OWNER,
        "f0",
        "kills the decoder",
    )
    (each,) = operator("quarantine", "--json").document["quarantined"]
    assert set(each) == {"job_id", "owner", "fingerprint", "since", "reason", "message"}

    assert operator("release", job.id[:12]).status == 0
    assert operator("quarantine", "--json").document == {"quarantined": []}
    assert jobs.create(new())[0].status is JobStatus.QUEUED
    again = operator("release", "--json", job.id)
    assert (again.status, again.document["results"][0]["code"]) == (1, "not_in_quarantine")
    operator("quarantine", "--yes", job.id)
    assert operator("release", "f0").status == 0
