"""Bad weather between us and Google's token endpoint."""

import threading
from pathlib import Path

import pytest

from storage.errors import ObjectNotFound, StorageRefused, StorageUnavailable
from tests.firebase_weather import Weather
from tests.standins.identity import IdentityServer
from tests.standins.proxy import Faults, http_answer, running_proxy
from tests.worker_service import KEY


def test_a_token_endpoint_that_is_down_is_waited_for(
    weather: Weather, own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own_identity.credentials()))
    own_identity.away = True
    with pytest.raises(StorageUnavailable, match="token endpoint"):
        weather.storage.objects.stat(KEY)
    threading.Timer(1, lambda: setattr(own_identity, "away", False)).start()
    with pytest.raises(ObjectNotFound):
        weather.storage.objects.stat(KEY)


def test_credentials_that_google_does_not_know_are_refused(
    weather: Weather, own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_proxy(int(own_identity.url.rpartition(":")[2])) as proxy:
        proxy.faults = Faults(answer=http_answer(400, b'{"error": "invalid_grant"}'))
        path = tmp_path / "account.json"
        path.write_text(own_identity.credentials().read_text().replace(own_identity.url, proxy.url))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with pytest.raises(StorageRefused, match="credentials"):
            weather.storage.objects.stat(KEY)
        assert len(proxy.requests) == 1


def test_a_token_endpoint_that_keeps_silent_is_not_waited_for_forever(
    weather: Weather, own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_proxy(int(own_identity.url.rpartition(":")[2])) as proxy:
        proxy.faults = Faults(black_hole=True, times=1)
        path = tmp_path / "account.json"
        path.write_text(own_identity.credentials().read_text().replace(own_identity.url, proxy.url))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with pytest.raises(ObjectNotFound):
            weather.storage.objects.stat(KEY)
        assert len(proxy.requests) == 2
