"""Manifests for clusters, by the tools that exist for them; skipped, with a word, where these are not installed."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.queue_metrics import ServiceCollector
from storage.figures import RedisFigures
from tests.services import RedisServer

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / ".cache" / "checks" / "bin"
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("managed", "one-node")


def tool(name: str) -> str:
    path = CHECKS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed: make .cache/checks/ready")
    return str(path)


def rendered(overlay: str) -> str:
    for command in (["kustomize", "build"], ["kubectl", "kustomize"]):
        if shutil.which(command[0]):
            return subprocess.run(
                [*command, str(KUBERNETES / overlay)], capture_output=True, text=True, check=True
            ).stdout
    pytest.skip("neither kustomize nor kubectl on this machine")


def pods(text: str) -> dict[str, dict[str, Any]]:
    return {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in yaml.safe_load_all(text)
        if each["kind"] in ("Deployment", "StatefulSet")
    }


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_would_take_every_resource(overlay: str, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yaml"
    # a custom resource, of which the validator knows nothing
    known = [each for each in yaml.safe_load_all(rendered(overlay)) if each["kind"] != "ScaledObject"]
    manifest.write_text(yaml.safe_dump_all(known))
    done = subprocess.run(
        [tool("kubernetes-validate"), "--strict", str(manifest)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(" passed ") == len(known)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_can_do_no_more_than_they_must(overlay: str) -> None:
    found = pods(rendered(overlay))
    assert {"api", "worker"} <= set(found)
    for name, pod in found.items():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert "memory" in container["resources"]["limits"], name
            assert container["livenessProbe"], name


def test_a_managed_redis_is_reached_with_tls_and_a_password() -> None:
    text = (KUBERNETES / "managed" / "redis.env").read_text()
    assert re.search(r"^GOODREP_REDIS_URL=rediss://:[^@]+@.*ssl_cert_reqs=required$", text, re.MULTILINE)
    found = pods(rendered("managed"))
    for name in ("api", "worker"):
        (container,) = found[name]["containers"]
        secrets = [each["secretRef"]["name"] for each in container["envFrom"] if "secretRef" in each]
        assert any(secret.startswith("goodrep-redis-") for secret in secrets), name
        assert "/run/goodrep" in [mount["mountPath"] for mount in container["volumeMounts"]], name


def test_workers_are_scaled_by_figures_that_the_api_gives(redis_server: RedisServer) -> None:
    manifests = list(yaml.safe_load_all(rendered("managed")))
    (scaled,) = [each for each in manifests if each["kind"] == "ScaledObject"]
    assert scaled["spec"]["scaleTargetRef"]["name"] in pods(rendered("managed"))
    given = {
        sample.name: sample.labels
        for metric in ServiceCollector(RedisFigures(redis_server.url)).collect()
        for sample in metric.samples
    }
    for trigger in scaled["spec"]["triggers"]:
        assert given[trigger["metadata"]["valueLocation"]] == {}  # one number, which is found by its name
    (api,) = [each for each in manifests if each["kind"] == "Service" and each["metadata"]["name"] == "api"]
    host = f"api.{scaled['metadata']['namespace']}.svc.cluster.local"
    (port,) = [each["port"] for each in api["spec"]["ports"] if each["name"] == "metrics"]
    assert {trigger["metadata"]["url"] for trigger in scaled["spec"]["triggers"]} == {f"http://{host}:{port}/metrics"}


def test_cloudformation_would_take_the_template() -> None:
    done = subprocess.run(
        [tool("cfn-lint"), "--non-zero-exit-code", "informational", str(ROOT / "deploy" / "aws" / "goodrep.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("dockerfile", ["Dockerfile.api", "Dockerfile.worker"])
def test_dockerfiles_follow_the_rules(dockerfile: str) -> None:
    # Debian removes old versions from its mirrors, so that pinned ones would break the build (DL3008)
    done = subprocess.run(
        [tool("hadolint"), "--ignore", "DL3008", str(ROOT / dockerfile)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
