"""Log lines are JSON, Python's warnings included, carry the job's id, and hold no password, token or key."""

import json
import subprocess
import sys

from tests.services import REPOSITORY

CODE = """
import logging, structlog, warnings
from worker.log import configure_logging
configure_logging(level="INFO", as_json=True)
with structlog.contextvars.bound_contextvars(job_id="j"):
    structlog.get_logger("goodrep.worker").info("ours", url="redis://user:hunter2@host/0")
    structlog.get_logger("goodrep.worker").info(
        "kept", token="Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJoIn0.hunter2-_x", key="gr_3f2a_hunter2hunter2hunter2",
        secret="whsec_aHVudGVyMg==hunter2", pem="-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----",
    )
    warnings.warn("a library's")
    logging.getLogger("celery").warning("cannot connect to redis://:hunter2@host:6379/0 at %s", "once")
    try:
        raise ValueError("redis://:hunter2@host")
    except ValueError:
        structlog.get_logger("goodrep.worker").exception("failed")
logging.getLogger("celery").debug("too much")
"""


def test_lines() -> None:
    lines = subprocess.run(
        [sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stderr.splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["event"] for entry in entries] == [
        "ours",
        "kept",
        entries[2]["event"],
        "cannot connect to redis://***@host:6379/0 at once",
        "failed",
    ]
    assert {entry["job_id"] for entry in entries} == {"j"}
    assert "ValueError" in entries[4]["exception"]
    assert "a library's" in entries[2]["event"]
    assert "hunter2" not in "".join(lines)
