"""The service as `docker compose up` starts it, on this machine's engine; skipped, with a word, where there is none."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from mannequin import Clip, draw
from tests.deployment import Deployment
from tests.services import free_port


def _engine() -> docker.DockerClient:
    if shutil.which("docker") is None:
        pytest.skip("no docker command on this machine")
    try:
        engine = docker.from_env()
        engine.ping()
    except DockerException as error:
        pytest.skip(f"no Docker engine on this machine: {error}")
    return engine


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    """Redis, API and one worker, healthy; all of it is gone afterwards."""
    engine = _engine()
    with tempfile.TemporaryDirectory(prefix="goodrep-volumes-", ignore_cleanup_errors=True) as folder:
        for name in ("redis", "staging", "storage", "uploads"):
            (Path(folder) / name).mkdir()
        made = Deployment(engine, Path(folder), free_port())
        try:
            made.compose("up", "--build", "--wait", "--wait-timeout", "600")
            yield made
        finally:
            with contextlib.suppress(AssertionError):
                made.compose("down", "--volumes", "--timeout", "5")


@pytest.fixture(scope="session")
def squats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn clip of four squats, long enough to be disturbed."""
    path = tmp_path_factory.mktemp("clip") / "squats.mp4"
    draw(path, Clip(exercise="squat", repetitions=4, fps=25, width=360, height=480))
    return path
