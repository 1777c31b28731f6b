"""The operator's command beside real workers and a real API: an upgrade, and a day with a job that fails."""

import redis

from storage.jobs.workers import RedisWorkers, WorkerState
from storage.redis.broker import QUEUE
from storage.types import JobStatus
from tests.api_service import running_api
from tests.operator_command import Operator
from tests.services import wait_until
from tests.worker_service import KEY, Workshop

OTHER = "temp/video/user/a@b.com/exercise_Squat_2305092301.mp4"


def until_state(shop: Workshop, *states: WorkerState) -> None:
    workers = RedisWorkers(shop.redis.url)
    wait_until(lambda: [each.state for each in workers.list()] == list(states), f"{states}: {shop.logs()}")


def test_an_upgrade_loses_no_work(shop: Workshop, operator: Operator) -> None:
    old = shop.worker()
    first = shop.ask(frames=300, frame_s=0.02)
    shop.until_running(first)
    until_state(shop, WorkerState.BUSY)
    second = shop.ask(OTHER)
    assert operator("why", first.id, "--json").document["jobs"][0]["because"] == "running"
    assert operator("why", second.id, "--json").document["jobs"][0]["because"] == "next"

    said = operator("drain", "--all", "--wait")
    assert said.status == 0, said.err + shop.logs()
    assert said.out.endswith(" is drained.\n")
    ended = shop.jobs.get(first.id)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1)
    assert shop.jobs.get(second.id).status is JobStatus.QUEUED
    (row,) = operator("workers").table
    assert (row["STATE"], row["JOB"]) == ("drained", "-")
    assert operator("why", second.id, "--json").document["jobs"][0]["because"] == "workers_take_none"
    assert redis.Redis.from_url(shop.redis.url).llen(QUEUE) == 1  # its message is left to the next worker

    shop.redis.restart()
    until_state(shop, WorkerState.DRAINED)  # and so it stays
    assert operator("drain", "--all").status == 0
    assert shop.jobs.get(second.id).status is JobStatus.QUEUED

    assert old.stop() == 0
    assert operator("workers", "--json").document == {"workers": []}
    shop.worker()
    assert shop.until_ended(second).status is JobStatus.SUCCEEDED


def test_a_drained_worker_goes_on_when_told_so(shop: Workshop, operator: Operator) -> None:
    worker = shop.worker()
    assert operator("drain", "--all", "--wait").status == 0
    job = shop.ask()
    until_state(shop, WorkerState.DRAINED)
    assert operator("drain", "--undo", "--all").status == 0
    assert shop.until_ended(job).status is JobStatus.SUCCEEDED
    until_state(shop, WorkerState.READY)
    assert worker.alive()


def test_a_day_with_a_job_that_fails(shop: Workshop, operator: Operator) -> None:
    with running_api(shop.redis, shop.volumes) as api:
        shop.video(end="unexpected")
        job_id = api.http.post("/v1/analyses", json={"video": KEY}).json()["id"]
        assert operator("why", job_id, "--json").document["jobs"][0]["because"] == "no_worker"
        shop.worker()
        shop.until_ended(shop.jobs.get(job_id))

        (row,) = operator("list", "--given-up").table
        assert (row["ID"], row["CODE"], row["REASON"]) == (
            job_id[:12],
            "internal_error",
            "RuntimeError: a secret detail",
        )
        (known,) = operator("why", job_id[:12], "--json").document["jobs"]
        assert known["because"] == "failed_here"
        assert f"python -m worker.admin retry {job_id[:12]}" in [lever["command"] for lever in known["levers"]]

        shop.video()
        assert operator("retry", row["ID"]).status == 0
        shop.until(shop.jobs.get(job_id), JobStatus.SUCCEEDED)
        assert api.http.get(f"/v1/analyses/{job_id}").json()["status"] == "succeeded"
        shown = operator("show", job_id[:12])
        assert "report.json" in shown.out
        assert operator("list", "--given-up", "--json").document["jobs"] == []
        # asked again, since on a busy machine Redis may answer too late
        wait_until(lambda: operator("doctor", "--no-store").status == 0, "the doctor finds nothing")
