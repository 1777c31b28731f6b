"""A store, job records and real workers around the tiny analysis of `tests.tiny_worker`."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from celery import Celery

from storage import Storage, open_storage
from storage.jobs.queue import RedisJobs
from storage.keys import parse_video_key
from storage.redis.broker import TASK_NAME, broker_options
from storage.types import Job, JobStatus, NewJob
from tests.services import RedisServer, WorkerProcess, wait_until

OWNER = "jane.doe@example.com"
KEY = f"temp/video/user/{OWNER}/exercise_Squat_2305092259.mp4"
QUICK = {
    "lease_s": 2,
    "retry_delay_s": 0,
    "reconcile_every_s": 0.3,
    "queued_for_s": 1,
    "stop_grace_s": 0.5,
    "self_test": False,
}
"""Settings that make what takes its time in production quick."""


@dataclass
class Workshop:
    """What a test of the worker needs."""

    redis: RedisServer
    volumes: Path
    app: str
    settings: dict[str, object]
    environment: dict[str, str] = field(default_factory=dict)
    """Of the workers alone."""

    def __post_init__(self) -> None:
        self.jobs = RedisJobs(self.redis.url)
        self.storage: Storage = open_storage(str(self.settings.get("storage_url", f"local://{self.volumes}/storage")))
        self.scratch = self.volumes / "scratch"
        self.scratch.mkdir()
        self.witness = self.volumes / "witness"
        self._workers: list[WorkerProcess] = []
        self._celery = Celery(broker=self.redis.url, set_as_current=False)
        self._celery.conf.update(broker_options())

    def worker(self, *, until: str = " ready.") -> WorkerProcess:
        """A new worker, which takes jobs or has logged something else."""
        environment = {
            "GOODREP_REDIS_URL": self.redis.url,
            "GOODREP_VOLUMES": str(self.volumes),
            "TMPDIR": str(self.scratch),
            **{f"GOODREP_{name.upper()}": str(value) for name, value in {**QUICK, **self.settings}.items()},
            **self.environment,
        }
        worker = WorkerProcess(self.app, environment, self.volumes / f"worker{len(self._workers)}.log")
        self._workers.append(worker)
        worker.start(until=until)
        return worker

    def video(self, key: str = KEY, content: bytes | None = None, **script: object) -> str:
        """Let a "video" lie in the store; its fingerprint."""
        path = self.volumes / "to_be_stored"
        path.write_bytes(json.dumps({"witness": str(self.witness), **script}).encode() if content is None else content)
        return self.storage.objects.upload(path, key, "video/mp4").fingerprint

    def ask(self, key: str = KEY, content: bytes | None = None, *, send: bool = True, **script: object) -> Job:
        """Upload, record and, unless told otherwise, send the message, as the API does."""
        named = parse_video_key(key)
        new = NewJob(named.owner, key, self.video(key, content, **script), named.method, "request-1")
        job, _ = self.jobs.create(new, force=True)
        if send:
            self.send(job.id)
        return job

    def send(self, job_id: str) -> None:
        """Send the message."""
        self._celery.send_task(TASK_NAME, args=[job_id], task_id=job_id)

    def until(self, job: Job, *statuses: JobStatus) -> Job:
        """Wait for the job to have one of these statuses; the job."""
        wait_until(lambda: self.jobs.get(job.id).status in statuses, f"job is {statuses}: {self.logs()}")
        return self.jobs.get(job.id)

    def until_running(self, job: Job, frames: int = 1) -> Job:
        """Wait until some frames are done."""
        wait_until(lambda: self.jobs.get(job.id).frames_done >= frames, f"job runs: {self.logs()}")
        return self.jobs.get(job.id)

    def until_ended(self, job: Job) -> Job:
        """Wait for the end, and for the staging folder to be gone."""
        ended = self.until(job, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
        wait_until(lambda: self.staged() == [], f"staging is empty: {self.staged()}")
        return ended

    def put_to_sleep(self, child: psutil.Process) -> None:
        """Suspend a worker's process, but not in the middle of a write to the local store: all others wait for that."""

        def asleep_without_a_lock() -> bool:
            child.suspend()
            if self._can_be_written():
                return True
            child.resume()
            return False

        wait_until(asleep_without_a_lock, "the process sleeps and holds no lock")

    def _can_be_written(self) -> bool:
        try:
            for path in self.volumes.glob("storage/*.sqlite"):
                with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
                    connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True

    def staged(self) -> list[str]:
        """What lies in staging."""
        root = self.volumes / "staging"
        return sorted(path.name for path in root.iterdir()) if root.exists() else []

    def objects(self, prefix: str) -> list[str]:
        """Names below a prefix in the store."""
        return [info.key.removeprefix(prefix) for info in self.storage.objects.list(prefix)]

    def runs(self) -> int:
        """How often the analysis was begun."""
        return len(self.witness.read_text().splitlines()) if self.witness.exists() else 0

    def logs(self) -> str:
        """The end of what the workers wrote."""
        return "\n".join(worker.log()[-3000:] for worker in self._workers)

    def close(self) -> None:
        """Kill whatever still runs."""
        for worker in self._workers:
            worker.kill()


@contextmanager
def workshop(
    redis: RedisServer, volumes: Path, app: str = "tests.tiny_worker", **settings: object
) -> Iterator[Workshop]:
    """A workshop whose workers are gone afterwards."""
    made = Workshop(redis, volumes, app, settings)
    try:
        yield made
    finally:
        made.close()
