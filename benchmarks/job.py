"""What the service adds to the analysis: a job through HTTP, Redis and the worker beside `python -m analysis`."""

import statistics
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.measure import run
from scripts.client import USER, events
from scripts.service import running

_AFTER_POSE = ("judging", "drawing", "publishing", "done")


@dataclass(frozen=True, slots=True)
class JobTimes:
    """Seconds by the server's clock.

    Attributes:
        whole_s: From the acceptance of the job to its end.
        after_last_frame_s: From the last frame's pose to the signal.
    """

    whole_s: float
    after_last_frame_s: float


def compare_job(console: Console, video: Path, exercise: str, repetitions: int) -> None:
    """Alternate between a job and the command; print the medians."""
    jobs: list[JobTimes] = []
    commands: list[float] = []
    with tempfile.TemporaryDirectory(prefix="goodrep-bench-") as scratch:
        folder = Path(scratch)
        service = running(folder / "run", volumes=folder / "volumes", redis_folder=folder / "redis")
        with service as started, started.client() as client:
            stored = _upload(client, video, exercise)
            for _ in range(repetitions):
                jobs.append(_job(client, stored, exercise))
                command = run("analysis", video, "--exercise", exercise, "--out", folder / "results", "--quiet")
                commands.append(command.wall_s)
    whole_s = statistics.median(job.whole_s for job in jobs)
    command_s = statistics.median(commands)
    after_s = statistics.median(job.after_last_frame_s for job in jobs)
    table = Table("", "seconds", title="Job")
    table.add_row("a job, from acceptance to signal", f"{whole_s:.2f}")
    table.add_row("python -m analysis", f"{command_s:.2f}")
    table.add_row("what the job adds", f"{whole_s - command_s:+.2f}")
    table.add_row("from the last frame's pose to the signal", f"{after_s:.2f}")
    console.print(table)


def _upload(client: httpx.Client, video: Path, exercise: str) -> str:
    with video.open("rb") as stream:
        form = {"user": USER, "exercise": exercise}
        reply = client.post("/v1/videos", files={"file": (video.name, stream)}, data=form, timeout=600.0)
    return str(reply.raise_for_status().json()["video"])


def _job(client: httpx.Client, stored: str, exercise: str) -> JobTimes:
    wanted = {"video": stored, "exercise": exercise, "force": True}
    job = client.post("/v1/analyses", json=wanted).raise_for_status().json()
    pose_ended_ms = ended_ms = 0
    for event in events(client, job["links"]["events"], ""):
        if event is None:
            continue
        event_id, job = event
        ended_ms = int(event_id.split("-")[0])  # of a Redis stream: milliseconds of Redis' clock
        if not pose_ended_ms and job["stage"] in _AFTER_POSE:
            pose_ended_ms = ended_ms
    if job["status"] != "succeeded":
        raise SystemExit(f"The job ended {job['status']}: {job['error']}")
    created, finished = (datetime.fromisoformat(job[name]) for name in ("created_at", "finished_at"))
    return JobTimes((finished - created).total_seconds(), (ended_ms - pose_ended_ms) / 1000.0)
