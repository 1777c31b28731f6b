"""The door to the workers: a message that holds a job's id, sent by the task's name."""

from celery import Celery
from kombu.exceptions import OperationalError
from structlog import get_logger

from storage.redis.broker import DATA_TASK_NAME, TASK_NAME, broker_options

_log = get_logger("goodrep.api")


class Queue:
    """Sends jobs to the workers. Threads may share it."""

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery("goodrep-api", broker=redis_url, set_as_current=False)
        self._celery.conf.update(broker_options())

    def send(self, job_id: str) -> None:
        """Tell the workers about an accepted job; never raises for a broker that is away.

        The job's record is already written, and the record is what counts: the workers look for records without a
        message (`Jobs.unattended`) and send them again. To answer an error here would refuse a job that then runs.
        """
        self._send(TASK_NAME, job_id)

    def send_data_request(self, request_id: str) -> None:
        """Likewise about an erasure or an export."""
        self._send(DATA_TASK_NAME, request_id)

    def _send(self, task: str, record_id: str) -> None:
        try:
            self._celery.send_task(
                task,
                args=[record_id],
                task_id=record_id,
                ignore_result=True,
                retry=True,
                # once more, for a pooled connection that a restart of Redis has cut
                retry_policy={"max_retries": 1, "interval_start": 0.0, "interval_step": 0.1, "interval_max": 0.1},
            )
        except (OperationalError, OSError) as error:
            _log.warning("message not sent; the workers will find the record", record=record_id, error=repr(error))
