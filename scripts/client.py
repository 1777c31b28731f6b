"""A client of the API as anyone could write it: upload, ask for the analysis, follow it to its end."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

USER = "you@example.com"
"""The embedded default asks nobody who they are; results of `make run` lie in this user's folder."""

_FINAL = ("succeeded", "failed", "cancelled")


class Refused(Exception):
    """The API refused a request; the sentence begins with the stable code."""


class JobFailed(Exception):
    """The job did not succeed; the sentence begins with the stable code."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """Where the results of a job are.

    Attributes:
        job_id: The job.
        folder: In the store.
        files: Name to address on the API.
    """

    job_id: str
    folder: str
    files: dict[str, str]


def analyse(
    client: httpx.Client,
    video: Path,
    exercise: str,
    *,
    options: Mapping[str, Any] | None = None,
    say: Callable[[str], None],
    check: Callable[[], None] = lambda: None,
) -> JobResult:
    """Send `video`, follow its job and return its results.

    Args:
        client: Of the API.
        video: The file.
        exercise: Name or alias.
        options: As in the body of POST /v1/analyses; the defaults if None.
        say: Told what is going on, in sentences.
        check: Raises when the service has died; asked whenever the API is silent.

    Raises:
        Refused: The API did not take the video or the exercise.
        JobFailed: The job ended without results.
    """
    say(f"Sending {video.name} ({video.stat().st_size / 1e6:.1f} MB)")
    with video.open("rb") as stream:
        stored = _answer(
            client.post(
                "/v1/videos",
                files={"file": (video.name, stream)},
                data={"user": USER, "exercise": exercise},
                timeout=600.0,
            )
        )
    wanted = {"video": stored["video"], "exercise": exercise, "options": dict(options or {})}
    job = _answer(client.post("/v1/analyses", json=wanted))
    job = _follow(client, job, check)
    if job["status"] != "succeeded":
        error = job["error"] or {"code": job["status"], "message": "The analysis was cancelled."}
        raise JobFailed(f"{error['code']}: {error['message']}")
    return JobResult(job["id"], job["results_folder"], {each["name"]: each["url"] for each in job["results"]})


def _answer(response: httpx.Response) -> dict[str, Any]:
    content: dict[str, Any] = response.json()
    if response.is_error:
        error = content["error"]
        raise Refused(f"{error['code']}: {error['message']}")
    return content


def _follow(client: httpx.Client, job: dict[str, Any], check: Callable[[], None]) -> dict[str, Any]:
    """Show the job's progress; the job at its end. A stream that breaks is taken up again where it was."""
    last_id = ""
    with _Display() as display:
        while job["status"] not in _FINAL:
            try:
                for event in events(client, job["links"]["events"], last_id):
                    if event:
                        last_id, job = event
                        display.show(job)
                    else:
                        check()
                if job["status"] not in _FINAL:
                    job = _answer(client.get(job["links"]["self"]))
            except httpx.HTTPError:
                check()
                time.sleep(0.5)  # supervisord is starting the API again
    return job


def events(client: httpx.Client, address: str, last_id: str) -> Iterator[tuple[str, dict[str, Any]] | None]:
    """Each event's id and the job as it tells it; None for a sign of life without news."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    with client.stream("GET", address, headers=headers, timeout=60.0) as response:
        event_id = ""
        for line in response.iter_lines():
            field, _, value = line.partition(": ")
            if field == "id":
                event_id = value
            elif field == "data":
                yield event_id, json.loads(value)
            elif not field and value:
                yield None


class _Display:
    """A progress bar for people, a line now and then for logs; on stderr."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description:12}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[frames]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("waiting", total=1.0, frames="")
        self._said: tuple[str, int] = ("", 0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, job: dict[str, Any]) -> None:
        """Show how the job stands."""
        frames = f"{job['frames_done']} of {job['frames_total']} frames" if job["frames_total"] else ""
        self._bar.update(self._task, completed=job["progress"], description=job["stage"], frames=frames)
        quarter = int(job["progress"] * 4)
        if self._bar.disable and self._said != (job["stage"], quarter):
            self._said = (job["stage"], quarter)
            print(f"  {job['progress']:4.0%} {job['stage']:10} {frames}".rstrip(), file=sys.stderr, flush=True)
