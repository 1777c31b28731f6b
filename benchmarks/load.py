"""How the service bears load: `make load`, or `python -m benchmarks.load [VIDEO]`; last line `key=value`.

First many submissions arrive at a steady rate while a worker is busy, whether or not earlier ones have their answer (so
that a slow answer cannot hide the next). Some of what was accepted is waited for, the rest cancelled: each must end one
way or the other. Last, two workers with a job each are held against two bare pose loops side by side, in turns, on the
same cores.
"""

import argparse
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks import footage
from benchmarks.house import House, house
from benchmarks.measure import ROOT
from benchmarks.speed import FULL_MODEL, LEAN_MODEL
from mannequin import Clip, draw

USERS = 50
CLIENTS = 16
MINUTES_TO_END = 60

console = Console(width=118)


@dataclass
class Submissions:
    """What became of the submissions.

    Attributes:
        accepted: Ids of the jobs.
        seconds: From when each was due to its answer.
        errors: What was not accepted, by status or exception.
    """

    accepted: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile_ms(self, percent: int) -> float:
        """Of the answers' times."""
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000


def submit(at: House, videos: list[str], number: int, per_second: float) -> Submissions:
    """Send `number` submissions, evenly spread in time, for one video after another."""
    made = Submissions()
    due: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()

    def send() -> None:
        with at.service.client(timeout_s=30) as client:
            while (each := due.get()) is not None:
                due_s, video = each
                time.sleep(max(0.0, due_s - time.perf_counter()))
                try:
                    reply = at.submit(video, client)
                except httpx.HTTPError as error:
                    made.errors.append(repr(error))
                    continue
                made.seconds.append(time.perf_counter() - due_s)
                if reply.status_code == httpx.codes.ACCEPTED:
                    made.accepted.append(reply.json()["id"])
                else:
                    made.errors.append(str(reply.status_code))

    begin_s = time.perf_counter() + 0.5
    for count in range(number):
        due.put((begin_s + count / per_second, videos[count % len(videos)]))
    clients = [threading.Thread(target=send) for _ in range(CLIENTS)]
    for _ in clients:
        due.put(None)
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return made


def measure_submissions(folder: Path, number: int, per_second: float, done: int) -> dict[str, float]:
    """Submit, wait for every end, and print a table."""
    folder.mkdir()
    clip = folder / "clip.mp4"
    draw(clip, Clip(exercise="squat", repetitions=1, fps=10, width=120, height=160))
    with house(folder, settings={"max_waiting_per_user": number, "limit_submissions": "100000/hour"}) as at:
        videos = [at.upload(clip, f"user{count}@example.com") for count in range(USERS)]
        first = [at.submit(video).json()["id"] for video in videos[:5]]  # the worker is busy when the others arrive
        api_bytes, redis_bytes = at.memory("api"), at.redis_bytes()
        made = submit(at, videos, number, per_second)
        grown = (at.memory("api") - api_bytes) / 1e6, (at.redis_bytes() - redis_bytes) / number
        began_s, worker_bytes = time.perf_counter(), at.memory("worker")
        accepted = [*first, *made.accepted]
        ended = at.until_ended(done, accepted, within_s=MINUTES_TO_END * 60)
        jobs_s = (time.perf_counter() - began_s) / max(1, len(ended))
        worker_grown = (at.memory("worker") - worker_bytes) / 1e6
        for job_id in set(accepted) - set(ended):
            at.client.delete(f"/v1/analyses/{job_id}")
        ended |= at.until_ended(len(accepted) - len(ended), list(set(accepted) - set(ended)), within_s=60)
        api_grown_in_all = (at.memory("api") - api_bytes) / 1e6
    how = Counter(job["status"] for job in ended.values())
    failed = [job["error"] for job in ended.values() if job["status"] == "failed"]
    lost = len(accepted) - len(ended)
    table = Table("submissions", str(number), title=f"{per_second:.0f} submissions a second, a worker busy")
    table.add_row(
        "answered in ms: median, 99th percentile, longest",
        " / ".join(
            f"{value:.1f}" for value in (made.percentile_ms(50), made.percentile_ms(99), max(made.seconds) * 1000)
        ),
    )
    table.add_row("errors", f"{len(made.errors)} {sorted(set(made.errors))}")
    table.add_row("accepted, and never ended", str(lost))
    table.add_row(
        "accepted, and done; cancelled; failed",
        f"{how['succeeded']}; {how['cancelled']}; {len(failed)} {failed[:1] or ''}",
    )
    table.add_row(
        "API's memory grew by MB: while submitting, until all had ended", f"{grown[0]:+.1f} / {api_grown_in_all:+.1f}"
    )
    table.add_row("Redis' data, kB a waiting job", f"{grown[1] / 1e3:.2f}")
    table.add_row("worker's memory grew by MB", f"{worker_grown:+.1f}")
    table.add_row("seconds a job (a clip of a few seconds, 120 x 160)", f"{jobs_s:.2f}")
    console.print(table)
    return {
        "submissions": number,
        "p50_ms": made.percentile_ms(50),
        "p99_ms": made.percentile_ms(99),
        "errors": len(made.errors),
        "lost": lost,
        "failed": len(failed),
        "api_grown_mb": api_grown_in_all,
        "redis_kb_per_job": grown[1] / 1e3,
    }


