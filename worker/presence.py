"""Whether a worker takes jobs, and that it says so: in Redis every few seconds, by its parent.

The parent lives as long as the worker; jobs are done by a child, which may be killed and replaced. What they must know
of each other lies in memory that both share. It is never locked: a child killed with a lock would hold it for ever.
"""

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import IntEnum
from multiprocessing.sharedctypes import RawArray, RawValue

import structlog

from analysis import __version__
from storage.errors import StorageError, StorageUnavailable
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from worker.intake import Intake
from worker.room import Room

_EVERY_S = 2.0
_SOON_S = 0.3
_MOST_DEATHS = 2
_DETAIL_BYTES = 400
_log = structlog.get_logger("goodrep.worker")


class _Fitness(IntEnum):
    UNKNOWN = 0
    FIT = 1
    UNFIT = 2


class Presence:
    """One worker, as its parent and its child see it. Made before the fork."""

    def __init__(self, room: Room, workers: RedisWorkers, self_test: Callable[[], None] | None) -> None:
        """Nothing is sent yet. Without a self-test the worker is fit when it has loaded the analysis."""
        host, pid = socket.gethostname(), os.getpid()
        self._me = Worker(f"{host}:{pid}", host, pid, __version__, datetime.now(UTC), WorkerState.STARTING)
        self._room = room
        self._workers = workers
        self._self_test = self_test
        self._fitness = RawValue(ctypes.c_int, _Fitness.UNKNOWN)
        self._tests_begun = RawValue(ctypes.c_int, 0)
        self._why_unfit = RawArray(ctypes.c_char, _DETAIL_BYTES)
        self._drained = RawValue(ctypes.c_bool, False)
        self._said = ""

    @property
    def id(self) -> str:
        """The worker's id in Redis, and in the records of its jobs."""
        return self._me.id

    # In the child.

    def try_out(self) -> None:
        """When the analysis is loaded: run the self-test unless its outcome is known; returns whatever happens.

        It is tried again in a new child when the process dies of it, but not for ever; and later, where there was no
        room for it.
        """
        if self._self_test is None:
            self._fitness.value = _Fitness.FIT
        if self._self_test is None or self._fitness.value != _Fitness.UNKNOWN or self._room.missing_bytes():
            return
        self._tests_begun.value += 1
        if self._tests_begun.value > _MOST_DEATHS:
            self._unfit("The process that ran the self-test died of it.")
            return
        try:
            self._self_test()
        except Exception as error:  # noqa: BLE001 - whatever it is, this worker is not fit
            if self._room.missing_bytes():
                self._tests_begun.value -= 1
                return
            _log.exception("the self-test failed; this worker takes no jobs")
            self._unfit(f"{type(error).__name__}: {error}")
        else:
            self._fitness.value = _Fitness.FIT

    def refusal(self) -> str:
        """Why the worker must not begin a job now; "" when it may. Logged when it changes."""
        state, detail = self._state()
        why = "" if state.takes_jobs else detail or state.value
        if not why and (self._drained.value or self._was_drained_just_now()):
            why = "It is being drained."
        if why != self._said:
            self._said = why
            _log.warning("no jobs are taken", why=why) if why else _log.info("jobs are taken again")
        return why

    def _was_drained_just_now(self) -> bool:
        try:
            return self._workers.drain_requested(self.id)
        except StorageUnavailable:
            return False  # then no job can be claimed either

    def _unfit(self, why: str) -> None:
        self._why_unfit.value = why.encode()[: _DETAIL_BYTES - 1]
        self._fitness.value = _Fitness.UNFIT

    # In the parent.

    @property
    def starting(self) -> bool:
        """Whether it is not known yet if this worker is fit."""
        return self._state()[0] is WorkerState.STARTING

    def announce(self, *, idle: bool = False) -> bool:
        """Say how the worker is, and hear what is wanted of it: whether it is to take no more jobs.

        Args:
            idle: Whether no message is taken any more, and nothing that was is left to do.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        state, detail = self._state()
        if self._drained.value:
            state = WorkerState.DRAINED if idle else WorkerState.DRAINING
        self._drained.value = self._workers.announce(replace(self._me, state=state, detail=detail))
        return bool(self._drained.value)

    def leave(self) -> None:
        """Say that the worker ends as it should. Raises `StorageUnavailable`."""
        self._workers.leave(self.id)

    def _state(self) -> tuple[WorkerState, str]:
        if self._fitness.value == _Fitness.UNFIT:
            return WorkerState.FAILED_SELF_TEST, self._why_unfit.value.decode(errors="ignore")
        missing_bytes = self._room.missing_bytes()
        if missing_bytes:
            return WorkerState.NO_ROOM, f"The disk lacks {missing_bytes / 1e6:.0f} MB."
        return WorkerState.READY if self._fitness.value == _Fitness.FIT else WorkerState.STARTING, ""


class Announcer(threading.Thread):
    """Announces a worker until `stop`, and closes its intake while it is to take no more jobs."""

    def __init__(self, presence: Presence, intake: Intake) -> None:
        super().__init__(name="presence", daemon=True)
        self._presence = presence
        self._intake = intake
        self._stop_now = threading.Event()

    def run(self) -> None:
        """Until `stop`, whatever goes wrong meanwhile."""
        while not self._stop_now.is_set():
            pause_s = _EVERY_S
            try:
                idle = self._intake.idle()
                drained = self._presence.announce(idle=idle)
                self._intake.set(takes_jobs=not drained)
                if idle is not drained or self._presence.starting:
                    pause_s = _SOON_S  # somebody waits to hear of it
            except (StorageError, OSError) as error:
                _log.warning("the worker is not announced", error=str(error))
            except Exception:  # noqa: BLE001 - a worker that is silent would be taken for dead
                _log.exception("the worker is not announced")
            self._stop_now.wait(pause_s)

    def stop(self) -> None:
        """The worker ends."""
        self._stop_now.set()
        self.join(_EVERY_S)
        try:
            self._presence.leave()
        except StorageError as error:
            _log.warning("the worker leaves without a word", error=str(error))
