"""Finds out when jobs wait that nobody will do, because messages are lost, and sends others.

An API can die between the record and the message, a worker between the message and the end, and Redis can lose a
message that was on its way. The records are what counts: where more of them wait than messages do, some are sent. A
message too many does no harm, since a claim decides who works on what.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis import RedisError

from storage.base import Jobs
from storage.errors import StorageError
from storage.people.data_requests import RedisDataRequests
from storage.people.guests import RedisGuests
from storage.redis.broker import DATA_TASK_NAME, QUEUE, SWEEP_TASK_NAME, TASK_NAME
from storage.types import ExerciseName
from worker.metrics import metrics
from worker.people.data_requests import cancel_what_is_erased
from worker.people.guests import erase_guests
from worker.settings import WorkerSettings
from worker.staging import sweep

_FIRST_SWEEP_AFTER_S = 30.0
_log = structlog.get_logger("goodrep.worker")


class Broker:
    """The queue of messages, seen from the worker."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def waiting(self, task: str) -> Sequence[str]:
        """Ids in the messages that wait for a worker, of a job or of a data request.

        Kombu keeps the messages of a queue in a Redis list of the queue's name, as JSON with the task's name and its
        id, which is ours, in the headers.
        """
        with self._app.connection_for_read() as connection:
            channel: Any = connection.default_channel  # kombu's Redis channel
            messages = channel.client.lrange(QUEUE, 0, -1)
        headers = (json.loads(message)["headers"] for message in messages)
        return [each["id"] for each in headers if each["task"] == task]

    def send(self, job_id: str) -> None:
        """Ask the workers for the job."""
        self._app.send_task(TASK_NAME, args=[job_id], task_id=job_id, ignore_result=True, retry=False)

    def send_data_request(self, request_id: str) -> None:
        """Ask the workers for an erasure or an export."""
        self._app.send_task(DATA_TASK_NAME, args=[request_id], task_id=request_id, ignore_result=True, retry=False)

    def send_sweep(self) -> None:
        """Ask the workers for a step of a sweep."""
        self._app.send_task(SWEEP_TASK_NAME, ignore_result=True, retry=False)


def reconcile(jobs: Jobs, broker: Broker, *, queued_for_s: float) -> list[str]:
    """Send as many messages as are missing; the ids in them.

    Any message wakes a worker for whichever job is in turn, so it is their number that counts: one for each job that
    waits. They are compared as soon as one job has waited for too long.
    """
    if not jobs.unattended(queued_for_s=queued_for_s):
        return []
    unattended = jobs.unattended(queued_for_s=0)
    waiting = broker.waiting(TASK_NAME)
    without = [job_id for job_id in unattended if job_id not in waiting]
    lost = without[: max(0, len(unattended) - len(waiting))]
    for job_id in lost:
        broker.send(job_id)
    return lost


def reconcile_data_requests(
    requests: RedisDataRequests, jobs: Jobs, broker: Broker, *, queued_for_s: float
) -> list[str]:
    """Likewise for what people ask about their data; and stop the jobs that are to be erased."""
    cancel_what_is_erased(requests, jobs)
    unattended = requests.unattended(queued_for_s=queued_for_s)
    if not unattended:
        return []
    waiting = broker.waiting(DATA_TASK_NAME)
    lost = [request_id for request_id in unattended if request_id not in waiting]
    for request_id in lost:
        broker.send_data_request(request_id)
    return lost


class Housekeeping(threading.Thread):
    """A worker's chores between jobs: say what it can judge, sweep what dead workers left, reconcile."""

    def __init__(
        self, jobs: Jobs, broker: Broker, settings: WorkerSettings, exercises: Callable[[], Sequence[ExerciseName]]
    ) -> None:
        super().__init__(name="housekeeping", daemon=True)
        self._jobs = jobs
        self._broker = broker
        self._settings = settings
        # jobs first, where a worker starts because they wait
        self._first_sweep_s = time.monotonic() + min(_FIRST_SWEEP_AFTER_S, settings.sweep_every_s)
        self._data_requests = RedisDataRequests(settings.redis_url)
        self._guests = RedisGuests(settings.redis_url)
        self._exercises = exercises()
        self._announced = False
        self._stop_now = threading.Event()

    def stop(self) -> None:
        """End after the chore at hand."""
        self._stop_now.set()

    def run(self) -> None:
        """Until `stop`, whatever goes wrong meanwhile."""
        while True:
            try:
                self._once()
            except (StorageError, OperationalError, RedisError, OSError) as error:
                _log.warning("chores wait", error=str(error))
            except Exception:  # noqa: BLE001 - a chore that fails must not end the others
                _log.exception("a chore failed")
            if self._stop_now.wait(self._settings.reconcile_every_s):
                return

    def _once(self) -> None:
        _sweep(self._settings.staging_root)
        if not self._announced or not self._jobs.exercises():  # a new Redis knows nothing
            self._jobs.announce_exercises(self._exercises)
            self._announced = True
        # half of the pause: whoever comes first in each round does it
        if self._jobs.take_turn("reconcile", for_s=self._settings.reconcile_every_s / 2):
            sent = reconcile(self._jobs, self._broker, queued_for_s=self._settings.queued_for_s)
            if sent:
                metrics().resent.inc(len(sent))
                _log.warning("messages were lost; sent again", job_ids=sent)
            erase_guests(self._guests, self._data_requests, self._broker.send_data_request)
            reconcile_data_requests(
                self._data_requests, self._jobs, self._broker, queued_for_s=self._settings.queued_for_s
            )
        every_s = self._settings.sweep_every_s
        if every_s and time.monotonic() >= self._first_sweep_s and self._jobs.take_turn("sweep", for_s=every_s):
            self._broker.send_sweep()


def _sweep(root: Path) -> None:
    swept = sweep(root)
    if swept:
        _log.warning("swept what dead workers left", folders=swept)
