"""A Redis and an API for the whole session, empty at the start of every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_service import Api, running_api
from tests.services import running_redis


@pytest.fixture(scope="session")
def _api_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    small: dict[str, Any] = {
        "max_video_bytes": 1_000_000,
        "keep_alive_s": 0.5,
        "legacy_wait_s": 120,
        "http_threads": 24,
        "max_event_streams": 3,
        "max_legacy_waits": 2,
    }
    with running_redis() as redis, running_api(redis, tmp_path_factory.mktemp("volumes"), **small) as api:
        yield api


@pytest.fixture
def api(_api_of_session: Api) -> Api:
    """The running API with nothing in it; its limits are small."""
    _api_of_session.redis.flush()
    objects: Path = _api_of_session.volumes / "storage" / "objects"
    for folder in objects.iterdir():
        shutil.rmtree(folder)
    return _api_of_session
