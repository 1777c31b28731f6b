"""The worker as it runs in production: Celery processes, Redis, a store; only the analysis is tiny."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from storage.keys import parse_video_key
from storage.types import JobStatus
from tests.services import RedisServer, WorkerProcess, free_port, wait_until
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, OWNER, Workshop, workshop

IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"
CONTRACT_NAMES = ["best1_pro.jpg", "best1_user.jpg", "graph.png"]


def test_a_job_goes_the_whole_way(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask())
    assert (job.status, job.stage.value, job.progress, job.attempts) == (JobStatus.SUCCEEDED, "done", 1.0, 1)
    assert job.frames_done == job.frames_total == 5
    assert job.result_files == RESULT_NAMES
    assert job.results_prefix == f"{IMAGES}{job.id}"
    in_folder = sorted(f"{job.id}/{name}" for name in RESULT_NAMES)
    assert shop.objects(IMAGES) == sorted([*in_folder, *CONTRACT_NAMES])
    record = shop.storage.database.get(parse_video_key(KEY).record_path)
    assert record == {"result": 70, "result1": 90, "result2": 80, "result3": 71, "result4": 60, "result5": 50}
    assert [each.name for each in shop.jobs.exercises()] == ["squat", "unselected"]


def test_events_end_with_the_end(shop: Workshop) -> None:
    shop.worker()
    job = shop.ask(frames=30, frame_s=0.05)
    events = [event.job for event in shop.jobs.events(job.id) if event]
    assert events[-1].status is JobStatus.SUCCEEDED
    progress = [event.progress for event in events]
    assert progress == sorted(progress)
    assert len({event.frames_done for event in events}) > 3


def test_a_professionals_video_is_given_to_the_analysis(shop: Workshop) -> None:
    shop.video("temp/video/pro/Squat.mp4")
    shop.worker()
    job = shop.until_ended(shop.ask())
    with shop.storage.objects.open(f"{job.results_prefix}/report.json") as report:
        assert b"professional=True" in report.read()


def test_pictures_of_an_older_job_that_the_new_one_lacks_are_gone(shop: Workshop) -> None:
    shop.video(f"{IMAGES}best4_user.jpg")
    shop.worker()
    shop.until_ended(shop.ask())
    assert "best4_user.jpg" not in shop.objects(IMAGES)


def test_a_bad_video_fails_for_good_and_leaves_nothing(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask(content=b"no video"))
    assert (job.status, job.error_code, job.attempts) == (JobStatus.FAILED, "not_a_video", 1)
    assert shop.objects(IMAGES) == []
    assert not shop.jobs.given_up()


def test_a_video_that_is_gone_fails(shop: Workshop) -> None:
    job = shop.ask(send=False)
    shop.storage.objects.delete(KEY)
    shop.worker()
    job = shop.until_ended(job)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "video_not_found")


def test_an_unexpected_error_tells_no_internals(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask(end="unexpected"))
    assert (job.status, job.error_code) == (JobStatus.FAILED, "internal_error")
    assert "secret" not in job.error_message
    assert [(each.job.id, each.reason) for each in shop.jobs.given_up()] == [(job.id, "RuntimeError: a secret detail")]
    assert "a secret detail" in shop.logs()


@pytest.mark.parametrize("end", ["memory", "no_room"])
def test_what_may_go_well_next_time_is_tried_three_times(shop: Workshop, end: str) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask(end=end))
    assert (job.status, job.error_code, job.attempts) == (JobStatus.FAILED, "too_many_attempts", 3)
    assert shop.runs() == 3
    assert job.error_message.endswith("Please try again later.")
    assert [each.job.id for each in shop.jobs.given_up()] == [job.id]


def test_a_job_that_was_given_up_can_be_run_again(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_ended(shop.ask(end="memory"))
    shop.video()
    shop.jobs.run_again(job.id)
    again = shop.until(job, JobStatus.SUCCEEDED)
    assert (again.attempts, again.error_code) == (1, "")
    assert worker.alive()


def test_the_killed_child_s_job_is_done_by_the_next(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    (child,) = worker.children()
    child.kill()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 2)


def test_the_killed_worker_s_job_is_done_by_another(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    worker.kill()
    assert shop.staged() == [f"{job.id}.1"]
    shop.worker()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 2)
    assert sorted(shop.objects(f"{ended.results_prefix}/")) == sorted(RESULT_NAMES)


def test_a_killed_parent_takes_its_child_along_and_the_job_goes_on_elsewhere(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    (child,) = worker.children()
    os.kill(worker.pid, signal.SIGKILL)
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the child is gone")
    shop.worker()
    assert shop.until_ended(job).status is JobStatus.SUCCEEDED


def test_a_message_that_comes_twice_is_one_run(shop: Workshop) -> None:
    job = shop.ask(frames=20, frame_s=0.02)
    shop.send(job.id)
    shop.send(job.id)
    shop.worker()
    shop.worker()
    shop.until_ended(job)
    other = shop.until_ended(shop.ask("temp/video/user/a@b.com/exercise_Squat.mp4"))
    assert (shop.jobs.get(job.id).attempts, other.attempts, shop.runs()) == (1, 1, 2)


def test_a_running_job_is_cancelled_soon(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_running(shop.ask(frames=10_000, frame_s=0.02))
    asked = shop.jobs.request_cancel(job.id)
    assert asked.cancel_requested
    ended = shop.until_ended(job)
    assert ended.status is JobStatus.CANCELLED
    assert ended.finished_at is not None
    assert (ended.finished_at - asked.updated_at).total_seconds() < 10  # two seconds on a quiet machine
    assert shop.objects(IMAGES) == []


def test_a_queued_job_that_is_cancelled_is_never_begun(shop: Workshop) -> None:
    job = shop.ask()
    assert shop.jobs.request_cancel(job.id).status is JobStatus.CANCELLED
    shop.worker()
    other = shop.until_ended(shop.ask("temp/video/user/a@b.com/exercise_Squat.mp4"))
    assert other.status is JobStatus.SUCCEEDED
    assert (shop.jobs.get(job.id).status, shop.runs()) == (JobStatus.CANCELLED, 1)


def test_a_job_whose_message_was_lost_is_found(shop: Workshop) -> None:
    shop.worker()
    assert shop.until_ended(shop.ask(send=False)).status is JobStatus.SUCCEEDED


def test_waiting_jobs_are_not_sent_again_and_again(shop: Workshop) -> None:
    shop.worker()
    keys = [f"temp/video/user/a@b.com/exercise_Squat_{1000000000 + index}.mp4" for index in range(4)]
    made = [shop.ask(key, frames=100, frame_s=0.01) for key in keys]
    for job in made:
        assert shop.until_ended(job).status is JobStatus.SUCCEEDED
    # on a busy machine one message may be on its way for longer than a worker here waits; what counts is that it ends
    assert shop.logs().count("messages were lost") <= 1


def test_a_worker_that_is_stopped_gives_its_job_back_uncounted(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=200, frame_s=0.02))
    assert worker.stop() == 0
    released = shop.jobs.get(job.id)
    assert (released.status, released.attempts, shop.staged()) == (JobStatus.QUEUED, 0, [])
    shop.worker()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1)


def test_a_restart_of_redis_while_a_job_waits_loses_nothing(shop: Workshop) -> None:
    job = shop.ask()
    shop.redis.restart()
    shop.worker()
    assert shop.until_ended(job).status is JobStatus.SUCCEEDED


def test_a_worker_outlives_redis(shop: Workshop) -> None:
    worker = shop.worker()
    shop.redis.kill()
    wait_until(lambda: "chores wait" in worker.log(), "the worker notices")
    shop.redis.start()
    assert shop.until_ended(shop.ask()).status is JobStatus.SUCCEEDED
    assert worker.alive()


def test_a_running_job_outlives_redis(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=150, frame_s=0.02))
    shop.redis.kill()
    wait_until(lambda: "Redis is away" in worker.log(), "the job notices")
    shop.redis.start()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts, shop.runs()) == (JobStatus.SUCCEEDED, 1, 1)


def unplug_storage(shop: Workshop, worker: WorkerProcess) -> Callable[[], object]:
    """Take the objects away, and return when the worker has noticed; what is returned gives them back."""
    objects = shop.volumes / "storage/objects"
    unplugged = objects.rename(objects.with_name("unplugged"))
    wait_until(lambda: "storage away" in worker.log(), "the job notices")
    return lambda: unplugged.rename(objects)


def test_a_job_waits_for_storage_that_is_away(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=50, frame_s=0.02))
    unplug_storage(shop, worker)()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 1)


def test_a_job_that_waits_for_storage_can_be_cancelled(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(frames=50, frame_s=0.02))
    unplug_storage(shop, worker)
    shop.jobs.request_cancel(job.id)
    assert shop.until_ended(job).status is JobStatus.CANCELLED


def test_a_job_that_takes_too_long_is_ended(redis_server: RedisServer, tmp_path: Path) -> None:
    with workshop(redis_server, tmp_path, job_limit_s=0.5) as shop:
        shop.worker()
        job = shop.until_ended(shop.ask(frames=10_000, frame_s=0.02))
        assert (job.status, job.error_code, job.attempts) == (JobStatus.FAILED, "took_too_long", 1)


def test_a_worker_that_slept_too_long_publishes_nothing(shop: Workshop) -> None:
    sleeper = shop.worker()
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    (child,) = sleeper.children()
    shop.put_to_sleep(child)
    wait_until(lambda: shop.jobs.get(job.id).id in shop.jobs.unattended(queued_for_s=3600), "the lease has run out")
    shop.video(figures=[10, 10, 10, 10, 10])
    shop.worker()
    ended = shop.until(job, JobStatus.SUCCEEDED)
    child.resume()
    wait_until(lambda: '"outcome": "lost"' in sleeper.log(), "the sleeper gives up")
    assert ended.attempts == 2
    record = shop.storage.database.get(parse_video_key(KEY).record_path)
    assert isinstance(record, dict)
    assert record["result"] == 10
    assert shop.staged() == []


def test_a_worker_that_starts_before_redis_waits(shop: Workshop) -> None:
    job = shop.ask()
    shop.redis.kill()
    shop.worker(until="Cannot connect")
    shop.redis.start()
    assert shop.until_ended(job).status is JobStatus.SUCCEEDED


def test_passwords_are_not_logged(tmp_path: Path) -> None:
    environment = {
        "GOODREP_REDIS_URL": f"redis://:hunter2@127.0.0.1:{free_port()}/0",  # nobody is there, which is logged
        "GOODREP_VOLUMES": str(tmp_path),
    }
    worker = WorkerProcess("tests.tiny_worker", environment, tmp_path / "worker.log")
    try:
        worker.start(until="Cannot connect")
        assert "***@" in worker.log()
        assert "hunter2" not in worker.log()
    finally:
        worker.kill()
