"""The seam for identity: whatever it says holds for every route that touches what belongs to somebody."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Request
from flask.testing import FlaskClient

from api import create_app
from api.auth import Caller
from api.errors import ApiError
from api.settings import Settings
from storage import open_storage
from storage.jobs.queue import RedisJobs
from storage.people.data_requests import DataRequestKind, NewDataRequest, RedisDataRequests
from storage.signals.devices import Address, AddressKind, Platform, RedisDevices
from storage.signals.webhooks import RedisWebhooks
from storage.types import NewJob
from tests.services import RedisServer, running_redis

OWNER = "owner@example.com"
VIDEO = f"temp/video/user/{OWNER}/exercise_Squat_2305092259.mp4"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


def by_header(request: Request) -> Caller:
    """As a real one would: a proof in a header, or 401."""
    name = request.headers.get("X-Test-User")
    if name is None:
        raise ApiError("unauthorized", "Please say who you are.")
    return Caller(frozenset({name}))


@pytest.fixture
def client(redis: RedisServer, tmp_path: Path) -> FlaskClient:
    settings = Settings(redis_url=redis.url, volumes=tmp_path)
    (tmp_path / "video").write_bytes(b"x")
    open_storage(settings.storage).objects.upload(tmp_path / "video", VIDEO, "video/mp4")
    return create_app(settings, identify=by_header).test_client()


@pytest.fixture
def job_id(redis: RedisServer) -> str:
    redis.flush()
    job, _ = RedisJobs(redis.url).create(NewJob(OWNER, VIDEO, "fingerprint", "Squat"))
    RedisWebhooks(redis.url).add("https://example.com", maker=f"user {OWNER}", users=[OWNER])
    RedisDevices(redis.url).register(OWNER, DEVICE, language="en", platform=Platform.OTHER)
    RedisDataRequests(redis.url).create(NewDataRequest(DataRequestKind.EXPORT, OWNER))
    return job.id


LISTS_ONE_S_OWN = ("GET", "/v1/webhooks")
HAS_GUESTS = ("POST", "/analyze")
DEVICE = Address(AddressKind.TOKEN, "a-token")
OF_A_DEVICE = f"/v1/devices/{DEVICE.device_id}"
ROUTES = [
    ("POST", "/v1/analyses", {"json": {"video": VIDEO}}),
    ("GET", f"/v1/analyses?user={OWNER}", {}),
    ("GET", "/v1/analyses/JOB", {}),
    ("POST", "/v1/analyses/JOB/rejudge", {}),
    ("DELETE", "/v1/analyses/JOB", {}),
    ("GET", "/v1/analyses/JOB/events", {}),
    ("GET", "/v1/analyses/JOB/files/report.json", {}),
    ("POST", "/v1/videos", {"data": {"user": OWNER}}),
    ("POST", "/v1/devices", {"json": {"user": OWNER, "token": "a-token"}}),
    ("GET", f"/v1/devices?user={OWNER}", {}),
    ("DELETE", OF_A_DEVICE, {}),
    ("GET", "/v1/analyses/JOB/deliveries", {}),
    ("POST", "/v1/webhooks", {"json": {"user": OWNER, "url": "https://example.com"}}),
    ("DELETE", "/v1/webhooks/WEBHOOK", {}),
    ("POST", "/v1/webhooks/WEBHOOK/test", {}),
    ("GET", "/v1/webhooks/WEBHOOK/deliveries", {}),
    ("POST", "/v1/webhooks/WEBHOOK/deliveries/DELIVERY/replay", {}),
    ("DELETE", "/v1/analyses/JOB/data", {}),
    ("DELETE", f"/v1/users/{OWNER}", {}),
    ("POST", f"/v1/users/{OWNER}/export", {}),
    ("GET", "/v1/data-requests/REQUEST", {}),
    ("GET", "/v1/data-requests/REQUEST/archive.zip", {}),
    ("POST", f"/download_and_analyze?data={VIDEO.removesuffix('.mp4')}", {"headers": {"Prefer": "respond-async"}}),
]


def send(client: FlaskClient, route: tuple[str, str, dict[str, Any]], job_id: str, user: str | None) -> tuple[int, str]:
    method, path, more = route
    more = {**more, "headers": {**more.get("headers", {}), **({"X-Test-User": user} if user else {})}}
    if "data" in more:
        more["data"] = {**more["data"], "file": (BytesIO(b"x"), "v.mp4")}
    export = client.application.extensions["goodrep"].data_requests.latest(DataRequestKind.EXPORT, OWNER)
    (webhook, *_) = client.application.extensions["goodrep"].webhooks.all()
    path = path.replace("WEBHOOK", webhook.id)
    response = client.open(path.replace("JOB", job_id).replace("REQUEST", export.id), method=method, **more)
    body = response.get_json(silent=True) or {}
    return response.status_code, (body.get("error") or {}).get("code", "")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
def test_every_route_asks(client: FlaskClient, job_id: str, route: tuple[str, str, dict[str, Any]]) -> None:
    assert send(client, route, job_id, None) == (401, "unauthorized")
    hidden = {
        "JOB": "job_not_found",
        "REQUEST": "data_request_not_found",
        OF_A_DEVICE: "device_not_found",
        "WEBHOOK": "webhook_not_found",
    }
    refused = next(((404, code) for part, code in hidden.items() if part in route[1]), (403, "forbidden"))
    assert send(client, route, job_id, "other@example.com") == refused
    assert send(client, route, job_id, OWNER) not in ((401, "unauthorized"), refused)


def test_a_list_of_one_s_own_holds_nothing_else(client: FlaskClient, job_id: str) -> None:
    method, path = LISTS_ONE_S_OWN
    assert client.open(path, method=method).status_code == 401
    for user, count in ((OWNER, 1), ("other@example.com", 0)):
        listed = client.open(path, method=method, headers={"X-Test-User": user}).get_json()["webhooks"]
        assert len(listed) == count


def test_no_route_was_forgotten(client: FlaskClient) -> None:
    public = {"/v1/exercises", "/v1/proofs/check", "/hello", "/clean", "/health", "/ready", "/docs"}
    asked = {(method, path.partition("?")[0]) for method, path, _ in ROUTES} | {LISTS_ONE_S_OWN, HAS_GUESTS}
    there = {
        (
            method,
            rule.rule.replace("<job_id>", "JOB")
            .replace("<path:name>", "report.json")
            .replace("<device_id>", DEVICE.device_id)
            .replace("<webhook_id>", "WEBHOOK")
            .replace("<delivery_id>", "DELIVERY")
            .replace("<data_request_id>", "REQUEST")
            .replace("<email>", OWNER),
        )
        for rule in client.application.url_map.iter_rules()
        if rule.rule not in public and not rule.rule.startswith("/openapi")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert asked == there


def test_an_upload_is_refused_before_its_body_is_read(client: FlaskClient) -> None:
    class Broken(BytesIO):
        def read(self, *_size: object) -> bytes:
            raise OSError("the client has gone")

    body = {"input_stream": Broken(), "content_length": 10_000, "content_type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/videos", **body).status_code == 401
    body["input_stream"] = Broken()
    assert client.post("/v1/videos", **body, headers={"X-Test-User": OWNER}).status_code == 400
    body["input_stream"] = Broken()
    assert client.post("/analyze", **body).status_code == 401


@pytest.mark.parametrize("path", ["/health", "/ready", "/hello", "/v1/exercises", "/openapi/openapi.json"])
def test_what_belongs_to_nobody_is_open(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
