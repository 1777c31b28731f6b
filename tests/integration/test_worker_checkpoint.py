"""Half-done work is taken up by another attempt, and a deadly video is set aside; real worker processes."""

import contextlib
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis

from storage.errors import VideoQuarantined
from storage.jobs.checkpoints import RedisCheckpoints
from storage.keys import parse_video_key
from storage.people.data_requests import DataRequestKind, NewDataRequest, RedisDataRequests
from storage.types import Job, JobStatus, NewJob
from tests.services import RedisServer, wait_until
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, OWNER, Workshop, workshop

OTHERS_KEY = "temp/video/user/a@b.com/exercise_Squat.mp4"


def kept(shop: Workshop, job: Job) -> list[str]:
    return shop.objects(parse_video_key(job.video_key).checkpoint_prefix(job.id))


def begun_and_kept(shop: Workshop, *, frames: int, frame_s: float) -> Job:
    """A job that runs and has put something by."""
    job = shop.ask(keep=True, frames=frames, frame_s=frame_s)
    wait_until(lambda: len(kept(shop, job)) > 10, "something is kept")
    return job


@pytest.mark.parametrize("whole", [False, True], ids=["child", "worker"])
def test_another_attempt_goes_on_from_there(shop: Workshop, whole: bool) -> None:
    worker = shop.worker()
    job = begun_and_kept(shop, frames=100, frame_s=0.05)
    if whole:
        worker.kill()
        shop.worker()
    else:
        next(child for child in worker.children() if child.ppid() == worker.pid).kill()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts, ended.frames_done) == (JobStatus.SUCCEEDED, 2, 100)
    assert 10 < ended.frames_resumed < 100
    wait_until(lambda: not RedisCheckpoints(shop.redis.url).of_ended(), "nothing is left to be removed")
    assert sorted(shop.objects(f"{ended.results_prefix}/")) == sorted(RESULT_NAMES)


def test_a_worker_that_is_stopped_leaves_its_work_to_the_next(shop: Workshop) -> None:
    worker = shop.worker()
    job = begun_and_kept(shop, frames=400, frame_s=0.02)
    worker.stop()
    shop.worker()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1)
    assert ended.frames_resumed > 10


@pytest.mark.parametrize("queued", [False, True], ids=["running", "queued"])
def test_nothing_is_left_of_a_job_that_is_cancelled(shop: Workshop, queued: bool) -> None:
    worker = shop.worker()
    job = begun_and_kept(shop, frames=10_000, frame_s=0.05)
    if queued:
        worker.stop()
    shop.jobs.request_cancel(job.id)
    if queued:
        assert kept(shop, job) != []
        shop.worker()
        shop.until_ended(shop.ask(OTHERS_KEY))  # whose worker clears up on its way
    else:
        assert shop.until_ended(job).status is JobStatus.CANCELLED
    wait_until(lambda: kept(shop, job) == [], "nothing is left")


def test_the_work_goes_on_where_nothing_can_be_kept(shop: Workshop) -> None:
    worker = shop.worker()
    job = begun_and_kept(shop, frames=100, frame_s=0.05)
    objects = shop.volumes / "storage/objects"
    objects.rename(objects.with_name("unplugged"))
    frames = shop.jobs.get(job.id).frames_done
    wait_until(lambda: shop.jobs.get(job.id).frames_done > frames + 20, "the work goes on")
    objects.with_name("unplugged").rename(objects)
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1), worker.log()


def test_who_has_lost_the_job_keeps_nothing_more(shop: Workshop) -> None:
    sleeper = shop.worker()
    job = begun_and_kept(shop, frames=100, frame_s=0.05)
    child = next(child for child in sleeper.children() if child.ppid() == sleeper.pid)
    shop.put_to_sleep(child)
    wait_until(lambda: job.id in shop.jobs.unattended(queued_for_s=3600), "the lease has run out")
    shop.worker()
    shop.until(job, JobStatus.SUCCEEDED)
    child.resume()
    wait_until(lambda: '"outcome": "lost"' in sleeper.log(), "the sleeper gives up")
    wait_until(lambda: kept(shop, job) == [], "nothing is left")


