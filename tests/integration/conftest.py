"""A Redis and an API for the whole session, empty at the start of every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_service import Api, running_api
from tests.operator_command import Operator
from tests.services import RedisServer, running_redis
from tests.standins.fixtures import _cloud_storage_of_session, cloud_storage  # noqa: F401 - fixtures
from tests.standins.identity import PROJECT, IdentityServer, running_identity


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
def _identity_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityServer]:
    with running_identity(tmp_path_factory.mktemp("identity")) as server:
        yield server


@pytest.fixture
def identity(_identity_of_session: IdentityServer) -> IdentityServer:
    """Firebase's part in identity, with nobody revoked, disabled or deleted."""
    server = _identity_of_session
    server.away = False
    for forgotten in (server.valid_since_s, server.disabled, server.deleted, server.asked):
        forgotten.clear()
    return server


@pytest.fixture(scope="session")
def _guarded_of_session(
    _identity_of_session: IdentityServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    settings: dict[str, Any] = {
        "identity": "firebase",
        "production": True,
        "firebase_project": PROJECT,
        "firebase_recheck_s": 0,
        "keep_alive_s": 0.5,
    }
    with (
        running_redis() as redis,
        running_api(
            redis,
            tmp_path_factory.mktemp("volumes"),
            "tests.identity_app:create_app()",
            _identity_of_session.environment,
            **settings,
        ) as api,
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
