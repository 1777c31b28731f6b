"""The whole service, as `make run` and `make up` start it, in a folder of its own."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.service import Service, running

OWNER = "jane.doe@example.com"
FINAL = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class House:
    """A running service and a client of it."""

    service: Service
    client: httpx.Client

    def upload(self, video: Path, exercise: str = "unselected") -> str:
        """Put a video into the store; its path there."""
        with video.open("rb") as stream:
            form = {"user": OWNER, "exercise": exercise}
            reply = self.client.post("/v1/videos", files={"file": (video.name, stream)}, data=form)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["video"])

    def judge(self, video: Path, exercise: str = "unselected", language: str = "") -> dict[str, Any]:
        """The job of that video, at its end; its client reads that language."""
        key = self.upload(video, exercise)
        headers = {"Accept-Language": language} if language else {}
        reply = self.client.post("/v1/analyses", json={"video": key, "exercise": exercise}, headers=headers)
        assert reply.status_code == 202, reply.text
        return self.wait(reply.json())

    def wait(self, job: dict[str, Any], within_s: float = 240.0) -> dict[str, Any]:
        """The job at its end."""
        deadline_s = time.monotonic() + within_s
        while job["status"] not in FINAL:
            assert time.monotonic() < deadline_s, f"no end: {job}"
            time.sleep(0.1)
            reply = self.client.get(job["links"]["self"])
            if reply.status_code != httpx.codes.SERVICE_UNAVAILABLE:  # Redis is slow on a busy machine: ask again
                job = reply.json()
        return job

    def report(self, job: dict[str, Any]) -> dict[str, Any]:
        """The report of a job that succeeded."""
        assert job["status"] == "succeeded", job["error"]
        (address,) = (each["url"] for each in job["results"] if each["name"] == "report.json")
        content: dict[str, Any] = self.client.get(address).raise_for_status().json()
        return content

    def files(self) -> set[str]:
        """Every file in the volumes that belongs to a video or a job."""
        root = Path(self.service.volumes)
        kept_in = ("storage/objects", "storage/incoming", "staging", "uploads")
        return {
            str(path.relative_to(root)) for place in kept_in for path in (root / place).rglob("*") if path.is_file()
        }


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Redis, API and worker for all tests of this folder."""
    volumes = tmp_path_factory.mktemp("volumes")
    with (
        running(volumes / "run", volumes=volumes, redis_folder=volumes / "redis") as service,
        service.client(timeout_s=60.0) as client,
    ):
        yield House(service, client)
