"""A whole service in a folder of its own: Redis, API, store and workers, any of which can be made to fail."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.faults.processes import ApiProcess, until
from storage import Storage, open_storage
from storage.errors import StorageError
from storage.jobs.queue import RedisJobs
from storage.types import Job, JobStatus
from tests.services import RedisServer, WorkerProcess
from tests.worker_service import QUICK

FINAL = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
TINY, REAL = "tests.tiny_worker", "worker.app"
_SETTINGS: dict[str, object] = {
    **QUICK,
    "lease_s": 4,
    "checkpoint_every_s": 0.5,
    "min_free_disk_bytes": 0,
    "limit_submissions": "100000/hour",
    "max_waiting_per_user": 1000,
    "max_running_per_user": 4,
    "patience_s": 60,
}
_AWAY_S = 60.0


@dataclass
class House:
    """What a fault is brought about in."""

    folder: Path
    redis: RedisServer
    worker_app: str = TINY
    settings: dict[str, object] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    """Ids of all jobs to which the API has said yes."""
    cancelled: set[str] = field(default_factory=set)
    notes: str = ""
    """What was brought about, where that is not the same each time."""

    def __post_init__(self) -> None:
        self.volumes = self.folder / "volumes"
        self.volumes.mkdir(exist_ok=True)
        (self.folder / "scratch").mkdir(exist_ok=True)
        self.jobs = RedisJobs(self.redis.url)
        url = str(self.settings.get("storage_url", f"local://{self.volumes}/storage"))
        self.storage: Storage = open_storage(url)
        self.api = ApiProcess(self.variables(), self.folder / "api.log")
        self.workers: list[WorkerProcess] = []
        self._videos = 0

    def variables(self) -> dict[str, str]:
        """The settings of every process, as environment variables."""
        named = {**_SETTINGS, **self.settings, "redis_url": self.redis.url, "volumes": self.volumes}
        return {f"GOODREP_{name.upper()}": str(value) for name, value in named.items()}

    # Processes.

    def worker(self, environment: Mapping[str, str] | None = None) -> WorkerProcess:
        """One more worker, in a changed environment, as soon as it takes jobs."""
        variables = {**self.variables(), "TMPDIR": str(self.folder / "scratch"), **(environment or {})}
        worker = WorkerProcess(self.worker_app, variables, self.folder / f"worker{len(self.workers)}.log")
        self.workers.append(worker)
        worker.start()
        return worker

    def child(self, worker: WorkerProcess) -> psutil.Process:
        """The process that does the worker's jobs."""
        return next(child for child in worker.children() if child.ppid() == worker.pid)

    def kill_child(self, worker: WorkerProcess) -> None:
        """SIGKILL to the process that does the jobs, and to it alone."""
        with suppress(psutil.NoSuchProcess, StopIteration):
            self.child(worker).kill()

    def kill_parent(self, worker: WorkerProcess) -> None:
        """SIGKILL to the worker's parent alone."""
        with suppress(psutil.NoSuchProcess):
            psutil.Process(worker.pid).kill()

    def stop_host(self) -> None:
        """Everything, at once, as when the plug is pulled."""
        for worker in self.workers:
            worker.kill()
        self.workers.clear()
        self.api.kill()
        self.redis.kill()

    def logs(self) -> str:
        """What everybody wrote last."""
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("*.log")))

    # Jobs.

    def submit(self, count: int = 1, *, content: bytes | None = None, owner: str = "", **script: Any) -> list[str]:
        """Let videos lie in the store and ask the API for them, as patiently as a good client; the ids accepted."""
        ids = []
        for _ in range(count):
            self._videos += 1
            user = owner or f"user{self._videos % 7}@example.com"
            key = f"temp/video/user/{user}/exercise_Squat_{2_300_000_000 + self._videos}.mp4"
            path = self.folder / f"video{self._videos}"
            path.write_bytes(json.dumps({"number": self._videos, **script}).encode() if content is None else content)
            ends_s = time.monotonic() + _AWAY_S + 60
            while True:
                try:
                    self.storage.objects.upload(path, key, "video/mp4")
                    break
                except StorageError:
                    self._pause(ends_s)
            path.unlink()
            ids.append(self._ask(key, ends_s))
        return ids

    def _ask(self, key: str, ends_s: float) -> str:
        while True:
            with suppress(httpx.TransportError):
                reply = self.api.http.post("/v1/analyses", json={"video": key, "exercise": "squat"})
                if reply.status_code in (200, 202):
                    job_id = str(reply.json()["id"])
                    if job_id not in self.accepted:
                        self.accepted.append(job_id)
                    return job_id
                if reply.status_code not in (500, 503, 507):
                    raise AssertionError(f"refused: {reply.status_code} {reply.text}")
            self._pause(ends_s)

    def _pause(self, ends_s: float) -> None:
        if time.monotonic() > ends_s:
            raise TimeoutError(f"nothing could be sent:\n{self.logs()}")
        time.sleep(0.2)

    def cancel(self, job_id: str) -> None:
        """As its owner."""
        self.cancelled.add(job_id)
        with suppress(StorageError):
            self.jobs.request_cancel(job_id)

    def job(self, job_id: str) -> Job:
        """The record, as soon as Redis gives it."""
        ends_s = time.monotonic() + _AWAY_S
        while True:
            try:
                return self.jobs.get(job_id)
            except StorageError:
                self._pause(ends_s)

    def until_stage(self, job_id: str, *stages: str) -> None:
        """The job is at work on one of these."""
        until(lambda: self.job(job_id).stage.value in stages, f"{job_id} is in {stages}", every_s=0.003)

    def until_frames(self, job_id: str, frames: int) -> None:
        """So many frames are done."""
        until(lambda: self.job(job_id).frames_done >= frames, f"{frames} frames of {job_id} are done")

    def until_ended(self, within_s: float) -> None:
        """Every accepted job has. Raises `TimeoutError`."""
        until(
            lambda: all(self.job(each).status in FINAL for each in self.accepted), "all have ended", within_s=within_s
        )

    def close(self) -> None:
        """Nothing of it runs any more."""
        for worker in self.workers:
            worker.kill()
        self.api.kill()
        self.api.http.close()


@contextmanager
def house(worker_app: str = TINY, *, disk_mb: int = 0, **settings: object) -> Iterator[House]:
    """A running service without workers, gone afterwards; with `disk_mb`, its volumes are a small disk."""
    with tempfile.TemporaryDirectory(prefix="goodrep-faults-") as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "redis").mkdir()
        if disk_mb:
            (folder / "volumes").mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk_mb}m", "tmpfs", folder / "volumes"], check=True)
            stack.callback(lambda: subprocess.run(["umount", "--lazy", folder / "volumes"], check=True))
        redis = RedisServer(folder / "redis")
        redis.start()
        try:
            made = House(folder, redis, worker_app, settings)
            try:
                made.api.start()
                yield made
            finally:
                made.close()
        finally:
            redis.kill()
