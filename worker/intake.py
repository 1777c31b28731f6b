"""Whether a worker takes messages from the queue: one that must not begin jobs leaves them to others.

The worker's parent process takes the messages. A message that was taken while the intake is being closed is still
worked off by the child, which asks for itself whether it may begin a job.
"""

from typing import Any

import structlog
from celery.worker import state

from storage.redis.broker import QUEUE

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
        """Have it opened or closed; to be asked again, since it comes to nothing while there is no connection."""
        if takes_jobs is not self._open and self._consumer() is not None:
            # in the consumer's own thread, between two messages
            self._consumer().call_soon(self._turn, takes_jobs)

    def idle(self) -> bool:
        """Whether it is closed and all that was taken is done."""
        return not self._open and not state.reserved_requests

    def _turn(self, takes_jobs: bool) -> None:
        consumer = self._consumer()
        if takes_jobs is self._open or consumer is None:
            return
        if takes_jobs:
            consumer.add_task_queue(QUEUE)
        else:
            consumer.cancel_task_queue(QUEUE)  # and Celery remembers it when it connects anew
        self._open = takes_jobs
        _log.info("messages are taken again" if takes_jobs else "messages are left to others")

    def _consumer(self) -> Any:
        """Celery's, or None while it is not connected."""
        consumer = getattr(self._worker, "consumer", None)
        return consumer if consumer is not None and consumer.task_consumer is not None else None
