"""The worker's tasks: names and limits. Each body is one call.

Celery's own retries are not used: whether and when a job is begun again stands in its record, and `worker.reconcile`
sends the message. So an attempt is counted even when the process that made it was killed.
"""

import os
import socket
from collections.abc import Callable

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Celery

from storage import open_storage
from storage.broker import DATA_LIMIT_S, DATA_TASK_NAME, HARD_LIMIT_S, SOFT_LIMIT_S, SWEEP_TASK_NAME, TASK_NAME
from storage.jobs import RedisJobs
from worker.analyse import Analyse
from worker.data_requests import data_tools, work_off
from worker.jobs import Tools, run_job
from worker.settings import WorkerSettings
from worker.sweep import sweep_step


def add_tasks(
    app: Celery, settings: WorkerSettings, load_analyse: Callable[[], Analyse], stopping: Callable[[], bool]
) -> None:
    """Register the tasks with `app`."""

    @app.task(name=TASK_NAME, soft_time_limit=SOFT_LIMIT_S, time_limit=HARD_LIMIT_S, ignore_result=True)
    def run(job_id: str) -> str:
        return run_job(job_id, _tools(settings, load_analyse(), stopping)).value

    @app.task(name=DATA_TASK_NAME, soft_time_limit=DATA_LIMIT_S, time_limit=DATA_LIMIT_S + 60, ignore_result=True)
    def work_off_data_request(request_id: str) -> str:
        return work_off(request_id, data_tools(settings, stopping))

    @app.task(name=SWEEP_TASK_NAME, soft_time_limit=SOFT_LIMIT_S, time_limit=HARD_LIMIT_S, ignore_result=True)
    def sweep() -> None:
        if sweep_step(data_tools(settings, stopping)):
            app.send_task(SWEEP_TASK_NAME, ignore_result=True)


def _tools(settings: WorkerSettings, analyse: Analyse, stopping: Callable[[], bool]) -> Tools:
    return Tools(
        jobs=RedisJobs(settings.redis_url),
        storage=open_storage(settings.storage),
        settings=settings,
        analyse=analyse,
        worker=f"{socket.gethostname()}:{os.getpid()}",
        stopping=stopping,
        timeouts=(SoftTimeLimitExceeded,),
    )
