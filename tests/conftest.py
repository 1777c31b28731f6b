"""A Redis for the whole session, empty at the start of every test that asks for it; and the stand-ins."""

from collections.abc import Iterator

import pytest

from storage.jobs.queue import RedisJobs
from tests.services import RedisServer, running_redis

pytest_plugins = ("tests.standins.fixtures",)


@pytest.fixture(scope="session")
def _redis_of_session() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_server(_redis_of_session: RedisServer) -> RedisServer:
    """A running, empty redis-server. A test may restart it, but must leave it running."""
    _redis_of_session.flush()
    return _redis_of_session


@pytest.fixture
def jobs(redis_server: RedisServer) -> RedisJobs:
    """Job records in that server."""
    return RedisJobs(redis_server.url)