def _loops(video: Path, model: Path) -> float:
    """Frames a second of two bare loops side by side."""
    command = [sys.executable, "-m", "benchmarks.bare_pose_loop", str(video), str(model)]
    began_s = time.perf_counter()
    loops = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    frames = sum(int(loop.communicate()[0]) for loop in loops)
    return frames / (time.perf_counter() - began_s)


def _workers(at: House, videos: list[str]) -> float:
    """Frames a second of as many jobs at a time as there are videos."""
    began_s = time.perf_counter()
    ids = [at.submit(video).json()["id"] for video in videos]
    ended = at.until_ended(len(ids), ids, within_s=MINUTES_TO_END * 60)
    wall_s = time.perf_counter() - began_s
    if any(job["status"] != "succeeded" for job in ended.values()) or len(ended) < len(ids):
        raise SystemExit(f"A job did not succeed: {ended}")
    return sum(int(job["frames_total"]) for job in ended.values()) / wall_s


def measure_throughput(folder: Path, video: Path, repetitions: int) -> dict[str, float]:
    """Two workers against two bare loops, in turns; print a table."""
    ours: list[float] = []
    loops: list[float] = []
    lean: list[float] = []
    with house(folder, workers=2) as at:
        videos = [at.upload(video, f"user{count}@example.com") for count in range(2)]
        for _ in range(repetitions):
            loops.append(_loops(video, FULL_MODEL))
            ours.append(_workers(at, videos))
            lean.append(_loops(video, LEAN_MODEL))
        worker_bytes = at.memory("worker")
    table = Table("", "frames a second", "of the loops'", title="Two at a time, medians")
    base = statistics.median(loops)
    for name, figures in (
        ("two bare pose loops", loops),
        ("likewise with our lean network", lean),
        ("two workers, pictures and all", ours),
    ):
        table.add_row(name, f"{statistics.median(figures):.1f}", f"{statistics.median(figures) / base:.2f}")
    console.print(table)
    return {
        "workers_to_loops": statistics.median(ours) / base,
        "workers_to_lean_loops": statistics.median(ours) / statistics.median(lean),
        "worker_idle_mb": worker_bytes / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path, nargs="?", help="of one person; without it a minute of squats is drawn")
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--per-second", type=float, default=25.0)
    parser.add_argument("--done", type=int, default=100, help="of them, so many are waited for; the rest is cancelled")
    parser.add_argument("--repetitions", type=int, default=2, help="of the two workers against the two loops")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="goodrep-load-") as scratch:
        folder = Path(scratch)
        figures: dict[str, float] = {}
        if options.submissions:
            figures |= measure_submissions(
                folder / "submissions", options.submissions, options.per_second, min(options.done, options.submissions)
            )
        if options.repetitions:
            video = options.video or footage.drawn(folder / "squats.mp4")
            figures |= measure_throughput(folder / "throughput", video, options.repetitions)
    print(" ".join(f"{name}={value:.2f}".replace(".00", "") for name, value in figures.items()))


if __name__ == "__main__":
    main()
