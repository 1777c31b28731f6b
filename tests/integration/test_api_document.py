"""The OpenAPI document against the running API: schemathesis sends what it allows, and what it does not."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_service import Api, running_api
from tests.services import REPOSITORY, RedisServer

SCHEMATHESIS = REPOSITORY / ".cache" / "checks" / "bin" / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


@pytest.fixture
def patient_api(redis_server: RedisServer, tmp_path: Path) -> Iterator[Api]:
    """One that lets a client ask thousands of times, and does not wait for workers, since there are none."""
    settings: dict[str, Any] = {
        "legacy_wait_s": 0.5,
        "limit_submissions": "100000/hour",
        "limit_uploads": "100000/hour",
        "legacy_limit_per_address": "100000/hour",
        "legacy_limit_per_user": "100000/hour",
    }
    with running_api(redis_server, tmp_path, **settings) as api:
        yield api


def test_no_request_that_can_be_made_up_is_answered_with_an_error_of_ours(patient_api: Api, tmp_path: Path) -> None:
    if not SCHEMATHESIS.exists():
        pytest.skip("schemathesis is not installed: make .cache/checks/ready")
    command = [str(SCHEMATHESIS), "run", f"{patient_api.url}/openapi/openapi.json", "--no-color"]
    command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--continue-on-failure"]
    command += ["--max-examples", "5", "--seed", "1", "--request-timeout", "30"]
    # a stream that ends with its job, and there is nobody to end one; 504 is what the doors that wait for one say then
    command += [
        "--exclude-path-regex",
        "/events$",
        "--exclude-path",
        "/download_and_analyze",
        "--exclude-path",
        "/analyze",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    asked = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert asked, done.stdout[-1000:]
    assert int(asked[1]) == int(asked[2]) > 500
    log = patient_api.log.read_text()
    assert "Traceback" not in log
    assert '"status": 5' not in log
