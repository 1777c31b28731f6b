"""Fixtures around the stand-ins; a `conftest.py` imports those that its tests use."""

from collections.abc import Iterator

import pytest

from tests.standins.cloud_storage import CloudStorage, running_cloud_storage
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
