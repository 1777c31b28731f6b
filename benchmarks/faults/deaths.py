"""Processes that are killed: a job's, a worker's, the API's, all of them."""

import threading
from contextlib import suppress
from functools import partial

import httpx
import psutil

from benchmarks.faults.case import Case
from benchmarks.faults.clips import squats
from benchmarks.faults.gate import gate
from benchmarks.faults.house import REAL, House
from benchmarks.faults.processes import until
from storage.types import JobStatus

_LARGE = b" " * 150_000_000  # takes a while to be copied
_HOLDS = {"checking": 3.0, "judging": 3.0, "drawing": 3.0}


def _child_killed(stage: str, house: House) -> None:
    """Once in that stage; other jobs wait behind."""
    worker = house.worker()
    content = b'{"frames": 3}' + _LARGE if stage == "staging" else None
    (job,) = house.submit(content=content, frames=60, frame_s=0.05, hold=_HOLDS, keep=True, big_mb=80)
    house.submit(4)
    house.until_stage(job, stage)
    house.kill_child(worker)


def _parent_killed(house: House) -> None:
    """Its child goes along; another worker is there."""
    worker = house.worker()
    (job, *_) = house.submit(4, frames=60, frame_s=0.05, keep=True)
    house.until_frames(job, 20)
    house.kill_parent(worker)
    house.worker()


def _api_killed_between(house: House) -> None:
    """The record is written; the message, and the answer to the client, are not."""
    house.worker()
    house.api.kill()
    message = b"LPUSH"
    with gate(house.redis.port, lambda chunk: message in chunk and b"goodrep.run_job" in chunk) as before_redis:
        house.api.start(GOODREP_REDIS_URL=f"redis://127.0.0.1:{before_redis.port}/0")
        owner = "between@example.com"
        key = f"temp/video/user/{owner}/exercise_Squat_2300000000.mp4"
        video = house.folder / "between"
        video.write_text("{}")
        house.storage.objects.upload(video, key, "video/mp4")
        with house.api.http.stream("GET", "/health"):
            pass
        _ask_and_forget(house, key)
        if not before_redis.stopped.wait(30):
            raise AssertionError("the API never sent a message")
        (job,) = house.jobs.list(owner).jobs
        house.accepted.append(job.id)
        house.api.kill()
    house.api.start()


def _ask_and_forget(house: House, key: str) -> None:
    """The request never comes back."""

    def ask() -> None:
        try:
            url = house.api.http.base_url.join("/v1/analyses")
            httpx.post(url, json={"video": key, "exercise": "squat"}, timeout=60)
        except httpx.TransportError:
            return

    threading.Thread(target=ask, daemon=True).start()


def _host_stopped(house: House) -> None:
    """Everything -9 in the middle of a job, with others waiting; then everything is started again."""
    house.worker()
    house.worker()
    first, *_ = house.submit(6, frames=60, frame_s=0.05, keep=True)
    house.until_frames(first, 20)
    house.stop_host()
    house.redis.start()
    house.api.start()
    house.worker()
    house.worker()


def _resumes(house: House) -> None:
    """The real analysis, killed half-way: once its process, then the whole worker; it goes on from there."""
    worker = house.worker()
    (job,) = house.submit(content=squats())
    total = 300
    house.until_frames(job, total // 3)
    house.kill_child(worker)
    until(lambda: house.job(job).attempts == 2 and house.job(job).frames_done > 2 * total // 3, "two thirds are done")
    house.kill_parent(worker)
    house.worker()
    house.until_ended(240)
    ended = house.job(job)
    if not (ended.status is JobStatus.SUCCEEDED and ended.frames_resumed > total // 3):
        raise AssertionError(f"resumed {ended.frames_resumed} frames of {ended.frames_total}: {ended.status}")


def _pose_processes(house: House) -> list[psutil.Process]:
    found = []
    for each in (child for worker in house.workers for child in worker.children()):
        with suppress(psutil.NoSuchProcess):  # or a zombie
            found += [each] if "analysis.pose.worker" in each.cmdline() else []
    return found


def _decoder_over_limit(house: House) -> None:
    """Memory is refused to the processes that read the video; the job behind it is not kept waiting."""
    house.worker()
    job, _ = house.submit(content=squats())[0], house.submit(content=squats(1))[0]
    house.until_frames(job, 30)
    for process in _pose_processes(house):
        process.rlimit(psutil.RLIMIT_DATA, (1, 1))


def _decoder_killed(times: int, house: House) -> None:
    """As the kernel does it when the machine has no memory left: SIGKILL to a process that reads the video."""
    house.worker()
    job = house.submit(content=squats())[0]
    house.submit(content=squats(1))
    for attempt in range(1, times + 1):
        _kill_a_decoder(house, job, attempt)


def _kill_a_decoder(house: House, job_id: str, attempt: int) -> None:
    until(lambda: _is_at_pose(house, job_id, attempt), "it is tried", within_s=600)
    _pose_processes(house)[0].kill()
    until(lambda: not _is_at_pose(house, job_id, attempt), "it is noticed")


def _is_at_pose(house: House, job_id: str, attempt: int) -> bool:
    job = house.job(job_id)
    running = job.status is JobStatus.RUNNING and job.attempts == attempt
    return running and job.frames_done - job.frames_resumed > 10 and bool(_pose_processes(house))


def _killed_by_video(house: House) -> None:
    """A video that kills its process: tried twice, then set aside; the others go first."""
    house.worker()
    house.submit(end="killed", frames=20, frame_s=0.05)
    house.submit(5)


CASES = (
    *(
        Case(f"process killed in {stage}", partial(_child_killed, stage), quick=stage == "publishing")
        for stage in ("staging", "checking", "pose", "judging", "drawing", "publishing")
    ),
    Case("process and worker killed half-way (real)", _resumes, worker_app=REAL, within_s=600),
    Case("worker's parent killed", _parent_killed),
    Case("API killed between record and message", _api_killed_between, quick=True),
    Case("host stopped and started", _host_stopped, quick=True),
    Case(
        "decoder over its limit of memory (real)",
        _decoder_over_limit,
        worker_app=REAL,
        may_fail=frozenset({"decoder_limit"}),
        within_s=600,
    ),
    Case("decoder killed for memory, once (real)", partial(_decoder_killed, 1), worker_app=REAL, within_s=600),
    Case(
        "decoder killed for memory, twice (real)",
        partial(_decoder_killed, 2),
        worker_app=REAL,
        may_fail=frozenset({"video_quarantined"}),
        within_s=600,
    ),
    Case("video that kills its process", _killed_by_video, may_fail=frozenset({"video_quarantined"})),
)
