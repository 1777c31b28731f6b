"""What workers stand on fails: Redis, messages, the store, the disk."""

import os
import shutil
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from celery import Celery

from benchmarks.faults.case import Case
from benchmarks.faults.house import House
from benchmarks.faults.processes import until
from storage.redis.broker import TASK_NAME, broker_options
from storage.types import JobStatus

A_MINUTE_S = 60.0


def _busy(house: House, jobs: int = 4, frames: int = 60) -> str:
    """Two workers, the first job in the middle of its pose, others waiting; its id."""
    house.worker()
    house.worker()
    first, *_ = house.submit(jobs, frames=frames, frame_s=0.05, keep=True)
    house.until_frames(first, 10)
    return first


def _redis_killed(house: House) -> None:
    """And started again on what it had written, while a client goes on sending."""
    _busy(house)
    house.redis.kill()
    time.sleep(2)
    house.redis.start()
    house.submit(2)


def _redis_paused(seconds: float, house: House) -> None:
    """It hangs with its connections open."""
    _busy(house)
    house.redis.freeze()
    time.sleep(seconds)
    house.redis.thaw()
    house.submit(2)


def _delivered_twice(house: House) -> None:
    """Each message three times more, to two workers."""
    app = Celery(broker=house.redis.url, set_as_current=False)
    app.conf.update(broker_options())
    jobs = house.submit(6, frames=10, frame_s=0.05)
    for job_id in jobs * 3:
        app.send_task(TASK_NAME, args=[job_id], task_id=job_id)
    app.close()
    house.worker()
    house.worker()


def _lease_stolen(house: House) -> None:
    """The first holder sleeps past its lease, another takes the job, then the first goes on."""
    holder = house.worker()
    (job,) = house.submit(1, frames=60, frame_s=0.05, keep=True)
    house.until_frames(job, 20)
    sleeper = house.child(holder)
    sleeper.suspend()
    house.worker()
    until(lambda: house.job(job).attempts == 2, "another has taken it")
    sleeper.resume()


def _storage_away(seconds: float, house: House) -> None:
    """In the middle of a job, and where it wants to publish."""
    _busy(house)
    objects = house.volumes / "storage" / "objects"
    objects.rename(objects.with_name("unplugged"))
    time.sleep(seconds)
    objects.with_name("unplugged").rename(objects)


def _volume_full(house: House) -> None:
    """The disk of staging and store fills up while a job is at its results, until somebody makes room."""
    house.worker()
    (job,) = house.submit(1, frames=10, frame_s=0.05, hold={"drawing": 3.0}, big_mb=4)
    house.until_stage(job, "drawing")
    ballast = house.volumes / "ballast"
    _fill(ballast)
    until(lambda: house.job(job).attempts > 1 or house.job(job).status is JobStatus.QUEUED, "the job notices")
    ballast.unlink()


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b" " * 4096)


def _cannot_mount() -> str:
    return "" if os.geteuid() == 0 and shutil.which("mount") else "a small disk cannot be mounted without root"


CASES = (
    Case("Redis killed and started", _redis_killed),
    Case("Redis paused for a minute", partial(_redis_paused, A_MINUTE_S), within_s=600),
    Case("messages delivered four times", _delivered_twice),
    Case("lease stolen, first holder goes on", _lease_stolen),
    Case("storage away for a minute", partial(_storage_away, A_MINUTE_S), within_s=600),
    Case("volume full", _volume_full, settings={"retry_delay_s": 1}, disk_mb=64, skip=_cannot_mount, within_s=600),
)
