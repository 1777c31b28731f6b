"""A job's lease while it is worked on: renewed by a thread, which also tells progress and hears of the end."""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from storage.base import Jobs
from storage.errors import LeaseLost, StorageUnavailable
from storage.types import Claim, Stage
from telemetry.stores import count_retry
from worker.companion import Companion
from worker.settings import WorkerSettings
from worker.watch import JobWatch

_PROGRESS_EVERY_S = 0.2
_Value = TypeVar("_Value")
_log = structlog.get_logger("goodrep.worker")


class StopReason(StrEnum):
    """Why a job must stop before its end."""

    LOST = "lost"
    """Another worker has it now, or it has ended: nothing may be written any more."""
    CANCELLED = "cancelled"
    """Its owner asked for it."""
    SHUTDOWN = "shutdown"
    """The worker is being stopped; another will begin the job anew."""
    TIMEOUT = "timeout"
    """It took longer than a job may."""


class JobStopped(Exception):
    """The job must stop; see `reason`."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Lease(Companion):
    """Holds a claim from `with` to the end of the block.

    While Redis is away the work goes on: nobody else can claim the job then either. Whether the claim still holds is
    decided by its token as soon as Redis is back, and always before anything is published.
    """

    def __init__(
        self, jobs: Jobs, claim: Claim, settings: WorkerSettings, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(f"lease-{claim.job.id}")
        self.claim = claim
        self.watch = JobWatch(claim)
        self._jobs = jobs
        self._settings = settings
        self._stopping = stopping
        self._ends_s = time.monotonic() + settings.job_limit_s
        self._shutdown_s: float | None = None
        self._reason: StopReason | None = None
        self._reason_lock = threading.Lock()
        self._committed = False
        self._news: dict[Stage, tuple[int, int]] = {}
        self._news_lock = threading.Lock()
        self._stage: Stage | None = None
        self._frames_resumed = 0
        self._sending_lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def reason(self) -> StopReason | None:
        """Why to stop; None while there is no reason to."""
        return self._reason

    def should_stop(self) -> bool:
        """Whether to stop; costs nothing, for the analysis to ask at every frame."""
        return self._reason is not None

    def report(self, stage: str, done: int, total: int) -> None:
        """Note progress; what is no `Stage` is left out.

        Frames are told soon, which costs nothing here. A new stage is told at once, as far as Redis can be reached:
        should the process die in it, the record says in which.
        """
        try:
            known = Stage(stage)
        except ValueError:
            return
        self.watch.stage(known, done)
        with self._news_lock:
            self._news[known] = (done, total)
            is_new, self._stage = known is not self._stage, known
        if is_new:
            self.flush()

    def resumed(self, frames: int) -> None:
        """Note that so many more frames are known from an attempt before this one."""
        with self._news_lock:
            self._frames_resumed += frames
        self.watch.resumed(frames)

    def flush(self) -> None:
        """Tell noted progress now, if Redis can be reached."""
        try:
            self._tell()
        except StorageUnavailable:
            _log.debug("progress not told")

    def check(self) -> None:
        """Make sure that the claim holds at this moment, waiting for Redis if need be.

        Raises:
            JobStopped: The job must stop.
            StorageUnavailable: Redis was away for longer than the settings' patience.
        """
        self.patiently(self._renew)
        if self._reason is not None:
            raise JobStopped(self._reason)

    def commit(self) -> None:
        """From here on only a lost claim stops the job. Raises as `check`."""
        self.check()
        self._commit()

    def still_held(self) -> bool:
        """Whether the claim holds at this moment. Raises `StorageUnavailable` at once."""
        self._renew()
        return self._reason is not StopReason.LOST

    def until_written(self, call: Callable[[], _Value]) -> _Value:
        """As `patiently`, for what ends the job: only a lost claim stops it."""
        self._commit()
        return self.patiently(call)

    def patiently(self, call: Callable[[], _Value]) -> _Value:
        """What `call` gives; tried again, with growing pauses, while storage is away.

        Raises:
            JobStopped: The job must stop.
            StorageUnavailable: Storage was away for longer than the settings' patience.
        """
        attempts = Retrying(
            retry=retry_if_exception_type(StorageUnavailable),
            wait=wait_random_exponential(multiplier=0.1, max=2.0),
            stop=stop_after_delay(self._settings.patience_s),
            sleep=self._pause,
            before_sleep=_log_pause,
            reraise=True,
        )
        return attempts(call)

    def _commit(self) -> None:
        with self._reason_lock:
            self._committed = True
            if self._reason is not StopReason.LOST:
                self._reason = None
                self._stopped.clear()

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds) and self._reason is not None:
            raise JobStopped(self._reason)

    def _run(self) -> None:
        renewed_s = time.monotonic()
        away = False
        while not self._closed.wait(min(_PROGRESS_EVERY_S, self._settings.renew_every_s)):
            try:
                self._tell()
                if time.monotonic() - renewed_s >= self._settings.renew_every_s:
                    self._renew()
                    renewed_s = time.monotonic()
            except StorageUnavailable:
                if not away:
                    _log.warning("Redis is away; the job goes on and its lease is renewed when Redis is back")
                away = True
            except Exception:  # noqa: BLE001 - a silent end of this thread would lose the job
                _log.exception("the lease could not be renewed")
            else:
                away = False
            self._watch_the_clock()
            if self._reason is StopReason.LOST:
                return

    def _tell(self) -> None:
        with self._sending_lock:
            with self._news_lock:
                news, self._news, resumed = self._news, {}, self._frames_resumed
            for stage, (done, total) in news.items():
                try:
                    self._jobs.progress(self.claim, stage, frames_done=done, frames_total=total, frames_resumed=resumed)
                except LeaseLost:
                    self._stop(StopReason.LOST)

    def _renew(self) -> None:
        try:
            if self._jobs.renew(self.claim):
                self._stop(StopReason.CANCELLED)
        except LeaseLost:
            self._stop(StopReason.LOST)

    def _watch_the_clock(self) -> None:
        now_s = time.monotonic()
        if now_s > self._ends_s:
            self._stop(StopReason.TIMEOUT)
        if self._stopping():
            self._shutdown_s = self._shutdown_s or now_s
            if now_s - self._shutdown_s >= self._settings.stop_grace_s:
                self._stop(StopReason.SHUTDOWN)

    def _stop(self, reason: StopReason) -> None:
        """The first reason counts, except that a lost claim is lost whatever came before."""
        with self._reason_lock:
            if reason is StopReason.LOST or (self._reason is None and not self._committed):
                self._reason = reason
                self._stopped.set()


def _log_pause(state: RetryCallState) -> None:
    count_retry()
    cause = state.outcome.exception() if state.outcome else None
    _log.warning("storage away; trying again", attempt=state.attempt_number, error=str(cause))
