"""The processes of a service that can be killed, stopped and started again one by one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil

from tests.services import REPOSITORY, free_port


class ApiProcess:
    """gunicorn on a port that stays the same."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOODREP_")},
            **environment,
        }
        self._log = log
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30)

    def start(self, **changed: str) -> None:
        """Start it, with changed settings, and return when it answers."""
        bind = f"127.0.0.1:{self._port}"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "python:api.server", "--bind", bind, "api:create_app()"],
                cwd=REPOSITORY,
                env={**self._environment, **changed},
                stdout=log,
                stderr=log,
            )
        until(self._answers, "the API answers", within_s=60)

    def kill(self) -> None:
        """SIGKILL to all of it."""
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True) if self._process.poll() is None else []
        self._process.kill()
        for child in children:
            child.kill()
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            return self.http.get("/health").is_success
        except httpx.TransportError:
            return False


def until(holds: Callable[[], bool], what: str, *, within_s: float = 120.0, every_s: float = 0.02) -> None:
    """Return when it holds. Raises `TimeoutError`."""
    ends_s = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > ends_s:
            raise TimeoutError(f"waited {within_s:.0f} s in vain until {what}")
        time.sleep(every_s)
