"""The worker's tasks: names and limits. Each body is one call.

Celery's own retries are not used: whether and when a job is begun again stands in its record, and `worker.reconcile`
sends the message. So an attempt is counted even when the process that made it was killed.
"""

import time
from collections.abc import Callable

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from celery import Celery
from kombu.exceptions import OperationalError

from storage import open_storage
from storage.errors import StorageError, StorageUnavailable
from storage.jobs.checkpoints import RedisCheckpoints
from storage.jobs.queue import RedisJobs
from storage.redis.broker import DATA_LIMIT_S, DATA_TASK_NAME, HARD_LIMIT_S, SOFT_LIMIT_S, SWEEP_TASK_NAME, TASK_NAME
from worker.analyse import Analyse
from worker.checkpoint import remove_what_ended_jobs_left
from worker.deaths import AtHand
from worker.jobs import Outcome, Tools, run_next
from worker.people.data_requests import DataTools, data_tools, work_off
from worker.people.sweep import sweep_step
from worker.presence import Presence
from worker.room import Room
from worker.settings import WorkerSettings

_LOOK_AGAIN_S = 0.5
_PAUSE_S = 1.0
_log = structlog.get_logger("goodrep.worker")


def add_tasks(
    app: Celery,
    settings: WorkerSettings,
    load_analyse: Callable[[], Analyse],
    stopping: Callable[[], bool],
    room: Room,
    presence: Presence,
    at_hand: AtHand,
) -> None:
    """Register the tasks with `app`; see `worker.configure.create_app` for what they are given."""
    app.Task.Request = "worker.messages:ForgivingRequest"

    @app.task(name=TASK_NAME, soft_time_limit=SOFT_LIMIT_S, time_limit=HARD_LIMIT_S, ignore_result=True)
    def run(job_id: str) -> str:
        """Do the job whose turn it is; `job_id` is that of which the message was made, which may be another."""
        presence.try_out()
        if presence.refusal():
            _leave_to_others(app, job_id, stopping)
            return Outcome.REFUSED.value
        tools = Tools(
            jobs=RedisJobs(settings.redis_url),
            storage=open_storage(settings.storage),
            checkpoints=RedisCheckpoints(settings.redis_url),
            settings=settings,
            analyse=load_analyse(),
            worker=presence.id,
            room=room,
            at_hand=at_hand,
            stopping=stopping,
            timeouts=(SoftTimeLimitExceeded,),
        )
        return run_next(tools).value

    @app.task(name=DATA_TASK_NAME, soft_time_limit=DATA_LIMIT_S, time_limit=DATA_LIMIT_S + 60, ignore_result=True)
    def work_off_data_request(request_id: str) -> str:
        tools = data_tools(settings, stopping)
        try:
            return work_off(request_id, tools)
        finally:
            _wait_for_redis(tools)

    @app.task(name=SWEEP_TASK_NAME, soft_time_limit=SOFT_LIMIT_S, time_limit=HARD_LIMIT_S, ignore_result=True)
    def sweep() -> None:
        tools = data_tools(settings, stopping)
        try:
            remove_what_ended_jobs_left(RedisCheckpoints(settings.redis_url), tools.storage)
            if sweep_step(tools):
                app.send_task(SWEEP_TASK_NAME, ignore_result=True)
        except (StorageError, OperationalError) as error:
            _log.warning("the sweep goes on later", error=str(error))
        finally:
            _wait_for_redis(tools)


def _wait_for_redis(tools: DataTools) -> None:
    """Return when Redis answers: a message that cannot be acknowledged would keep kombu from taking another."""
    while not tools.stopping():
        try:
            tools.jobs.ping()
        except StorageUnavailable:
            time.sleep(_LOOK_AGAIN_S)
        else:
            return


def _leave_to_others(app: Celery, job_id: str, stopping: Callable[[], bool]) -> None:
    """Send the message on, then pause, so that a worker which takes jobs gets it."""
    try:
        app.send_task(TASK_NAME, args=[job_id], task_id=job_id, ignore_result=True, retry=False)
    except OperationalError as error:
        _log.warning("a message is lost, and will be sent again", error=str(error))
    until_s = time.monotonic() + _PAUSE_S
    while time.monotonic() < until_s and not stopping():
        time.sleep(0.1)
