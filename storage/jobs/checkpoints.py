"""Which jobs have something in the store that is not to outlast them, so that it is removed however they end.

That is a checkpoint, and of a job that does not succeed the results that it had published when it was cut short.
"""

from storage.errors import JobNotFound
from storage.jobs.records import job_from
from storage.redis.client import ANSWER_TIMEOUT_S, connect, fields_of, redis_errors
from storage.types import Job

_CHECKPOINTS = "goodrep:checkpoints"


class RedisCheckpoints:
    """Ids of such jobs. Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)

    def note(self, job_id: str) -> None:
        """The job will have something there; said before it is written."""
        with redis_errors():
            self._redis.sadd(_CHECKPOINTS, job_id)

    def of_ended(self) -> list[Job]:
        """Such jobs that have ended. A job without a record was erased with all it had."""
        with redis_errors():
            ids = sorted(self._redis.smembers(_CHECKPOINTS))
        ended = []
        for job_id in ids:
            try:
                job = job_from(fields_of(self._redis, job_id))
            except JobNotFound:
                self.forget(job_id)
            else:
                ended += [job] if job.status.final else []
        return ended

    def forget(self, job_id: str) -> None:
        """There is nothing any more."""
        with redis_errors():
            self._redis.srem(_CHECKPOINTS, job_id)
