"""What the API counts is what was asked of it, over all its processes; and only who may, reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api_service import VIDEO, Api, running_api
from tests.scrape import scrape
from tests.services import RedisServer, free_port, running_redis, wait_until


@contextmanager
def measured(redis: RedisServer, volumes: Path, *, workers: int = 1) -> Iterator[tuple[Api, int]]:
    """An API with so many processes, and the port of its metrics."""
    port = free_port()
    more = {"GUNICORN_CMD_ARGS": f"--workers {workers}"}
    with running_api(redis, volumes, environment=more, metrics_port=port) as api:
        yield api, port


def test_requests_submissions_and_errors_of_all_processes(redis_server: RedisServer, tmp_path: Path) -> None:
    with measured(redis_server, tmp_path, workers=2) as (api, port):
        before = scrape(port)
        assert before.sum("goodrep_submissions_total", outcome="accepted") == 0  # there before it first counts
        api.put()
        for _ in range(2):
            httpx.post(f"{api.url}/v1/analyses", json={"video": VIDEO})
        for _ in range(20):  # connections of their own, so that both processes have some
            httpx.get(f"{api.url}/v1/analyses/{'0' * 32}")
        httpx.post(f"{api.url}/v1/analyses", json={"video": "temp/video/user/nobody@example.com/exercise_Squat_1.mp4"})
        httpx.post(f"{api.url}/v1/analyses", json={"video": "../x"})
        httpx.request("BREW", f"{api.url}/coffee/{'x' * 50}")
        page = scrape(port)
        assert page.sum("goodrep_submissions_total", outcome="accepted") == 1
        assert page.sum("goodrep_submissions_total", outcome="known") == 1
        assert page.sum("goodrep_submissions_total", outcome="refused", code="video_not_found") == 1
        assert page.sum("goodrep_submissions_total", outcome="refused") == 2
        route = "/v1/analyses/<job_id>"
        assert page.sum("goodrep_http_requests_total", route=route, method="GET", status="404") == 20
        assert page.sum("goodrep_http_request_seconds_count", route=route) == 20
        assert page.sum("goodrep_http_errors_total", route=route, code="job_not_found") == 20
        assert page.sum("goodrep_http_requests_total", route="none", method="other") == 1
        assert page.sum("goodrep_queue_jobs", priority="normal") == 1
        assert page.sum("goodrep_disk_free_bytes", folder="uploads") > 0
        assert page.sum("goodrep_storage_seconds_count", store="objects", operation="stat") >= 2


def test_a_request_that_goes_on_is_in_flight(redis_server: RedisServer, tmp_path: Path) -> None:
    with measured(redis_server, tmp_path) as (api, port):
        api.put()
        url = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
        with httpx.stream("GET", f"{api.url}{url}/events", timeout=60) as stream:
            lines = stream.iter_lines()
            next(lines)
            assert scrape(port).sum("goodrep_http_requests_in_flight") == 1
            api.http.delete(url)
            assert any("cancelled" in line for line in lines)
        wait_until(lambda: scrape(port).sum("goodrep_http_requests_in_flight") == 0, "nothing is in flight")
        assert scrape(port).sum("goodrep_jobs_ended_total", status="cancelled") == 1


def test_while_redis_is_away_metrics_say_so(tmp_path: Path) -> None:
    with running_redis() as redis, measured(redis, tmp_path) as (api, port):
        assert scrape(port).sum("goodrep_redis_up") == 1
        redis.kill()
        page = scrape(port)
        assert page.sum("goodrep_redis_up") == 0
        assert "goodrep_queue_jobs" not in page.names
        assert api.http.get("/v1/exercises").status_code == 503
        assert scrape(port).sum("goodrep_storage_errors_total", store="redis", kind="storage_unavailable") >= 1
        redis.start()
        assert scrape(port).sum("goodrep_redis_up") == 1


def test_metrics_are_not_on_the_public_port(api: Api) -> None:
    assert api.http.get("/metrics").status_code == 404


def test_a_port_that_is_taken_keeps_nobody_from_working(redis_server: RedisServer, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with (
        measured(redis_server, first) as (_, port),
        running_api(redis_server, second, metrics_port=port) as api,
    ):
        assert api.http.get("/health").status_code == 200
        assert "metrics are not served" in api.log.read_text()


@pytest.mark.parametrize("labels", [("method", "route", "status")])
def test_labels_are_few(redis_server: RedisServer, tmp_path: Path, labels: tuple[str, ...]) -> None:
    with measured(redis_server, tmp_path) as (api, port):
        api.http.get("/v1/users/jane.doe@example.com")
        page = scrape(port)
        assert page.labels("goodrep_http_requests_total") == set(labels)
        assert "jane" not in str(page.samples)
