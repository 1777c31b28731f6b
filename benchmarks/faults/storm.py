"""Many jobs, and something is killed all the time."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from benchmarks.faults.case import EXHAUSTED, Case
from benchmarks.faults.house import House

_WORKERS = 2
_PAUSE_S = (0.5, 3.0)
_LONGEST_S = 600.0


def storm_of(jobs: int, seed: int) -> Case:
    """A storm over so many jobs; the same seed chooses the same faults."""
    may_fail = EXHAUSTED | {"video_quarantined"}  # of a job whose process was killed twice while it read the video
    return Case(f"storm of {jobs} jobs", partial(_storm, jobs, seed), may_fail=may_fail, within_s=600)


def _storm(jobs: int, seed: int, house: House) -> None:
    """Killing goes on until the last job has ended, or for ten minutes."""
    choose = random.Random(seed)
    for _ in range(_WORKERS):
        house.worker()
    killer = _Killer(house, choose)
    killer.start()
    try:
        for number in range(jobs):
            (job,) = house.submit(1, frames=choose.randrange(20, 100), frame_s=0.03, keep=number % 3 == 0)
            if number % 20 == 19:
                house.cancel(job)
        with suppress(TimeoutError):
            house.until_ended(_LONGEST_S)
    finally:
        killer.stop()
    killer.repair()
    house.notes = ", ".join(f"{count} x {what}" for what, count in killer.done.most_common())


class _Killer(threading.Thread):
    def __init__(self, house: House, choose: random.Random) -> None:
        super().__init__(name="killer", daemon=True)
        self._house, self._choose = house, choose
        self._stop_now = threading.Event()
        self._faults: tuple[Callable[[], None], ...] = (
            self._kill_child,
            self._kill_child,
            self._kill_child,
            self._kill_parent,
            self._kill_api,
            self._kill_redis,
            self._freeze_redis,
            self._unplug,
        )
        self.done = Counter[str]()

    def run(self) -> None:
        while not self._stop_now.wait(self._choose.uniform(*_PAUSE_S)):
            fault = self._choose.choice(self._faults)
            fault()
            self.done[fault.__name__.strip("_").replace("_", " ")] += 1

    def stop(self) -> None:
        """End after the fault at hand."""
        self._stop_now.set()
        self.join()

    def repair(self) -> None:
        """Everything that should run does."""
        while sum(worker.alive() for worker in self._house.workers) < _WORKERS:
            self._house.worker()

    def _kill_child(self) -> None:
        self._house.kill_child(self._choose.choice(self._house.workers))

    def _kill_parent(self) -> None:
        self._house.kill_parent(self._choose.choice(self._house.workers))
        time.sleep(0.5)
        self.repair()

    def _kill_api(self) -> None:
        self._house.api.kill()
        self._house.api.start()

    def _kill_redis(self) -> None:
        self._house.redis.restart()

    def _freeze_redis(self) -> None:
        self._house.redis.freeze()
        time.sleep(self._choose.uniform(1, 6))
        self._house.redis.thaw()

    def _unplug(self) -> None:
        objects = self._house.volumes / "storage" / "objects"
        objects.rename(objects.with_name("unplugged"))
        time.sleep(self._choose.uniform(0.5, 3))
        objects.with_name("unplugged").rename(objects)
