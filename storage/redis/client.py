"""The connection to Redis, with timeouts short enough for a client to wait, and with the errors of this room."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from storage.errors import JobNotFound, StorageUnavailable
from storage.watch import tell_failed

_CONNECT_TIMEOUT_S = 1.0
ANSWER_TIMEOUT_S = 3.0
"""What a worker waits for an answer; a client of the API waits less. Above what `storage.jobs.events` asks for."""


def connect(url: str, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> Any:
    """A client (`Any`, since the type of a reply depends on the command); nothing is sent yet."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=_CONNECT_TIMEOUT_S,
        socket_timeout=answer_timeout_s,
        socket_keepalive=True,
        # once more: a restart of Redis leaves dead connections in the pool; one that is silent stays so
        retry=Retry(ConstantBackoff(0.05), 1, supported_errors=(redis.ConnectionError,)),
    )


@contextmanager
def redis_errors() -> Iterator[None]:
    """Wrap what redis-py raises, keeping the cause."""
    try:
        yield
    except redis.RedisError as error:
        failed = StorageUnavailable("Redis does not answer.")
        tell_failed("redis", failed)
        raise failed from error


def record_key(job_id: str) -> str:
    """Where a job's record lies."""
    return f"goodrep:job:{job_id}"


def fields_of(client: Any, job_id: str) -> dict[str, str]:
    """A job's record. Raises `JobNotFound`, `StorageUnavailable`."""
    with redis_errors():
        fields: dict[str, str] = client.hgetall(record_key(job_id))
    if not fields:
        raise JobNotFound(f"There is no job {job_id}.")
    return fields


def hashes_at(client: Any, keys: Iterable[str]) -> list[dict[str, str]]:
    """What lies under each key, read at one go; {} where nothing does. Raises `StorageUnavailable`."""
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.hgetall(key)
    with redis_errors():
        found: list[dict[str, str]] = pipe.execute()
    return found
