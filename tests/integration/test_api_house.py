"""What holds for every request: errors in one shape, request ids, headers, the log, the document and its page."""

import json
import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis as redis_client

from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from tests.api_service import VIDEO, Api, code_of


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1/analyses/", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/static/x", 404, "not_found"),
        ("PUT", "/v1/analyses", 405, "method_not_allowed"),
        ("DELETE", "/health", 405, "method_not_allowed"),
        ("GET", "/v1/videos", 405, "method_not_allowed"),
    ],
)
def test_flasks_own_errors_have_our_shape(api: Api, method: str, path: str, status: int, code: str) -> None:
    response = api.http.request(method, path)
    assert (response.status_code, code_of(response)) == (status, code)
    if status == 405:
        assert response.headers["allow"]


def test_what_is_unexpected_is_logged_and_not_told(api: Api) -> None:
    with redis_client.Redis.from_url(api.redis.url) as connection:
        connection.set("goodrep:exercises", "{ what nobody could foresee")
    response = api.http.get("/v1/exercises", headers={"X-Request-ID": "the-unexpected"})
    assert (response.status_code, code_of(response)) == (500, "internal_error")
    assert "JSON" not in response.text
    logged = [json.loads(line) for line in api.log.read_text().splitlines() if '"the-unexpected"' in line]
    assert ["JSONDecodeError" in line.get("exception", "") for line in logged] == [True, False]


@pytest.mark.parametrize("sent", ["abc-1.2_3", "A" * 64])
def test_a_request_id_is_taken_over(api: Api, sent: str) -> None:
    api.put()
    response = api.http.post("/v1/analyses", json={"video": VIDEO}, headers={"X-Request-ID": sent})
    assert response.headers["x-request-id"] == sent
    assert api.jobs.get(response.json()["id"]).request_id == sent


@pytest.mark.parametrize("sent", ["", "A" * 65, "two words", '"}{', "ü".encode().decode("latin-1")])
def test_a_request_id_that_could_do_harm_is_replaced(api: Api, sent: str) -> None:
    response = api.http.get("/health", headers={b"X-Request-ID": sent.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


def test_one_line_of_json_is_logged_for_each_request_and_names_nobody(api: Api) -> None:
    api.http.get("/v1/analyses", params={"user": "private@example.com"}, headers={"X-Request-ID": "seen-in-the-log"})
    lines = [line for line in api.log.read_text().splitlines() if "seen-in-the-log" in line]
    (logged,) = map(json.loads, lines)
    assert (logged["event"], logged["method"], logged["path"], logged["status"]) == (
        "request",
        "GET",
        "/v1/analyses",
        200,
    )
    assert logged["duration_ms"] > 0
    api.http.post("/v1/users/private@example.com/export")
    assert "private" not in api.log.read_text()


@pytest.mark.parametrize("path", ["/health", "/nothing", "/openapi/swagger", "/openapi/openapi.json"])
def test_headers_that_keep_browsers_safe(api: Api, path: str) -> None:
    headers = api.http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_health_and_readiness(api: Api) -> None:
    assert api.http.get("/health").json() == {"status": "healthy"}
    assert api.http.get("/ready").json() == {"status": "ready", "workers": 0}


def test_readiness_tells_of_workers_and_does_not_fail_without(api: Api) -> None:
    workers = RedisWorkers(api.redis.url)
    for number, state in enumerate((WorkerState.READY, WorkerState.DRAINING)):
        workers.announce(Worker(f"host:{number}", "host", number, "1", datetime.now(UTC), state))
    assert api.http.get("/ready").json() == {"status": "ready", "workers": 1}


def test_not_ready_while_the_storage_is_away(api: Api) -> None:
    folder = api.volumes / "storage" / "objects"
    aside = folder.rename(folder.with_name("aside"))
    try:
        response = api.http.get("/ready")
        assert (response.status_code, code_of(response)) == (503, "not_ready")
        assert "the storage" in response.json()["error"]["message"]
        assert "Redis" not in response.json()["error"]["message"]
        assert api.http.get("/health").status_code == 200
    finally:
        aside.rename(folder)
    assert api.http.get("/ready").status_code == 200


def test_the_page_to_try_it_comes_from_here_alone(api: Api) -> None:
    response = api.http.get("/docs", follow_redirects=True)
    assert response.status_code == 200
    page = response.text
    assert "openapi.json" in page
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    for source in sources:
        assert not source.startswith(("http", "//"))
        assert api.http.get(f"/openapi/{source}").status_code == 200
    assert api.http.get("/openapi/openapi.json").json()["openapi"].startswith("3.1")


def test_a_half_sent_request_does_not_stop_the_others(api: Api) -> None:
    address = urlsplit(api.url)
    with socket.create_connection((address.hostname, address.port)) as slow:
        slow.sendall(b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Le")
        assert api.http.get("/health").status_code == 200


def test_nothing_is_left_in_the_uploads_folder(api: Api) -> None:
    folder: Path = api.volumes / "uploads"
    assert list(folder.iterdir()) == []
