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
from storage.broker import HARD_LIMIT_S, SOFT_LIMIT_S, TASK_NAME
from storage.jobs import RedisJobs
from worker.analyse import Analyse
from worker.jobs import Tools, run_job
from worker.settings import WorkerSettings


def add_tasks(
    app: Celery, settings: WorkerSettings, load_analyse: Callable[[], Analyse], stopping: Callable[[], bool]
) -> None:
    """Register the tasks with `app`."""

    @app.task(name=TASK_NAME, soft_time_limit=SOFT_LIMIT_S, time_limit=HARD_LIMIT_S, ignore_result=True)
    def run(job_id: str) -> str:
        return run_job(job_id, _tools(settings, load_analyse(), stopping)).value


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
