"""Clocks that jump: of a worker, and of Redis, whose clock is the one that counts.

`clock.c` is compiled and preloaded into the process; it shifts the wall clock by what a file says, at any time. The
clock that only ever rises is left alone, as by a real jump.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.faults.case import Case
from benchmarks.faults.house import House

HOUR_S, DAY_S = 3600, 86_400
_SOURCE = Path(__file__).with_name("clock.c")


class Clock:
    """A wall clock that can be shifted, for processes started with `environment`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        library = folder / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
        self._file.write_bytes(struct.pack("q", 0))
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_FILE": str(self._file)}

    def jump(self, seconds: int) -> None:
        """From now on it is so much later."""
        with self._file.open("r+b") as file:
            file.write(struct.pack("q", seconds))


def _worker_jumps(seconds: int, house: House) -> None:
    """In the middle of a job; another worker's clock is right."""
    clock = Clock(house.folder)
    house.worker(clock.environment)
    first, *_ = house.submit(4, frames=80, frame_s=0.05, keep=True)
    house.until_frames(first, 20)
    clock.jump(seconds)
    house.worker()
    house.submit(2)


def _redis_jumps(seconds: int, house: House) -> None:
    """In the middle of a job, with others waiting; then that job's worker dies, so that its lease must run out."""
    clock = Clock(house.folder)
    with _set(clock.environment):
        house.redis.restart()
    worker = house.worker()
    first, *_ = house.submit(4, frames=80, frame_s=0.05, keep=True)
    house.until_frames(first, 20)
    clock.jump(seconds)
    house.kill_parent(worker)
    house.worker()
    house.submit(2)


@contextmanager
def _set(environment: dict[str, str]) -> Iterator[None]:
    os.environ.update(environment)
    try:
        yield
    finally:
        for name in environment:
            del os.environ[name]


def _no_compiler() -> str:
    return "" if shutil.which("cc") else "no C compiler to build the shifted clock with"


CASES = (
    Case("a worker's clock jumps a day ahead", partial(_worker_jumps, DAY_S), skip=_no_compiler),
    Case("a worker's clock jumps a day back", partial(_worker_jumps, -DAY_S), skip=_no_compiler),
    Case("Redis' clock jumps an hour ahead", partial(_redis_jumps, HOUR_S), skip=_no_compiler),
    Case("Redis' clock jumps an hour back", partial(_redis_jumps, -HOUR_S), skip=_no_compiler),
)
