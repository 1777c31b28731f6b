"""The service as `docker compose up` starts it, driven through the engine."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import httpx
from docker.models.containers import Container

from tests.services import REPOSITORY, wait_until

PROJECT = "goodrep-under-test"
OWNER = "jane.doe@example.com"
FINAL = ("succeeded", "failed", "cancelled")


@dataclass
class Deployment:
    """A project of docker compose, and a client of its API.

    Attributes:
        engine: Docker.
        volumes: What the containers' volumes are on this machine.
        port: Of the API, on this machine.
    """

    engine: docker.DockerClient
    volumes: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Of the API."""
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str, succeeds: bool = True) -> str:
        """What `docker compose` says on stdout, else on stderr."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOODREP_")},
            "GOODREP_VOLUMES_ON_HOST": str(self.volumes),
            "GOODREP_PORT": str(self.port),
            "GOODREP_ENV_FILE": "/dev/null",
            **self.settings,
        }
        command = ["docker", "compose", "--project-name", PROJECT, "--env-file", "/dev/null", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout or done.stderr

    def containers(self, service: str) -> list[Container]:
        """The running ones of a service."""
        labels = [f"com.docker.compose.project={PROJECT}", f"com.docker.compose.service={service}"]
        return self.engine.containers.list(filters={"label": labels})

    def submit(self, video: Path, exercise: str = "squat") -> dict[str, Any]:
        """A new job for the video."""
        with video.open("rb") as stream:
            sent = httpx.post(
                f"{self.url}/v1/videos",
                files={"file": (video.name, stream)},
                data={"user": OWNER, "exercise": exercise},
                timeout=60,
            )
        assert sent.status_code == 201, sent.text
        asked = {"video": sent.json()["video"], "exercise": exercise, "force": True}
        reply = httpx.post(f"{self.url}/v1/analyses", json=asked, timeout=30)
        assert reply.status_code == 202, reply.text
        job: dict[str, Any] = reply.json()
        return job

    def job(self, job: dict[str, Any]) -> dict[str, Any]:
        """As it is now."""
        now: dict[str, Any] = httpx.get(f"{self.url}{job['links']['self']}", timeout=30).json()
        return now

    def until_ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """At its end."""
        wait_until(lambda: self.job(job)["status"] in FINAL, f"job {job['id']} ends", timeout_s=240)
        return self.job(job)

    def worker_of(self, job: dict[str, Any]) -> Container:
        """The container that works on the job, once one does."""
        found: list[Container] = []

        def begun() -> bool:
            log = {each: each.logs(tail=200).decode() for each in self.containers("worker")}
            found[:] = [each for each, text in log.items() if job["id"] in text and "job begun" in text]
            return bool(found) and self.job(job)["frames_done"] > 0

        wait_until(begun, f"somebody works on {job['id']}")
        return found[-1]


def told(container: Container, *command: str) -> str:
    """What a command says inside of a container."""
    output = container.exec_run(list(command)).output
    assert isinstance(output, bytes)
    return output.decode()
