"""Whether a worker takes messages from the queue: one that must not begin jobs leaves them to others.

The worker's parent process takes the messages. A message that was taken while the intake is being closed is still
worked off by the child, which asks for itself whether it may begin a job.
"""

from typing import Any

import structlog
from celery.worker import state

from storage.broker import QUEUE

_log = structlog.get_logger("goodrep.worker")


class Intake:
    """The queue's tap, for any thread of the parent. A lost connection to Redis leaves it as it is."""

    def __init__(self, worker: Any) -> None:
        """Open.

        Args:
            worker: Celery's `WorkController`, whose consumer may not be there yet.
        """
        self._worker = worker
        self._open = True

    def set(self, *, takes_jobs: bool) -> None:
        """Open or close it; takes effect within a second."""
        consumer = getattr(self._worker, "consumer", None)
        if takes_jobs is self._open or consumer is None or consumer.task_consumer is None:
            return
        self._open = takes_jobs
        # in the consumer's own thread, between two messages
        consumer.call_soon(consumer.add_task_queue if takes_jobs else consumer.cancel_task_queue, QUEUE)
        _log.info("messages are taken again" if takes_jobs else "messages are left to others")

    def idle(self) -> bool:
        """Whether it is closed and all that was taken is done."""
        return not self._open and not self._consuming() and not state.reserved_requests

    def _consuming(self) -> bool:
        consumer = getattr(self._worker, "consumer", None)
        tasks = consumer.task_consumer if consumer else None
        return tasks is not None and bool(tasks.consuming_from(QUEUE))
