"""Workers say that they are there, try themselves out, look for room and are asked to take no more jobs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.types import JobStatus
from tests.services import REPOSITORY, RedisServer, wait_until
from tests.worker_service import Workshop, workshop

GB = 1_000_000_000


def worker_in(shop: Workshop, *states: WorkerState) -> Worker:
    """The only worker, as soon as it is in one of these states."""
    workers = RedisWorkers(shop.redis.url)
    wait_until(lambda: any(each.state in states for each in workers.list()), f"a worker is {states}: {shop.logs()}")
    (worker,) = workers.list()
    return worker


def health(shop: Workshop) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker.health"],
        cwd=REPOSITORY,
        env={**os.environ, "GOODREP_REDIS_URL": shop.redis.url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_worker_is_there_while_it_runs(shop: Workshop) -> None:
    assert health(shop).returncode == 1
    process = shop.worker()
    ready = worker_in(shop, WorkerState.READY)
    assert (ready.pid, ready.alive, ready.job_id, ready.drain_requested) == (process.pid, True, "", False)
    assert health(shop).stdout == f"{ready.id}: ready\n"
    job = shop.ask(frames=10_000, frame_s=0.02)
    busy = worker_in(shop, WorkerState.BUSY)
    assert busy.job_id == job.id
    assert shop.jobs.get(job.id).worker == busy.id
    shop.jobs.request_cancel(job.id)
    shop.until_ended(job)
    process.stop()
    assert RedisWorkers(shop.redis.url).list() == []


def test_a_worker_that_fails_its_self_test_takes_no_jobs(redis_server: RedisServer, tmp_path: Path) -> None:
    with workshop(redis_server, tmp_path, self_test=True) as shop:
        shop.worker()  # the tiny analysis knows no real video
        unfit = worker_in(shop, WorkerState.FAILED_SELF_TEST)
        assert unfit.detail == "NotAVideo: The file is not a video."
        assert "the self-test failed; this worker takes no jobs" in shop.logs()
        unhealthy = health(shop)
        assert (unhealthy.returncode, unhealthy.stderr) == (1, f"{unfit.id}: failed_self_test ({unfit.detail})\n")
        job = shop.ask()
        wait_until(lambda: "no jobs are taken" in shop.logs() or "left to others" in shop.logs(), "it refuses")
        assert (shop.jobs.get(job.id).status, shop.staged(), shop.runs()) == (JobStatus.QUEUED, [], 0)
        shop.settings["self_test"] = False
        shop.worker()  # the message has not been lost on the one that is unfit
        assert shop.until_ended(job).status is JobStatus.SUCCEEDED


def test_a_worker_that_is_drained_ends_its_job_and_takes_no_other(shop: Workshop) -> None:
    process = shop.worker()
    workers = RedisWorkers(shop.redis.url)
    first = shop.ask(frames=100, frame_s=0.02)
    shop.until_running(first)
    workers.request_drain(worker_in(shop, WorkerState.BUSY).id)
    second = shop.ask("temp/video/user/a@b.com/exercise_Squat.mp4")
    assert shop.until_ended(first).status is JobStatus.SUCCEEDED
    drained = worker_in(shop, WorkerState.DRAINING, WorkerState.DRAINED)
    assert health(shop).returncode == 0
    assert shop.jobs.get(second.id).status is JobStatus.QUEUED
    workers.request_drain(drained.id, drain=False)
    assert shop.until_ended(second).status is JobStatus.SUCCEEDED
    assert process.alive()


@pytest.mark.skipif(shutil.disk_usage("/tmp").free < 5 * GB, reason="5 GB of free disk are needed to use them up")
def test_a_job_for_which_there_is_no_room_waits_for_it(redis_server: RedisServer, tmp_path: Path) -> None:
    filler = tmp_path / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 2 * GB)
    with workshop(redis_server, tmp_path) as shop:
        key = "temp/video/user/a@b.com/exercise_Squat_1.mp4"
        job = shop.ask(key, content=bytes(GB // 4))  # may fill 5/4 GB
        small = shop.ask("temp/video/user/c@d.com/exercise_Squat_2.mp4")
        shop.settings["min_free_disk_bytes"] = shutil.disk_usage(tmp_path).free - GB
        shop.worker()
        short = worker_in(shop, WorkerState.NO_ROOM)
        assert short.detail.startswith("The disk lacks ")
        assert health(shop).returncode == 0
        wait_until(lambda: shop.jobs.get(job.id).status is JobStatus.QUEUED, "it is back in the queue")
        assert shop.jobs.get(job.id).attempts == 0
        assert (shop.jobs.get(small.id).status, shop.runs()) == (JobStatus.QUEUED, 0)  # nor any other
        filler.unlink()
        assert shop.until_ended(small).status is JobStatus.SUCCEEDED
        ended = shop.until_ended(job)
        assert (ended.attempts, ended.error_code) == (1, "not_a_video")
