"""What a command costs: time, processor, memory of the whole process tree."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
SAMPLE_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of processor, and the peak of the tree's memory.

    Memory is proportional (PSS): what processes share counts once.
    """

    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str


def run(module: str, *arguments: object) -> Cost:
    """Run `python -m module arguments` to its end.

    Raises:
        SystemExit: It failed; its words are shown.
    """
    peak = 0
    stop = threading.Event()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def watch() -> None:
        nonlocal peak
        while not stop.wait(SAMPLE_EVERY_S):
            peak = max(peak, tree_bytes(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    stdout, stderr = process.stdout, process.stderr
    assert stdout is not None
    assert stderr is not None
    errors: list[bytes] = []
    reader = threading.Thread(target=lambda: errors.append(stderr.read()))
    reader.start()
    output = stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    stop.set()
    watcher.join()
    reader.join()
    if process.returncode:
        sys.exit(f"{module} failed:\n{b''.join(errors).decode(errors='replace')[-4000:]}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, peak, output)


def tree_bytes(pid: int) -> int:
    """Memory of a process and all below it now; what has just ended counts as nothing."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            total += _pss(process.pid)
    except psutil.NoSuchProcess:
        pass
    return total


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def median(costs: Sequence[Cost]) -> Cost:
    """Medians of time, the largest memory."""
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        max(cost.peak_bytes for cost in costs),
        costs[-1].output,
    )
