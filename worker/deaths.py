"""When the process that does the jobs dies, its parent sees to the job: at once, instead of when its lease runs out.

Celery tells of such a death after five seconds or more, and does not know which job it was. So the child says what it
is doing in memory that both share, and the parent looks at it twice a second. It is never locked: a child killed with a
lock would hold it for ever.
"""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray
from pathlib import Path

import structlog

from storage.base import Jobs
from storage.errors import StorageError
from storage.types import Claim
from worker.metrics import metrics

_LOOK_EVERY_S = 0.5
_MOST_BYTES = 128
_log = structlog.get_logger("goodrep.worker")

_Slot = ctypes.Array[ctypes.c_char]
"""Bytes that two processes share, with their `value`."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A process that does a job, by its claim."""

    pid: int
    job_id: str
    token: int


class AtHand:
    """What the child is doing, as child and parent see it. Made before the fork.

    A child may die and the next one begin before the parent looks: the next one then puts by what the dead one did.
    """

    def __init__(self) -> None:
        self._said = RawArray(ctypes.c_char, _MOST_BYTES)
        self._left = RawArray(ctypes.c_char, _MOST_BYTES)

    @contextmanager
    def doing(self, claim: Claim) -> Iterator[None]:
        """In the child: this job is at hand until the end of the block."""
        if self._said.value:
            self._left.value = self._said.value
        self._said.value = f"{os.getpid()} {claim.job.id} {claim.token}".encode()
        try:
            yield
        finally:
            self._said.value = b""

    def of_dead(self) -> list[Doing]:
        """In the parent: what children were doing that have died."""
        return [
            doing
            for slot in (self._left, self._said)
            if (doing := _read(slot)) is not None and not _lives(doing.pid) and _read(slot) == doing
        ]

    def forget(self, doing: Doing) -> None:
        """In the parent: this one is seen to."""
        for slot in (self._left, self._said):
            if _read(slot) == doing:  # else the next child is at work already
                slot.value = b""


class DeathWatch(threading.Thread):
    """In the parent: releases the job of a child that died, and blames the video where it was being read."""

    def __init__(self, at_hand: AtHand, jobs: Jobs, stopping: Callable[[], bool], *, delay_s: float) -> None:
        super().__init__(name="death-watch", daemon=True)
        self._at_hand, self._jobs, self._stopping, self._delay_s = at_hand, jobs, stopping, delay_s
        self._stop_now = threading.Event()

    def stop(self) -> None:
        """Look no more."""
        self._stop_now.set()

    def run(self) -> None:
        """Until `stop`. A worker that is being stopped may end its children itself: then nobody is to blame."""
        while not self._stop_now.wait(_LOOK_EVERY_S):
            for doing in self._at_hand.of_dead():
                if not self._stopping():
                    self._see_to(doing)

    def _see_to(self, doing: Doing) -> None:
        try:
            job = self._jobs.child_died(doing.job_id, doing.token, delay_s=self._delay_s, reason=_REASON)
        except StorageError as error:
            _log.warning("Redis is away, and a process died with its job", job_id=doing.job_id, error=str(error))
            return  # and look again
        self._at_hand.forget(doing)
        metrics().deaths.inc()
        _log.error(
            "the process died with its job", job_id=doing.job_id, status=job.status.value if job else "another's"
        )


_REASON = "the process that read the video was killed, or crashed"


def _read(slot: _Slot) -> Doing | None:
    """None where nothing is said, or it is just being written."""
    match slot.value.decode(errors="replace").split():
        case [pid, job_id, token] if pid.isdecimal() and token.isdecimal():
            return Doing(int(pid), job_id, int(token))
    return None


def _lives(pid: int) -> bool:
    """Whether the process runs; one that has ended stays a zombie until Celery has noticed, too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in ("Z", "X")
