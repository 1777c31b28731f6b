"""A Redis and an API for the whole session, empty at the start of every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import open_storage
from storage.people.data_requests import RedisDataRequests
from tests.api_service import Api, running_api, running_guarded_api
from tests.firebase_weather import Weather
from tests.operator_command import Operator
from tests.receiver import Receiver, running_receiver
from tests.services import RedisServer, running_redis
from tests.signal_place import Place
from tests.standins.cloud_storage import CloudStorage
from tests.standins.fixtures import QUICK_URL
from tests.standins.identity import IdentityServer
from tests.standins.proxy import running_proxy
from tests.standins.realtime_database import RealtimeDatabase
from tests.worker_service import Workshop, workshop


@pytest.fixture(scope="session")
def _api_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    small: dict[str, Any] = {
        "max_video_bytes": 1_000_000,
        "keep_alive_s": 0.5,
        "legacy_wait_s": 120,
        "http_threads": 24,
        "max_event_streams": 3,
        "max_legacy_waits": 2,
        "webhooks_to_private_networks": True,
    }
    with running_redis() as redis, running_api(redis, tmp_path_factory.mktemp("volumes"), **small) as api:
        yield api


@pytest.fixture
def api(_api_of_session: Api) -> Api:
    """The running API with nothing in it; its limits are small."""
    return _emptied(_api_of_session)


@pytest.fixture(scope="session")
def _guarded_of_session(
    _identity_of_session: IdentityServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    settings: dict[str, Any] = {
        "production": True,
        "firebase_recheck_s": 0,
        "keep_alive_s": 0.5,
    }
    with (
        running_redis() as redis,
        running_guarded_api(redis, tmp_path_factory.mktemp("volumes"), _identity_of_session, **settings) as api,
    ):
        yield api


@pytest.fixture
def guarded(_guarded_of_session: Api, identity: IdentityServer) -> Api:
    """The API in production, which wants a login; with nothing in it."""
    return _emptied(_guarded_of_session)


def _emptied(api: Api) -> Api:
    api.redis.flush()
    objects: Path = api.volumes / "storage" / "objects"
    for folder in objects.iterdir():
        shutil.rmtree(folder)
    return api


@pytest.fixture
def operator(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Operator:
    """Whoever types `python -m worker.admin …`, beside the empty Redis and the volumes in `tmp_path`."""
    made = Operator(redis_server, tmp_path, capsys)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def shop(request: pytest.FixtureRequest, redis_server: RedisServer, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop without a worker yet; its settings are those of the mark `workshop`."""
    mark = request.node.get_closest_marker("workshop")
    with workshop(redis_server, tmp_path, **(mark.kwargs if mark else {})) as made:
        yield made


@pytest.fixture
def requests(redis_server: RedisServer) -> RedisDataRequests:
    """What people ask about their data."""
    return RedisDataRequests(redis_server.url)


@pytest.fixture
def place(redis_server: RedisServer, tmp_path: Path) -> Place:
    """Where jobs end and signals are sent."""
    return Place(redis_server, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A backend with a webhook."""
    with running_receiver() as made:
        yield made


@pytest.fixture
def weather(
    firebase_url: str,
    cloud_storage: CloudStorage,
    realtime_database: RealtimeDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Weather]:
    """Firebase behind proxies, on a day that is fair as yet."""
    with running_proxy(cloud_storage.port) as files, running_proxy(realtime_database.port) as figures:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", files.url)
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", figures.host)
        yield Weather(files, figures, open_storage(QUICK_URL))
