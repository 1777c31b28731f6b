"""Retention by the real worker: what is not kept any longer goes, and nothing else."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import redis

from storage.errors import JobNotFound
from storage.keys import parse_video_key
from storage.people.keeping import RedisKeeping
from storage.types import Job, JobStatus, NewJob
from tests.services import REPOSITORY, RedisServer, wait_until
from tests.standins.fixtures import QUICK_URL
from tests.worker_service import KEY, OWNER, Workshop, workshop
from worker.people.data_requests import data_tools
from worker.people.sweep import sweep_step
from worker.settings import WorkerSettings

DAY_S = 86_400
IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"
PATHS = parse_video_key(KEY)
FLAT = f"temp/exercise/{OWNER}_exercise_Squat_2305092301.mp4"
PROFESSIONAL = "temp/video/pro/Squat.mp4"
ALL_GONE = {
    "keep_videos_days": 1,
    "keep_results_days": 1,
    "keep_figures_days": 1,
    "keep_jobs_days": 2,
    "keep_exports_days": 1,
}
pytestmark = pytest.mark.workshop(sweep_every_s=0)


def backdate_objects(shop: Workshop, days: float = 3) -> None:
    """Let every object have been written so long ago."""
    for path in (shop.volumes / "storage/objects").rglob("*.*"):
        os.utime(path, (time.time() - days * DAY_S,) * 2)


def backdate(job: Job, shop: Workshop, days: float = 3) -> None:
    """Let the job have ended so long ago."""
    at_us = int((time.time() - days * DAY_S) * 1e6)
    redis.Redis.from_url(shop.redis.url).hset(f"goodrep:job:{job.id}", "finished_us", at_us)


def sweep(shop: Workshop, **keep: float) -> dict[str, int]:
    """A whole sweep in this process; what went, by kind."""
    settings: dict[str, Any] = {"redis_url": shop.redis.url, "volumes": shop.volumes, **shop.settings, **keep}
    before = RedisKeeping(shop.redis.url).swept()
    while sweep_step(data_tools(WorkerSettings(**settings))):
        pass
    after = RedisKeeping(shop.redis.url).swept()
    return {kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)}


def keys(shop: Workshop) -> set[str]:
    return {info.key for info in shop.storage.objects.list("")}


def test_by_default_people_s_files_are_kept_for_ever(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask())
    shop.video(FLAT)
    backdate_objects(shop, days=4000)
    backdate(job, shop, days=300)
    before = keys(shop)
    assert sweep(shop) == {}
    assert keys(shop) == before
    backdate(job, shop, days=400)
    assert sweep(shop) == {"job record": 1}
    assert keys(shop) == before


def test_each_kind_goes_when_its_time_is_over(shop: Workshop) -> None:
    worker = shop.worker()
    job = shop.until_ended(shop.ask())
    archive = f"temp/export/{OWNER}/{'0' * 32}.zip"
    for key in (FLAT, PROFESSIONAL, archive, "somewhere/else.txt"):
        shop.video(key)
    before = keys(shop)
    assert sweep(shop, **ALL_GONE) == {}  # all of it is young
    backdate_objects(shop)
    assert sweep(shop, keep_videos_days=1, keep_exports_days=4) == {"video": 2}
    assert keys(shop) == before - {KEY, FLAT}
    assert sweep(shop) == {}
    backdate_objects(shop, days=8)
    assert sweep(shop) == {"export": 1}
    assert sweep(shop, keep_results_days=1) == {"result": 8}
    assert keys(shop) == {PROFESSIONAL, "somewhere/else.txt"}
    assert sweep(shop, keep_figures_days=1) == {}  # they go by the end of the job
    backdate(job, shop)
    wait_until(lambda: shop.storage.database.get(PATHS.status_path) is not None, "the status is told")
    # the record is kept as long as the figures, which are found through it
    assert sweep(shop, keep_figures_days=4, keep_jobs_days=1) == {}
    assert sweep(shop, keep_figures_days=1, keep_jobs_days=1) == {"figures": 2, "job record": 1}
    assert shop.storage.database.get("temp") is None
    with pytest.raises(JobNotFound):
        shop.jobs.get(job.id)
    assert worker.alive()


def test_what_was_swept_is_analysed_anew_when_asked_for_again(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask())
    backdate_objects(shop)
    sweep(shop, keep_results_days=1)
    new = NewJob(OWNER, KEY, shop.storage.objects.stat(KEY).fingerprint, job.exercise)
    assert shop.jobs.create(new)[1]


def test_what_a_queued_or_running_job_needs_stays(shop: Workshop) -> None:
    shop.worker()
    running = shop.until_running(shop.ask(frames=10_000, frame_s=0.02))
    queued = shop.ask(FLAT, send=False)
    shop.video(f"{IMAGES}graph.png")
    backdate_objects(shop)
    assert sweep(shop, **ALL_GONE) == {}
    shop.jobs.request_cancel(queued.id)
    assert sweep(shop, **ALL_GONE) == {"video": 1}
    assert keys(shop) == {KEY, f"{IMAGES}graph.png"}
    shop.jobs.request_cancel(running.id)
    shop.until_ended(running)


def test_what_a_job_left_that_was_killed_in_its_last_attempt_goes(shop: Workshop) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask(end="killed"))
    half = {f"{IMAGES}{job.id}/report.json", f"{IMAGES}best1_user.jpg"}
    older = f"{IMAGES}best2_user.jpg"
    for key in (*half, older):
        shop.video(key)
    path = shop.volumes / "storage/objects" / older
    os.utime(path, (time.time() - 9 * DAY_S,) * 2)  # not this job's
    assert sweep(shop) == {}
    backdate(job, shop, days=2)
    assert sweep(shop) == {"leftover": 2}
    assert keys(shop) == {KEY, older}
    assert shop.jobs.get(job.id).status is JobStatus.FAILED
    backdate(job, shop, days=31)
    assert sweep(shop) == {"job record": 1}
    assert shop.jobs.given_up() == []


def test_marks_of_uploads_that_were_cut_off_go(shop: Workshop) -> None:
    folder = shop.volumes / "uploads"
    folder.mkdir()
    for name in ("old.reserved", "new.reserved", "other"):
        (folder / name).touch()
    for name in ("old.reserved", "other"):
        os.utime(folder / name, (time.time() - 2 * DAY_S,) * 2)
    assert sweep(shop) == {"leftover": 1}
    assert sorted(path.name for path in folder.iterdir()) == ["new.reserved", "other"]


def test_the_worker_sweeps_by_itself_in_small_steps(redis_server: RedisServer, tmp_path: Path) -> None:
    with workshop(redis_server, tmp_path, sweep_every_s=1, sweep_step_s=0.01, keep_videos_days=1) as shop:
        others = [f"temp/video/user/{OWNER}/exercise_Squat_230509{index:04}.mp4" for index in range(20)]
        for key in others:
            shop.video(key)
        backdate_objects(shop)
        worker = shop.worker()
        wait_until(lambda: RedisKeeping(redis_server.url).swept() == {"video": 20}, "all is swept and counted")
        assert keys(shop) == set()
        wait_until(lambda: worker.log().count('"kind": "video"') == 20, "all is logged")
        assert shop.until_ended(shop.ask()).status is JobStatus.SUCCEEDED


def test_on_firebase_too(
    redis_server: RedisServer,
    tmp_path: Path,
    firebase_url: str,
) -> None:
    with workshop(redis_server, tmp_path, sweep_every_s=0, storage_url=QUICK_URL) as shop:
        for key in (KEY, FLAT, PROFESSIONAL):
            shop.video(key)
        assert sweep(shop, keep_videos_days=1) == {}
        assert sweep(shop, keep_videos_days=1e-9, sweep_step_s=1e-9) == {"video": 2}
        assert keys(shop) == {PROFESSIONAL}


def test_the_command_shows_what_would_go_and_removes_it(shop: Workshop) -> None:
    shop.video()
    shop.video(PROFESSIONAL)
    backdate_objects(shop)
    environment = {
        **os.environ,
        "GOODREP_REDIS_URL": shop.redis.url,
        "GOODREP_VOLUMES": str(shop.volumes),
        "GOODREP_KEEP_VIDEOS_DAYS": "1",
    }

    def run(*options: str) -> str:
        command = [sys.executable, "-m", "worker.admin", "sweep", *options]
        return subprocess.run(
            command, cwd=REPOSITORY, env=environment, text=True, capture_output=True, check=True
        ).stdout

    (shown,) = json.loads(run("--dry-run", "--json"))["swept"]
    assert shown == {"kind": "video", "what": KEY, "why": "older than 1 days", "removed": False}
    assert keys(shop) == {KEY, PROFESSIONAL}
    assert run("--yes").splitlines()[1].split()[:2] == ["video", KEY]
    assert keys(shop) == {PROFESSIONAL}
    assert json.loads(run("--yes", "--json")) == {"swept": []}