def test_a_deadly_video_is_tried_twice_and_the_others_go_first(shop: Workshop) -> None:
    worker = shop.worker()
    deadly = shop.ask(end="killed", frames=20, frame_s=0.05)
    shop.until_running(deadly)
    harmless = [shop.ask(f"temp/video/user/a@b.com/exercise_Squat_{1_000_000_000 + each}.mp4") for each in range(3)]
    ended = shop.until_ended(deadly)
    assert (ended.status, ended.error_code, ended.attempts) == (JobStatus.FAILED, "video_quarantined", 2), worker.log()
    for job in harmless:
        other = shop.until_ended(job)
        assert other.status is JobStatus.SUCCEEDED
        assert other.finished_at is not None
        assert ended.started_at is not None
        assert other.finished_at < ended.started_at
    assert worker.alive()
    again = NewJob(
        OWNER, KEY.replace("2305092259", "2305092300"), shop.video(end="killed", frames=20, frame_s=0.05), "squat"
    )
    with pytest.raises(VideoQuarantined):
        shop.jobs.create(again)
    shop.jobs.lift_quarantine(deadly.id)
    assert shop.jobs.create(again)[1]


def test_a_worker_that_dies_as_a_whole_blames_no_video(shop: Workshop) -> None:
    job = shop.ask(frames=10_000, frame_s=0.02)

    def is_begun(attempt: int) -> bool:
        return shop.jobs.get(job.id).attempts == attempt

    for attempt in (1, 2, 3):
        worker = shop.worker()
        wait_until(partial(is_begun, attempt), "it is begun")
        shop.until_running(job)
        children = worker.children()
        os.kill(worker.pid, signal.SIGKILL)
        for child in children:
            child.wait(60)
    shop.worker()
    ended = shop.until_ended(job)
    assert (ended.error_code, shop.jobs.quarantined()) == ("too_many_attempts", [])


def test_it_goes_with_everything_of_its_owner(shop: Workshop) -> None:
    worker = shop.worker()
    job = begun_and_kept(shop, frames=10_000, frame_s=0.05)
    worker.stop()
    shop.jobs.request_cancel(job.id)  # else the next worker might clear up before the erasure does
    parts = kept(shop, job)
    requests = RedisDataRequests(shop.redis.url)
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER, asked_by="operator"))
    shop.worker()
    wait_until(lambda: requests.get(asked.id).status is JobStatus.SUCCEEDED, f"all is erased: {shop.logs()}")
    prefix = parse_video_key(job.video_key).checkpoint_prefix(job.id)
    proof: Any = requests.get(asked.id).result["proof"]
    assert {f"{prefix}{part}" for part in parts} <= {each["path"] for each in proof["removed"]["objects"]}
    assert kept(shop, job) == []
    with contextlib.closing(redis.Redis.from_url(shop.redis.url)) as client:
        assert not client.exists("goodrep:checkpoints")


def test_half_of_the_results_goes_with_a_job_that_fails(redis_server: RedisServer, tmp_path: Path) -> None:
    with workshop(redis_server, tmp_path, max_attempts=1) as shop:
        worker = shop.worker()
        job = shop.ask(big_mb=100)
        folder = f"{parse_video_key(KEY).results_prefix(job.id)}/"
        wait_until(lambda: "report.json" in shop.objects(folder), "the first file is published")
        next(child for child in worker.children() if child.ppid() == worker.pid).kill()
        ended = shop.until_ended(job)
        assert ended.error_code == "too_many_attempts"
        shop.until_ended(shop.ask(OTHERS_KEY))
        wait_until(lambda: shop.objects(folder) == [], "nothing is left")
