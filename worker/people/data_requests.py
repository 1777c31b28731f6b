"""What people ask about their data, from its claim to its end: erasures and exports. No Celery in it.

Every step bears being done twice, so a killed worker's successor simply begins anew.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from storage import Storage, open_storage
from storage.access import RedisAccess
from storage.base import Jobs
from storage.errors import (
    ClaimRefused,
    DataRequestNotFound,
    JobAlreadyEnded,
    JobNotFound,
    LeaseLost,
    StorageError,
    StorageUnavailable,
)
from storage.jobs.queue import RedisJobs
from storage.people.data_requests import DataClaim, DataRequestKind, RedisDataRequests
from storage.people.keeping import RedisKeeping
from storage.signals.devices import RedisDevices
from storage.signals.notices import RedisNotices
from storage.signals.webhooks import RedisWebhooks
from storage.types import JobStatus
from worker.companion import Companion
from worker.people.personal_records import PersonalRecords
from worker.settings import WorkerSettings

_log = structlog.get_logger("goodrep.worker")
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 300.0


class Interrupted(Exception):
    """The worker is being stopped; another goes on."""


class NotYet(Exception):
    """Something must come to its end first, such as a job that is being cancelled."""


def data_tools(settings: WorkerSettings, stopping: Callable[[], bool] = lambda: False) -> "DataTools":
    """Tools on what the settings name; opens no connection yet."""
    return DataTools(
        requests=RedisDataRequests(settings.redis_url),
        keeping=RedisKeeping(settings.redis_url),
        jobs=RedisJobs(settings.redis_url),
        notices=RedisNotices(settings.redis_url),
        personal=PersonalRecords(RedisDevices(settings.redis_url), RedisWebhooks(settings.redis_url)),
        storage=open_storage(settings.storage),
        access=RedisAccess(settings.redis_url),
        settings=settings,
        stopping=stopping,
    )


@dataclass(frozen=True, slots=True)
class DataTools:
    """What a data request is worked off with.

    Attributes:
        requests: The records of what people ask.
        keeping: Further questions about what Redis holds.
        jobs: Job records.
        notices: What is told of jobs, and the log of it.
        personal: Further records about users, such as their devices.
        storage: Videos, results and figures.
        access: The secret that signs proofs.
        settings: What the operator chose.
        stopping: Whether this worker is being stopped.
    """

    requests: RedisDataRequests
    keeping: RedisKeeping
    jobs: Jobs
    notices: RedisNotices
    personal: PersonalRecords
    storage: Storage
    access: RedisAccess
    settings: WorkerSettings
    stopping: Callable[[], bool] = lambda: False


class Hold(Companion):
    """Holds a claim from `with` to the end of the block, renewed by a thread."""

    def __init__(self, tools: DataTools, claim: DataClaim) -> None:
        super().__init__(f"hold-{claim.request.id}")
        self.claim = claim
        self._tools = tools
        self._lost = threading.Event()

    def check(self) -> None:
        """Return when to go on; costs nothing. Raises `LeaseLost`, `Interrupted`."""
        if self._lost.is_set():
            raise LeaseLost("Somebody else works on it, or it is not wanted any more.")
        if self._tools.stopping():
            raise Interrupted

    def pause(self, seconds: float) -> None:
        """Wait, unless the claim is lost or the worker stopped. Raises as `check`."""
        self._lost.wait(seconds)
        self.check()

    def _run(self) -> None:
        while not self._closed.wait(self._tools.settings.renew_every_s):
            try:
                self._tools.requests.renew(self.claim)
            except LeaseLost:
                self._lost.set()
                return
            except StorageError as error:
                _log.warning("the claim on a data request is not renewed", error=str(error))


def work_off(request_id: str, tools: DataTools) -> str:
    """Claim, do, and end what was asked for; a word for the log. Safe to call any number of times."""
    from worker.people.erase import erase_analysis, erase_user
    from worker.people.export import export

    try:
        claim = tools.requests.claim(request_id, lease_s=tools.settings.lease_s)
    except (DataRequestNotFound, ClaimRefused) as refusal:
        _log.info("nothing to do", data_request=request_id, why=str(refusal))
        return "refused"
    except StorageUnavailable:
        _log.warning("Redis is away; the request stays open", data_request=request_id)
        return "refused"
    do = {
        DataRequestKind.ERASE_ANALYSIS: erase_analysis,
        DataRequestKind.ERASE_USER: erase_user,
        DataRequestKind.EXPORT: export,
    }[claim.request.asked.kind]
    with (
        structlog.contextvars.bound_contextvars(data_request=request_id, request_id=claim.request.asked.request_id),
        Hold(tools, claim) as hold,
    ):
        try:
            ending = do(hold, tools)
            tools.requests.finish(claim, JobStatus.SUCCEEDED, result=ending.result, kept_s=ending.kept_s)
        except LeaseLost:
            return "lost"
        except Interrupted:
            return _release(claim, tools, delay_s=0.0, counts=False)
        except NotYet as reason:
            _log.info("data request waits", why=str(reason))
            return _release(claim, tools, delay_s=1.0, counts=False)
        except Exception:  # noqa: BLE001 - a promise to a person is not given up because of an error
            delay_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(10, claim.request.attempts - 1))
            _log.exception("data request is tried again", attempt=claim.request.attempts, delay_s=delay_s)
            return _release(claim, tools, delay_s=delay_s, counts=True)
        _log.info("data request done", kind=claim.request.asked.kind.value)
        return "done"


@dataclass(frozen=True, slots=True)
class DataEnding:
    """What a request came to, and for how long its record is kept (0 for ever)."""

    result: dict[str, object]
    kept_s: int


def cancel_what_is_erased(requests: RedisDataRequests, jobs: Jobs) -> None:
    """Ask the jobs to stop that an open erasure waits for; the erasure itself may have to wait for their worker."""
    for request in requests.open():
        if request.asked.kind is DataRequestKind.ERASE_ANALYSIS:
            stop_job(request.asked.job_id, jobs)
        elif request.asked.kind is DataRequestKind.ERASE_USER:
            stop_jobs_of(request.asked.owner, jobs)


def stop_job(job_id: str, jobs: Jobs) -> bool:
    """Ask the job to stop; whether it has ended, or never was."""
    try:
        return jobs.request_cancel(job_id).status.final
    except (JobNotFound, JobAlreadyEnded):
        return True


def stop_jobs_of(owner: str, jobs: Jobs) -> bool:
    """Ask all of the user's jobs to stop; whether all have ended."""
    ended, cursor = True, ""
    while True:
        page = jobs.list(owner, cursor=cursor, limit=100)
        for job in page.jobs:
            if not job.status.final:
                ended = stop_job(job.id, jobs) and ended
        if not page.next_cursor:
            return ended
        cursor = page.next_cursor


def _release(claim: DataClaim, tools: DataTools, *, delay_s: float, counts: bool) -> str:
    try:
        tools.requests.release(claim, delay_s=delay_s, counts=counts)
    except StorageError as error:  # its lease runs out by itself
        _log.warning("data request is not given back", error=str(error))
    return "released"
