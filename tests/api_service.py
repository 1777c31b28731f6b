"""The API as it runs: gunicorn in a process of its own, on a real Redis, with a store in a folder.

The worker's part is played by the tests with `RedisJobs`: a job's life is then quick, and real.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from storage import open_storage
from storage.base import ObjectStore
from storage.jobs.queue import RedisJobs
from storage.types import Claim, Job, ObjectInfo
from tests.services import RedisServer, free_port
from tests.standins.identity import PROJECT, IdentityServer

ROOT = Path(__file__).parents[1]
OWNER = "jane.doe@example.com"
VIDEO = f"temp/video/user/{OWNER}/exercise_Squat_2305092259.mp4"
START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Api:
    """A running API, and the doors behind it."""

    http: httpx.Client
    url: str
    jobs: RedisJobs
    objects: ObjectStore
    redis: RedisServer
    volumes: Path
    log: Path
    process: subprocess.Popen[bytes]

    def put(self, key: str = VIDEO, content: bytes = b"not really a video") -> ObjectInfo:
        """Let a file lie in the store."""
        path = self.volumes / "to_be_stored"
        path.write_bytes(content)
        return self.objects.upload(path, key, "video/mp4")

    def begin(self, job_id: str) -> Claim:
        """Do what a worker does first."""
        return self.jobs.claim(job_id, worker="test", lease_s=60, max_attempts=3)

    def finish(self, job_id: str, **files: bytes) -> Job:
        """Do what a worker does, with these result files (`__` in a name stands for a dot)."""
        claim = self.begin(job_id)
        prefix = f"temp/image/{OWNER}/exercise_Squat_2305092259/{job_id}"
        named = {name.replace("__", "."): content for name, content in files.items()}
        for name, content in named.items():
            self.put(f"{prefix}/{name}", content)
        return self.jobs.succeed(claim, results_prefix=prefix, result_files=list(named))


@contextmanager
def running_api(
    redis: RedisServer,
    volumes: Path,
    app: str = "api:create_app()",
    environment: Mapping[str, str] | None = None,
    **settings: object,
) -> Iterator[Api]:
    """Start gunicorn and wait until it answers; stop it in the end.

    Args:
        redis: Where its job records are.
        volumes: For its files.
        app: What gunicorn loads.
        environment: Further variables.
        **settings: As in `api.settings`.
    """
    port = free_port()
    log = volumes / "api.log"
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GOODREP_")},
        "GOODREP_REDIS_URL": redis.url,
        "GOODREP_VOLUMES": str(volumes),
        **{f"GOODREP_{name.upper()}": str(value) for name, value in settings.items()},
        **(environment or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:api.server", "--bind", f"127.0.0.1:{port}", app]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=120) as http:
            _wait_until_healthy(http, process, log)
            objects = open_storage(f"local://{volumes}/storage").objects
            yield Api(http, url, RedisJobs(redis.url), objects, redis, volumes, log, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def running_guarded_api(
    redis: RedisServer,
    volumes: Path,
    identity: IdentityServer,
    environment: Mapping[str, str] | None = None,
    **settings: object,
) -> AbstractContextManager[Api]:
    """An API that wants a login, of users whom `identity` knows; for the rest see `running_api`."""
    project = {} if "storage_url" in settings else {"firebase_project": PROJECT}
    return running_api(
        redis,
        volumes,
        "tests.identity_app:create_app()",
        {**identity.environment, **(environment or {})},
        identity="firebase",
        **project,
        **settings,
    )


def _wait_until_healthy(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            if http.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"The API did not start:\n{log.read_text()}")


def code_of(response: httpx.Response) -> str:
    """The code of an error reply, after checking that it has the one shape that all have."""
    assert response.headers["content-type"] == "application/json", response.text
    body = response.json()
    assert set(body) == {"error", "request_id"}, body
    assert set(body["error"]) == {"code", "message"}, body
    assert body["request_id"] == response.headers["x-request-id"]
    message = body["error"]["message"]
    assert message.endswith((".", "?", "!")), message
    assert "Traceback" not in message
    code: str = body["error"]["code"]
    return code
