"""`python -m worker.health`, for health checks: whether the workers of this machine or container are as they should be.

Asks Redis for their records. Exit status 0 when at least one is there and each of them is fit; else 1, with a sentence.
A worker without room on its disk, or one that is drained, is as healthy as a restart could make it.
"""

import socket
import sys

from storage.errors import StorageError
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from worker.settings import WorkerSettings

_ANSWER_TIMEOUT_S = 3.0


def main() -> int:
    """The exit status."""
    try:
        workers = RedisWorkers(WorkerSettings().redis_url, answer_timeout_s=_ANSWER_TIMEOUT_S).list()
    except StorageError as error:
        return _unhealthy(str(error))
    here = [worker for worker in workers if worker.host == socket.gethostname() and worker.alive]
    if not here:
        return _unhealthy("No worker of this machine has been seen just now.")
    for worker in here:
        if worker.state in (WorkerState.STARTING, WorkerState.FAILED_SELF_TEST):
            return _unhealthy(_told(worker))
    print("; ".join(map(_told, here)))  # noqa: T201
    return 0


def _told(worker: Worker) -> str:
    return f"{worker.id}: {worker.state}{f' ({worker.detail})' if worker.detail else ''}"


def _unhealthy(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
