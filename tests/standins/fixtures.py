"""Fixtures around the stand-ins, for every test (`pytest_plugins` in `tests/conftest.py`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standins.cloud_storage import CloudStorage, running_cloud_storage
from tests.standins.identity import IdentityServer, running_identity
from tests.standins.realtime_database import NAMESPACE, NoNode, RealtimeDatabase, running_realtime_database

PROJECT_URL = f"firebase://demo-goodrep?database=https://{NAMESPACE}.firebaseio.com"
"""The storage's URL for the stand-ins; the rest stands in the emulator variables."""
QUICK_URL = f"{PROJECT_URL}&connect_s=1&read_s=2&deadline_s=6&first_pause_s=0.02&longest_pause_s=0.2"
"""Likewise, with what takes its time in production made quick."""


@pytest.fixture(scope="session")
def _cloud_storage_of_session() -> Iterator[CloudStorage]:
    with running_cloud_storage() as server:
        yield server


@pytest.fixture(scope="session")
def _realtime_database_of_session() -> Iterator[RealtimeDatabase | NoNode]:
    try:
        with running_realtime_database() as server:
            yield server
    except NoNode as reason:
        yield reason


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


@pytest.fixture
def own_identity(tmp_path: Path) -> Iterator[IdentityServer]:
    """Likewise, for one test: the vendor's client in this process has no token from it yet."""
    with running_identity(tmp_path) as server:
        yield server


@pytest.fixture
def cloud_storage(_cloud_storage_of_session: CloudStorage) -> CloudStorage:
    """Cloud Storage on loopback, with one empty bucket."""
    _cloud_storage_of_session.wipe()
    return _cloud_storage_of_session


@pytest.fixture
def realtime_database(_realtime_database_of_session: RealtimeDatabase | NoNode) -> RealtimeDatabase:
    """The Realtime Database on loopback, empty; the test is skipped without node."""
    if isinstance(_realtime_database_of_session, NoNode):
        pytest.skip(f"no stand-in for the Realtime Database: {_realtime_database_of_session}")
    _realtime_database_of_session.wipe()
    return _realtime_database_of_session


@pytest.fixture
def firebase_url(
    cloud_storage: CloudStorage, realtime_database: RealtimeDatabase, monkeypatch: pytest.MonkeyPatch
) -> str:
    """URL of an empty project on the stand-ins; the emulator variables are set."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud_storage.url)
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", realtime_database.host)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    return PROJECT_URL
