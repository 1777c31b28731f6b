"""What is in the images, and what their containers may do."""

from pathlib import Path

import pytest

from tests.deployment import Deployment, told

ABOVE_BASE_BYTES = 200_000_000
BASE = "python:3.11-slim-bookworm"
SERVICES = ("redis", "api", "worker")


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_can_do_no_more_than_it_must(deployment: Deployment, service: str) -> None:
    (container,) = deployment.containers(service)
    host = container.attrs["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert not host["Privileged"]
    assert told(container, "id", "-u").strip() == "1000"
    assert container.exec_run(["sh", "-c", "touch /app/x || touch /x"]).exit_code != 0
    capabilities = told(container, "grep", "CapEff", "/proc/1/status").split()
    assert int(capabilities[1], 16) == 0


def test_only_the_api_is_published_and_redis_reaches_nobody(deployment: Deployment) -> None:
    published = {
        service: [port for port, at in container.attrs["NetworkSettings"]["Ports"].items() if at]
        for service in SERVICES
        for container in deployment.containers(service)
    }
    assert published == {"redis": [], "api": ["8000/tcp"], "worker": []}
    (redis,) = deployment.containers("redis")
    (network,) = redis.attrs["NetworkSettings"]["Networks"]
    assert deployment.engine.networks.get(network).attrs["Internal"] is True


def test_redis_keeps_what_was_accepted_and_evicts_nothing(deployment: Deployment) -> None:
    (redis,) = deployment.containers("redis")
    asked = ["appendonly", "appendfsync", "maxmemory-policy"]
    words = told(redis, "redis-cli", "config", "get", *asked).split()
    assert dict(zip(words[::2], words[1::2], strict=True)) == {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
    }


def test_the_apis_image_is_small_and_sees_nothing(deployment: Deployment) -> None:
    images = deployment.engine.images
    above_bytes = images.get("goodrep-api").attrs["Size"] - images.get(BASE).attrs["Size"]
    assert above_bytes < ABOVE_BASE_BYTES
    (api,) = deployment.containers("api")
    for module in ("cv2", "mediapipe", "numpy", "av", "analysis", "worker"):
        assert api.exec_run(["python", "-c", f"import {module}"]).exit_code != 0, module


def test_the_worker_judges_without_any_network(deployment: Deployment, squats: Path) -> None:
    """The models are inside; nothing is fetched."""
    told = deployment.engine.containers.run(
        "goodrep-worker",
        ["python", "-m", "analysis", "/clip.mp4", "--exercise", "squat", "--out", "/tmp/results"],
        volumes={str(squats): {"bind": "/clip.mp4", "mode": "ro"}},
        network_disabled=True,
        read_only=True,
        tmpfs={"/tmp": ""},
        cap_drop=["ALL"],
        remove=True,
        stderr=True,
    )
    assert b"4" in told
    assert b"/tmp/results" in told


def test_images_hold_neither_pip_nor_a_compiler(deployment: Deployment) -> None:
    for service in ("api", "worker"):
        (container,) = deployment.containers(service)
        for command in ("/opt/goodrep/bin/pip", "gcc", "cc"):
            assert container.exec_run(["sh", "-c", f"command -v {command}"]).exit_code != 0, (service, command)
