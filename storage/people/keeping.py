"""What retention and erasure must know of the records in Redis, and how far a sweep has come."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from storage.redis.client import ANSWER_TIMEOUT_S, connect, record_key, redis_errors

_SWEPT = "goodrep:swept"
_SWEEP = "goodrep:sweep"
_SCAN_COUNT = 500


class RedisKeeping:
    """Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)

    def videos_in_use(self) -> frozenset[str]:
        """Paths of the videos of all queued and running jobs."""
        with redis_errors():
            ids = [*self._redis.zrange("goodrep:queue", 0, -1), *self._redis.zrange("goodrep:running", 0, -1)]
            pipe = self._redis.pipeline(transaction=False)
            for job_id in ids:
                pipe.hget(record_key(job_id), "video_key")
            return frozenset(key for key in pipe.execute() if key)

    def forget_equal_request(self, job_id: str) -> None:
        """Let the job's request, sent again, make a new job: its results are not there any more."""
        with redis_errors():
            dedupe = self._redis.hget(record_key(job_id), "dedupe")
            if dedupe and self._redis.get(f"goodrep:dedupe:{dedupe}") == job_id:
                self._redis.delete(f"goodrep:dedupe:{dedupe}")

    def traces_of_job(self, job_id: str) -> Sequence[str]:
        """Keys that hold something of the job."""
        keys = (record_key(job_id), f"goodrep:events:{job_id}", f"goodrep:deliveries:job:{job_id}")
        with redis_errors():
            return [key for key in keys if self._redis.exists(key)]

    def all_jobs(self, cursor: int) -> tuple[int, Sequence[str]]:
        """Some ids of job records, and where to go on; 0 is the beginning and, given back, the end."""
        with redis_errors():
            following, keys = self._redis.scan(cursor, match=record_key("*"), count=_SCAN_COUNT)
        return int(following), [key.rpartition(":")[2] for key in keys]

    def count_swept(self, counts: Mapping[str, int]) -> None:
        """Add to what retention has removed so far, by kind."""
        with redis_errors():
            for kind, count in counts.items():
                self._redis.hincrby(_SWEPT, kind, count)

    def swept(self) -> dict[str, int]:
        """What retention has removed so far, by kind."""
        with redis_errors():
            return {kind: int(count) for kind, count in self._redis.hgetall(_SWEPT).items()}

    def sweep_state(self) -> dict[str, Any]:
        """How far the sweep that is under way has come; empty when none is."""
        with redis_errors():
            state: dict[str, Any] = json.loads(self._redis.get(_SWEEP) or "{}")
        return state

    def keep_sweep_state(self, state: Mapping[str, Any]) -> None:
        """Remember it; an empty one is the end."""
        with redis_errors():
            if state:
                self._redis.set(_SWEEP, json.dumps(state))
            else:
                self._redis.delete(_SWEEP)
