"""`docker compose up` on a real engine: a job through it, and what may happen to its containers."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx

from tests.deployment import Deployment
from tests.services import wait_until


def pages(deployment: Deployment, job: dict[str, Any]) -> dict[str, Any]:
    """The job's report; each of its files can be fetched."""
    assert job["status"] == "succeeded", job["error"]
    for each in job["results"]:
        reply = httpx.get(f"{deployment.url}{each['url']}", timeout=30)
        assert reply.status_code == 200, each
        assert reply.content, each
        if each["name"] == "report.json":
            report: dict[str, Any] = reply.json()
    return report


def staged(deployment: Deployment) -> list[str]:
    return sorted(path.name for path in (deployment.volumes / "staging").iterdir() if path.is_dir())


def test_a_real_job_goes_the_whole_way(deployment: Deployment, squats: Path) -> None:
    assert httpx.get(f"{deployment.url}/ready").status_code == 200
    ended = deployment.until_ended(deployment.submit(squats))
    report = pages(deployment, ended)
    assert (report["exercise"], report["counts"]["total"]) == ("squat", 4)
    assert (
        deployment.volumes / "storage" / "objects" / ended["results_folder"] / "report.html"
    ).stat().st_size > 10_000
    wait_until(lambda: not staged(deployment), "staging is empty")


def test_another_worker_takes_over_from_one_that_is_killed(deployment: Deployment, squats: Path) -> None:
    deployment.compose("up", "--wait", "--no-recreate", "--scale", "worker=2")
    try:
        assert len(deployment.containers("worker")) == 2
        job = deployment.submit(squats)
        busy = deployment.worker_of(job)
        os.kill(busy.attrs["State"]["Pid"], signal.SIGKILL)  # `docker kill` would count as stopped by hand
        ended = deployment.until_ended(job)
        assert pages(deployment, ended)["counts"]["total"] == 4
        assert ended["attempts"] == 2
        wait_until(lambda: len(deployment.containers("worker")) == 2, "the killed one is started again")
        wait_until(lambda: not staged(deployment), "staging is empty")
    finally:
        deployment.compose("up", "--wait", "--no-recreate", "--scale", "worker=1")


def test_a_killed_redis_forgets_nothing(deployment: Deployment, squats: Path) -> None:
    job = deployment.submit(squats)
    (redis,) = deployment.containers("redis")
    os.kill(redis.attrs["State"]["Pid"], signal.SIGKILL)
    wait_until(lambda: httpx.get(f"{deployment.url}/ready", timeout=30).status_code == 200, "Redis is back")
    assert pages(deployment, deployment.until_ended(job))["counts"]["total"] == 4


def test_a_killed_api_is_back_and_knows_its_jobs(deployment: Deployment, squats: Path) -> None:
    job = deployment.submit(squats)
    (api,) = deployment.containers("api")
    os.kill(api.attrs["State"]["Pid"], signal.SIGKILL)

    def answers() -> bool:
        try:
            return httpx.get(f"{deployment.url}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers, "the API is back")
    assert deployment.until_ended(job)["status"] == "succeeded"


def test_the_firebase_profile_examines_the_project_before_anything_starts(deployment: Deployment) -> None:
    asked = ("--profile", "firebase", "run", "--rm", "--no-deps")
    wrong = deployment.compose(
        *asked, "--env", "GOODREP_STORAGE_URL=firebase://no-such-project", "firebase", succeeds=False
    )
    assert "FAILED" in wrong
    assert "GOOGLE_APPLICATION_CREDENTIALS" in wrong
    told = json.loads(deployment.compose("--profile", "firebase", "config", "--format", "json"))
    for service in ("api", "worker"):
        assert told["services"][service]["depends_on"]["firebase"]["condition"] == "service_completed_successfully"


def test_down_ends_everything_properly_and_what_was_accepted_stays(deployment: Deployment, squats: Path) -> None:
    job = deployment.submit(squats)
    deployment.worker_of(job)
    containers = [*deployment.containers("api"), *deployment.containers("worker"), *deployment.containers("redis")]
    deployment.compose("stop")
    for container in containers:
        container.reload()
        assert container.attrs["State"]["ExitCode"] == 0, container.name  # nobody had to be killed
    deployment.compose("down")
    deployment.compose("up", "--wait")
    ended = deployment.until_ended(job)
    assert pages(deployment, ended)["counts"]["total"] == 4
    assert ended["attempts"] == 1  # given back, which does not count
