"""The whole service for a benchmark: as `make up` starts it, with as many workers as one likes, and its jobs."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from benchmarks.measure import ROOT, tree_bytes
from scripts.service import Service, running
from storage.jobs.workers import RedisWorkers, WorkerState

FINAL = ("succeeded", "failed", "cancelled")
_READY_AFTER_S = 120.0


@dataclass
class House:
    """A running service.

    Attributes:
        service: Redis, API and the first worker.
        client: Of the API.
        more: Further workers.
    """

    service: Service
    client: httpx.Client
    more: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def upload(self, video: Path, user: str) -> str:
        """Put a video into the user's folder; its path."""
        with video.open("rb") as stream:
            form = {"user": user, "exercise": "squat"}
            reply = self.client.post("/v1/videos", files={"file": (video.name, stream)}, data=form, timeout=600)
        return str(reply.raise_for_status().json()["video"])

    def submit(self, video: str, client: httpx.Client | None = None) -> httpx.Response:
        """Ask for a new analysis of a video."""
        asked = {"video": video, "exercise": "squat", "force": True}
        return (client or self.client).post("/v1/analyses", json=asked)

    def until_ended(self, number: int, ids: list[str], *, within_s: float) -> dict[str, dict[str, Any]]:
        """The first so many jobs that end, at their end; fewer where the time does not suffice."""
        ended: dict[str, dict[str, Any]] = {}
        deadline_s = time.monotonic() + within_s
        while len(ended) < number and time.monotonic() < deadline_s:
            time.sleep(0.2)
            for job_id in ids:
                if job_id not in ended:
                    job = self.client.get(f"/v1/analyses/{job_id}").json()
                    if job["status"] == "queued":
                        break  # they are begun in about this order
                    if job["status"] in FINAL:
                        ended[job_id] = job
        return ended

    def redis_bytes(self) -> int:
        """What Redis uses for its data."""
        with contextlib.closing(redis.Redis.from_url(self.service.redis_url)) as client:
            return int(client.info("memory")["used_memory_dataset"])

    def memory(self, program: str) -> int:
        """Of the API or the first worker, with all processes below; bytes (PSS)."""
        names = {"api": "gunicorn", "worker": "celery"}
        for process in psutil.Process(self.service.pid).children():
            if names[program] in " ".join(process.cmdline()):
                return tree_bytes(process.pid)
        raise RuntimeError(f"no {program} is running")


@contextlib.contextmanager
def house(folder: Path, *, workers: int = 1, settings: Mapping[str, object] | None = None) -> Iterator[House]:
    """A service with workers that are ready for jobs; gone at the end of the block."""
    chosen = {f"GOODREP_{name.upper()}": str(value) for name, value in (settings or {}).items()}
    before = dict(os.environ)
    os.environ.update(chosen)
    try:
        parts = running(folder / "run", volumes=folder / "volumes", redis_folder=folder / "redis")
        with parts as service, service.client(timeout_s=60.0) as client:
            made = House(service, client)
            try:
                made.more += [_worker(service) for _ in range(workers - 1)]
                _until_ready(service, workers)
                yield made
            finally:
                for process in made.more:
                    process.terminate()
                for process in made.more:
                    process.wait(60)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _worker(service: Service) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "GOODREP_REDIS_URL": service.redis_url,
        "GOODREP_VOLUMES": service.volumes,
        "GOODREP_STORAGE_URL": f"local://{service.volumes}/storage",
    }
    command = [sys.executable, "-m", "celery", "--app", "worker.app", "worker", "--queues", "goodrep"]
    with (Path(service.folder) / "further_workers.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--without-mingle", "--without-gossip"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )


def _until_ready(service: Service, workers: int) -> None:
    records = RedisWorkers(service.redis_url)
    deadline_s = time.monotonic() + _READY_AFTER_S
    while sum(each.alive and each.state is WorkerState.READY for each in records.list()) < workers:
        if time.monotonic() > deadline_s:
            raise SystemExit(f"The workers are not ready after {_READY_AFTER_S:.0f} s: {records.list()}")
        time.sleep(0.1)
