"""Registering devices over real HTTP, in production, with logins; and that nobody touches another's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from storage.access import RedisAccess
from storage.signals.devices import RedisDevices
from tests.api_service import OWNER, Api, code_of, running_guarded_api
from tests.services import running_redis
from tests.standins.fixtures import PROJECT_URL
from tests.standins.identity import IdentityServer, bearer

MALLORY = "mallory@example.com"
FID = "cX5vYw0rRb2nKq8sT1uE_-"
TOKEN = f"{FID}:APA91bFirst"
NEW = {"user": OWNER, "token": TOKEN, "language": "ko-KR", "platform": "android"}


@dataclass(frozen=True)
class Door:
    """The routes of a running API with Firebase behind it."""

    api: Api
    devices: RedisDevices

    def post(self, who: str | None = OWNER, **changes: Any) -> httpx.Response:
        body = {name: value for name, value in {**NEW, **changes}.items() if value is not None}
        return self.api.http.post("/v1/devices", json=body, headers=_headers(who))

    def get(self, who: str | None = OWNER, user: str = OWNER) -> httpx.Response:
        return self.api.http.get("/v1/devices", params={"user": user}, headers=_headers(who))

    def delete(self, device_id: str, who: str | None = OWNER) -> httpx.Response:
        return self.api.http.delete(f"/v1/devices/{device_id}", headers=_headers(who))


def _headers(who: str | None) -> dict[str, str]:
    return bearer(who) if who else {}


@pytest.fixture(scope="module")
def _door_of_module(_identity_of_session: IdentityServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    settings: dict[str, Any] = {"production": True, "storage_url": PROJECT_URL}
    volumes = tmp_path_factory.mktemp("volumes")
    with running_redis() as redis, running_guarded_api(redis, volumes, _identity_of_session, **settings) as api:
        yield Door(api, RedisDevices(redis.url))


@pytest.fixture
def door(_door_of_module: Door, identity: IdentityServer) -> Door:
    """Nothing is registered yet."""
    _door_of_module.api.redis.flush()
    return _door_of_module


def test_a_life(door: Door) -> None:
    made = door.post()
    assert made.status_code == 201
    body = made.json()
    assert {name: body[name] for name in ("user", "language", "platform", "address")} == {
        "user": OWNER,
        "language": "ko-KR",
        "platform": "android",
        "address": "token",
    }
    assert "APA91" not in made.text  # who can read a list shall not be able to send
    again = door.post(language="en_GB", platform="ios")
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["language"]) == (body["id"], "en-GB")
    assert door.get().json()["devices"] == [again.json()]
    assert "APA91" not in door.get().text
    assert door.delete(body["id"]).status_code == 204
    assert door.get().json()["devices"] == []
    assert code_of(door.delete(body["id"])) == "device_not_found"


def test_an_installation_id_in_place_of_the_token(door: Door) -> None:
    device_id = door.post().json()["id"]
    newer = door.post(token=None, fid=FID)
    assert newer.status_code == 200
    assert (newer.json()["id"], newer.json()["address"]) == (device_id, "fid")


def test_whoever_logs_in_on_the_phone_has_it(door: Door) -> None:
    device_id = door.post().json()["id"]
    assert door.post(MALLORY, user=MALLORY).status_code == 201
    assert door.get().json()["devices"] == []
    assert code_of(door.delete(device_id)) == "device_not_found"  # it is Mallory's now
    assert door.delete(device_id, MALLORY).status_code == 204


def test_nobody_registers_lists_or_removes_for_another(door: Door) -> None:
    device_id = door.post().json()["id"]
    for who in (MALLORY, OWNER.upper(), f"{OWNER}.evil.example"):
        assert code_of(door.post(who, token="another")) == "forbidden"
        assert code_of(door.get(who)) == "forbidden"
        theirs, missing = door.delete(device_id, who), door.delete("0" * 32, who)
        assert theirs.status_code == missing.status_code == 404
        assert theirs.json()["error"] == missing.json()["error"]
    for refused in (door.post(None), door.get(None), door.delete(device_id, None), door.delete("0" * 32, None)):
        assert (refused.status_code, code_of(refused)) == (401, "unauthorized")
    assert [device.id for device in door.devices.of(OWNER)] == [device_id]


def test_a_service_speaks_for_its_users_and_no_others(door: Door) -> None:
    _, key = RedisAccess(door.api.redis.url).add_key("shop", [OWNER])
    headers = {"X-API-Key": key}
    made = door.api.http.post("/v1/devices", json=NEW, headers=headers)
    assert made.status_code == 201
    assert code_of(door.api.http.post("/v1/devices", json={**NEW, "user": MALLORY}, headers=headers)) == "forbidden"
    others = door.post(MALLORY, user=MALLORY, token="another").json()["id"]
    assert code_of(door.api.http.delete(f"/v1/devices/{others}", headers=headers)) == "device_not_found"
    assert door.api.http.delete(f"/v1/devices/{made.json()['id']}", headers=headers).status_code == 204


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": None}, "missing_parameter"),
        ({"fid": FID}, "invalid_parameter"),
        ({"token": ""}, "missing_parameter"),
        ({"token": "with space"}, "invalid_parameter"),
        ({"token": "x" * 4097}, "invalid_parameter"),
        ({"token": None, "fid": "../../x"}, "invalid_parameter"),
        ({"language": "kor ean"}, "invalid_parameter"),
        ({"language": "x" * 36}, "invalid_parameter"),
        ({"platform": "toaster"}, "invalid_parameter"),
        ({"sound": "loud"}, "invalid_parameter"),
        ({"user": None}, "missing_parameter"),
    ],
    ids=str,
)
def test_what_cannot_be_registered(door: Door, changes: dict[str, Any], code: str) -> None:
    reply = door.post(**changes)
    assert (reply.status_code, code_of(reply)) == (400, code)
    assert door.devices.of(OWNER) == []


def test_without_firebase_nothing_is_promised_and_nothing_is_kept(api: Api) -> None:
    refused = api.http.post("/v1/devices", json=NEW)
    assert (refused.status_code, code_of(refused)) == (409, "messaging_not_set_up")
    assert api.http.get("/v1/devices", params={"user": OWNER}).json() == {"devices": []}
    assert RedisDevices(api.redis.url).of(OWNER) == []
