"""A worker that is replaced while it is busy."""

import os
import subprocess
import sys

from benchmarks.faults.case import Case
from benchmarks.faults.clips import squats
from benchmarks.faults.house import REAL, House
from benchmarks.faults.processes import until
from storage.types import JobStatus
from tests.services import REPOSITORY


def _drained(house: House) -> None:
    """As an operator does it: drain, start the new one, stop the old one when it is idle. No work is given back."""
    old = house.worker()
    first, *_ = house.submit(5, frames=60, frame_s=0.05)
    house.until_frames(first, 10)
    command = [sys.executable, "-m", "worker.admin", "drain", "--all", "--wait", "--timeout", "2m"]
    environment = {**os.environ, **house.variables()}
    drain = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    until(lambda: house.job(first).status is JobStatus.SUCCEEDED, "the old one ends what it has")
    house.worker()
    said, _ = drain.communicate(timeout=120)
    if drain.returncode:
        raise AssertionError(f"drain said {said.decode()}")
    if status := old.stop():
        raise AssertionError(f"the old worker ended with {status}")
    house.until_ended(60)
    if max(house.job(each).attempts for each in house.accepted) > 1:
        raise AssertionError("a job was begun twice")


def _stopped(house: House) -> None:
    """SIGTERM in the middle of the pose, as an orchestrator does it: the work goes on from its checkpoint."""
    old = house.worker()
    (job,) = house.submit(content=squats())
    house.until_frames(job, 100)
    old.stop()
    house.worker()
    house.until_ended(240)
    ended = house.job(job)
    if (ended.status, ended.attempts) != (JobStatus.SUCCEEDED, 1) or ended.frames_resumed < 50:
        raise AssertionError(f"{ended.status} in attempt {ended.attempts}, {ended.frames_resumed} frames resumed")


CASES = (
    Case("worker drained, then replaced", _drained),
    Case("worker stopped while busy (real)", _stopped, worker_app=REAL, within_s=600),
)
