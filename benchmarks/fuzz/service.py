"""The same videos through API, Redis and a real worker: each job ends, and the worker lives on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.fuzz.run import Malformed
from scripts.client import USER
from scripts.service import running

_ENDED = ("succeeded", "failed", "cancelled")
_JOB_ENDS_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class ServiceOutcome:
    """What became of all of them.

    Attributes:
        results: Code of each job's error, or `analysed`; `stalled` for one that did not end.
        workers_before: Process numbers of worker and children before, and after.
        workers_after: Afterwards.
        staged: What is left in the staging folder.
    """

    results: tuple[str, ...]
    workers_before: frozenset[int]
    workers_after: frozenset[int]
    staged: tuple[str, ...]


def through_service(videos: Sequence[Malformed], folder: Path) -> ServiceOutcome:
    """Send them one after the other."""
    service = running(folder / "run", volumes=folder / "volumes", redis_folder=folder / "redis")
    with service as started, started.client(timeout_s=60.0) as client:
        before = _workers()
        results = tuple(_job(client, video) for video in videos)
        staging = folder / "volumes" / "staging"
        staged = tuple(path.name for path in staging.iterdir()) if staging.is_dir() else ()
        return ServiceOutcome(results, before, _workers(), staged)


def _job(client: httpx.Client, video: Malformed) -> str:
    form = {"user": f"{video.number}.{USER}", "exercise": "squat"}
    reply = client.post("/v1/videos", files={"file": (f"video{video.suffix}", BytesIO(video.data))}, data=form)
    if reply.is_client_error:
        return str(reply.json()["error"]["code"])
    wanted = {"video": reply.raise_for_status().json()["video"], "exercise": "squat"}
    job: dict[str, Any] = client.post("/v1/analyses", json=wanted).raise_for_status().json()
    ends_s = time.monotonic() + _JOB_ENDS_WITHIN_S
    while job["status"] not in _ENDED:
        if time.monotonic() > ends_s:
            return "stalled"
        time.sleep(0.1)
        job = client.get(f"/v1/analyses/{job['id']}").raise_for_status().json()
    return "analysed" if job["status"] == "succeeded" else str(job["error"]["code"])


def _workers() -> frozenset[int]:
    """The worker and the process that does its jobs, not those that read videos."""
    mine = psutil.Process().children(recursive=True)
    return frozenset(each.pid for each in mine if "worker.app" in each.cmdline())
