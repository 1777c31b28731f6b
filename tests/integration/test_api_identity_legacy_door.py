"""The old app cannot log in: its door is shut, unless the operator opens it; then it lets in few, and tells little."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api_service import OWNER, VIDEO, Api, code_of, running_guarded_api
from tests.services import running_redis, wait_until
from tests.standins.identity import IdentityServer, bearer

DOOR = f"/download_and_analyze?data={VIDEO.removesuffix('.mp4')}"
OTHER = "jo@example.com"


@pytest.fixture(scope="module")
def _opened(_identity_of_session: IdentityServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with (
        running_redis() as redis,
        running_guarded_api(
            redis,
            tmp_path_factory.mktemp("volumes"),
            _identity_of_session,
            open_legacy_door_without_login=True,
            legacy_limit_per_address="4/hour",
            legacy_limit_per_user="2/hour",
            trusted_proxies=1,
            legacy_wait_s=30,
        ) as api,
    ):
        yield api


@pytest.fixture
def opened(_opened: Api, identity: IdentityServer) -> Api:
    """The API with its legacy door open, behind one trusted proxy; nobody has been counted yet."""
    _opened.redis.flush()
    _opened.put()
    return _opened


def finished(api: Api, user: str = OWNER) -> str:
    """A video of that user whose results are there; the door for it."""
    video = VIDEO.replace(OWNER, user)
    api.put(video)
    made = api.http.post("/v1/analyses", json={"video": video}, headers=bearer(user)).json()["id"]
    api.finish(made, report__json=b"{}")
    return DOOR.replace(OWNER, user)


def come(api: Api, door: str, forwarded_for: str = "192.0.2.1", **headers: str) -> httpx.Response:
    return api.http.post(door, headers={"X-Forwarded-For": forwarded_for, **headers})


def test_it_is_shut_where_logins_are_wanted(guarded: Api) -> None:
    guarded.put()
    response = guarded.http.post(DOOR)
    assert (response.status_code, code_of(response)) == (401, "unauthorized")
    assert guarded.jobs.list(OWNER).jobs == ()


def test_one_who_logs_in_uses_it_as_before(guarded: Api) -> None:
    finished(guarded)
    assert guarded.http.post(DOOR, headers=bearer(OWNER)).json() == "RESULT"


def test_once_opened_the_old_app_hears_result(opened: Api) -> None:
    with ThreadPoolExecutor(1) as app:
        waiting = app.submit(come, opened, DOOR)
        wait_until(lambda: bool(opened.jobs.list(OWNER).jobs), "the job is made")
        opened.finish(opened.jobs.list(OWNER).jobs[0].id, report__json=b"{}")
        assert waiting.result(60).json() == "RESULT"


def test_it_opens_nothing_else(opened: Api) -> None:
    door = finished(opened)
    job_id = opened.jobs.list(OWNER).jobs[0].id
    for method, path in (
        ("POST", door),
        ("GET", f"/v1/analyses/{job_id}"),
        ("GET", f"/v1/analyses/{job_id}/files/report.json"),
        ("DELETE", f"/v1/analyses/{job_id}"),
        ("GET", f"/v1/analyses?user={OWNER}"),
    ):
        # who prefers not to wait is no old app, and would get the job
        response = opened.http.request(method, path, headers={"Prefer": "respond-async"})
        assert (response.status_code, code_of(response)) == (401, "unauthorized"), path


def test_a_bad_login_is_not_let_in_as_none(opened: Api) -> None:
    door = finished(opened)
    assert come(opened, door, Authorization="Bearer x").status_code == 401
    assert come(opened, door, **bearer(OTHER)).status_code == 403


def test_each_user_is_counted(opened: Api) -> None:
    mine, others = finished(opened), finished(opened, OTHER)
    assert [come(opened, mine, f"192.0.2.{n}").status_code for n in range(2)] == [200, 200]
    response = come(opened, mine, "192.0.2.9")
    assert (response.status_code, code_of(response)) == (429, "too_many_requests")
    assert 0 < int(response.headers["retry-after"]) <= 3600
    assert come(opened, others, "192.0.2.9").status_code == 200
    # and who logs in is not counted
    assert opened.http.post(mine, headers=bearer(OWNER)).status_code == 200


def test_each_address_is_counted_whatever_it_asks_for(opened: Api) -> None:
    others = finished(opened, OTHER)
    missing = [DOOR.replace(OWNER, f"user{n}@example.com") for n in range(4)]
    assert [come(opened, door).status_code for door in missing] == [404] * 4
    response = come(opened, others)
    assert (response.status_code, code_of(response)) == (429, "too_many_requests")
    assert int(response.headers["retry-after"]) > 0
    assert come(opened, others, "192.0.2.2").status_code == 200


def test_a_job_that_was_refused_was_not_made(opened: Api) -> None:
    for _ in range(4):
        come(opened, DOOR.replace(OWNER, "nobody@example.com"))
    assert come(opened, DOOR).status_code == 429
    assert opened.jobs.list(OWNER).jobs == ()


def test_the_trusted_proxys_word_counts_and_no_other(opened: Api) -> None:
    """Everything before the last hop was written by whoever sent it."""
    door = DOOR.replace(OWNER, "nobody@example.com")
    for number in range(4):
        assert come(opened, door.replace("nobody", f"n{number}"), f"203.0.113.{number}, 192.0.2.7").status_code == 404
    assert come(opened, door, "203.0.113.99, 192.0.2.7").status_code == 429


def test_an_ipv6_customer_is_one_address(opened: Api) -> None:
    for number in range(4):
        assert come(opened, DOOR.replace(OWNER, f"n{number}@x.example"), f"2001:db8::{number}").status_code == 404
    assert come(opened, DOOR.replace(OWNER, "n@x.example"), "2001:db8::ffff:1").status_code == 429
    assert come(opened, DOOR.replace(OWNER, "n@x.example"), "2001:db8:0:1::1").status_code == 404


def test_without_a_proxy_nobodys_word_counts(identity: IdentityServer, tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "open_legacy_door_without_login": True,
        "legacy_limit_per_address": "2/hour",
    }
    with running_redis() as redis, running_guarded_api(redis, tmp_path, identity, **settings) as api:
        doors = [DOOR.replace(OWNER, f"n{number}@example.com") for number in range(3)]
        assert [come(api, door, f"192.0.2.{n}").status_code for n, door in enumerate(doors)] == [404, 404, 429]


def test_in_the_open_service_it_stands_open_and_nobody_is_counted(api: Api) -> None:
    door = DOOR.replace("Squat", "Lunge")
    assert {api.http.post(door).status_code for _ in range(70)} == {404}
