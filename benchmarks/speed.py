"""Speed and memory beside a plain loop: `python -m benchmarks.speed [VIDEO]`, last line `speedup=<ratio>`."""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import footage
from benchmarks.job import compare_job
from benchmarks.measure import Cost, median, run

MODELS = Path(__file__).parent.parent / "models"
FULL_MODEL = MODELS / "pose_landmarker_full.task"
LEAN_MODEL = MODELS / "pose_landmarker_lean.task"

console = Console(width=118)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near two runs' landmarks lie, in percent of the torso's length, where both found the person."""

    found_by_both: float
    median_percent: float
    p95_percent: float


def agreement(one: np.ndarray, other: np.ndarray) -> Agreement:
    """Compare landmarks (frames, 33, 2) in pixels."""
    frames = min(len(one), len(other))
    one, other = one[:frames], other[:frames]
    found = np.isfinite(one[:, 0, 0]), np.isfinite(other[:, 0, 0])
    both = found[0] & found[1]
    torso = np.linalg.norm(one[both][:, [11, 12]].mean(axis=1) - one[both][:, [23, 24]].mean(axis=1), axis=-1)
    distance = np.linalg.norm(one[both] - other[both], axis=-1) / np.maximum(torso, 1.0)[:, None] * 100
    share = both.sum() / max(1, (found[0] | found[1]).sum())
    return Agreement(float(share), float(np.median(distance)), float(np.percentile(distance, 95)))


def compare_speed(video: Path, exercise: str, folder: Path, repetitions: int) -> float:
    """Alternate between the loop and goodrep; print the medians; return the ratio on the clock."""
    plain_landmarks, our_landmarks = folder / "plain.npy", folder / "ours.npy"
    plain: list[Cost] = []
    ours: list[Cost] = []
    pose: list[Cost] = []
    for _ in range(repetitions):
        plain.append(
            run("benchmarks.plain_loop", video, FULL_MODEL, folder / "plain.mp4", "--landmarks", plain_landmarks)
        )
        ours.append(run("benchmarks.product", video, folder / "results", "--exercise", exercise))
        pose.append(run("benchmarks.product", video, folder, "--pose-only", "--landmarks", our_landmarks))
    lean = run("benchmarks.plain_loop", video, LEAN_MODEL, folder / "plain.mp4")
    noisy_landmarks = folder / "noisy.npy"
    run("benchmarks.plain_loop", video, FULL_MODEL, folder / "plain.mp4", "--landmarks", noisy_landmarks, "--noise")
    reference = np.load(plain_landmarks)

    rows = [
        ("plain loop", median(plain)),
        ("plain loop with our lean networks", lean),
        ("goodrep, pictures and all", median(ours)),
        ("goodrep, pose only", median(pose)),
    ]
    base = rows[0][1]
    columns = ("seconds", "ms a frame", "times as fast", "processor s", "of the loop's", "peak MB")
    table = Table("", *columns, title="Speed")
    for name, cost in rows:
        table.add_row(
            name,
            f"{cost.wall_s:.1f}",
            f"{cost.wall_s / len(reference) * 1000:.1f}",
            f"{base.wall_s / cost.wall_s:.2f}",
            f"{cost.cpu_s:.1f}",
            f"{cost.cpu_s / base.cpu_s:.2f}",
            f"{cost.peak_bytes / 1e6:.0f}",
        )
    console.print(table)

    table = Table("landmarks against the plain loop's", "found by both", "median", "95th percentile", title="Agreement")
    for name, landmarks in (
        ("goodrep", our_landmarks),
        ("the plain loop itself, pictures changed by one level", noisy_landmarks),
    ):
        near = agreement(reference, np.load(landmarks))
        distances = (f"{near.median_percent:.2f} %", f"{near.p95_percent:.2f} %")
        table.add_row(name, f"{near.found_by_both:.1%}", *distances)
    console.print(table, "Distances in percent of the torso's length.\n")

    what = "decoding and the landmark network alone, all cores"
    table = Table(what, "ms a frame", "goodrep's pose, of it", title="Floor")
    ours_ms = median(pose).wall_s / len(reference) * 1000
    for name, model in (("complete network", FULL_MODEL), ("our lean network", LEAN_MODEL)):
        floor_ms = float(run("benchmarks.floor", video, model).output)
        table.add_row(name, f"{floor_ms:.1f}", f"{ours_ms / floor_ms:.2f}")
    console.print(table)
    after_s = float(median(ours).output)
    console.print(f"From the last frame to the last file: {after_s:.2f} s\n")
    return base.wall_s / median(ours).wall_s


def compare_memory(video: Path, exercise: str, folder: Path) -> float:
    """Peak of ten minutes against one; returns the ratio."""
    peaks = []
    table = Table("video", "peak MB", "seconds", title="Memory")
    for minutes in (1, 10):
        clip = footage.looped(video, folder / f"{minutes}.mp4", 60 * minutes - 1)
        cost = run("benchmarks.product", clip, folder / "results", "--exercise", exercise)
        peaks.append(cost.peak_bytes)
        table.add_row(f"{minutes} min", f"{cost.peak_bytes / 1e6:.0f}", f"{cost.wall_s:.0f}")
    console.print(table, f"Ten minutes need {peaks[1] / peaks[0]:.2f} times the memory of one.\n")
    return peaks[1] / peaks[0]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__)
    parser.add_argument("video", type=Path, nargs="?", help="without it, the mannequin's minute of squats")
    parser.add_argument("--exercise", default="squat")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true", help="leave out the ten-minute video")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="goodrep-bench-") as scratch:
        folder = Path(scratch)
        video = options.video.resolve() if options.video else footage.drawn(folder / "squats.mp4")
        speedup = compare_speed(video, options.exercise, folder, options.repetitions)
        compare_job(console, video, options.exercise, options.repetitions)
        if not options.no_memory:
            compare_memory(video, options.exercise, folder)
    print(f"speedup={speedup:.2f}")


if __name__ == "__main__":
    main()
