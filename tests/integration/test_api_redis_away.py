"""Redis goes away and comes back: 503 meanwhile, nothing accepted is lost, and nobody has to restart the API."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import redis as redis_client

from storage.redis.broker import QUEUE
from tests.api_service import OWNER, VIDEO, Api, code_of, running_api
from tests.services import RedisServer, running_redis


@pytest.fixture
def lonely_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An API with a Redis of its own, which a test may kill."""
    with running_redis() as redis, running_api(redis, tmp_path_factory.mktemp("volumes"), legacy_wait_s=120) as api:
        api.put()
        yield api


def waiting_messages(api: Api) -> int:
    with redis_client.Redis.from_url(api.redis.url) as connection:
        return int(connection.llen(QUEUE))


def test_redis_is_killed_and_comes_back(lonely_api: Api) -> None:
    api = lonely_api
    accepted = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    api.redis.kill()

    for response in (
        api.http.post("/v1/analyses", json={"video": VIDEO}),
        api.http.get(accepted),
        api.http.get(f"{accepted}/events"),
        api.http.delete(accepted),
        api.http.get("/v1/analyses", params={"user": OWNER}),
        api.http.get("/v1/exercises"),
        api.http.post(f"/download_and_analyze?data={VIDEO.removesuffix('.mp4')}"),
    ):
        assert (response.status_code, code_of(response)) == (503, "storage_unavailable")
        assert "redis" not in response.json()["error"]["message"].casefold(), "that is the operator's concern"
        assert int(response.headers["retry-after"]) > 0
    assert api.http.get("/health").status_code == 200
    not_ready = api.http.get("/ready")
    assert (not_ready.status_code, code_of(not_ready)) == (503, "not_ready")
    assert "Redis" in not_ready.json()["error"]["message"]
    assert "storage" not in not_ready.json()["error"]["message"]
    # what is wrong with the request itself is still said
    assert api.http.post("/v1/analyses", json={"video": "x/y"}).status_code == 400

    api.redis.start()
    assert api.http.get("/ready").status_code == 200
    assert api.http.get(accepted).json()["status"] == "queued"  # an accepted job is never lost
    assert waiting_messages(api) == 1
    assert api.http.post("/v1/analyses", json={"video": VIDEO, "force": True}).status_code == 202
    assert waiting_messages(api) == 2  # through a connection that the restart had cut


def test_an_event_stream_ends_when_redis_goes_and_can_be_resumed(lonely_api: Api) -> None:
    api = lonely_api
    url = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    with api.http.stream("GET", f"{url}/events") as response:
        lines = response.iter_lines()
        last_id = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
        api.redis.kill()
        rest = list(lines)
    assert ": storage is away" in rest
    api.redis.start()
    api.http.delete(url)
    with api.http.stream("GET", f"{url}/events", headers={"Last-Event-ID": last_id}) as response:
        assert "event: cancelled" in response.iter_lines()


def test_the_old_app_waits_through_a_restart(lonely_api: Api) -> None:
    api = lonely_api
    with ThreadPoolExecutor(1) as app:
        waiting = app.submit(api.http.post, f"/download_and_analyze?data={VIDEO.removesuffix('.mp4')}")
        deadline_s = time.monotonic() + 20
        while not (jobs := api.jobs.list(OWNER).jobs) and time.monotonic() < deadline_s:
            time.sleep(0.01)
        api.redis.restart()
        api.finish(jobs[0].id, report__json=b"{}")
        response: httpx.Response = waiting.result(60)
    assert response.json() == "RESULT"


def test_a_redis_that_hangs_is_away_as_well(lonely_api: Api) -> None:
    """No answer at all, neither on open connections nor on new ones."""
    api = lonely_api
    accepted = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    api.redis.freeze()
    try:
        for response in (api.http.get(accepted), api.http.post("/v1/analyses", json={"video": VIDEO})):
            assert (response.status_code, code_of(response)) == (503, "storage_unavailable")
        assert api.http.get("/ready").status_code == 503
        assert api.http.get("/health").status_code == 200
    finally:
        api.redis.thaw()
    assert api.http.get(accepted).json()["status"] == "queued"


def test_it_starts_without_redis_and_recovers(lonely_api: Api) -> None:
    redis = lonely_api.redis
    redis.kill()
    with running_api(redis, lonely_api.volumes) as api:
        assert api.http.get("/ready").status_code == 503
        redis.start()
        assert api.http.get("/ready").status_code == 200
        assert api.http.post("/v1/analyses", json={"video": VIDEO}).status_code == 202


def test_a_job_whose_message_could_not_be_sent_is_accepted_and_will_be_found(lonely_api: Api, tmp_path: Path) -> None:
    """The record is what counts: to refuse here would refuse a job that then runs."""
    url = lonely_api.redis.url
    with redis_client.Redis.from_url(url) as connection:
        # a user who may write records and nothing into the workers' queue
        connection.execute_command("ACL SETUSER limited on >secret ~* &* +@all -lpush")
    limited = RedisServer(tmp_path)
    limited.url = url.replace("redis://", "redis://limited:secret@")
    with running_api(limited, lonely_api.volumes) as api:
        response = api.http.post("/v1/analyses", json={"video": VIDEO})
        assert response.status_code == 202
        assert waiting_messages(lonely_api) == 0
        assert api.jobs.unattended(queued_for_s=0) == [response.json()["id"]]
        log = api.log.read_text()
        assert "message not sent" in log
        assert "secret" not in log
