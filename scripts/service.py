"""Redis, the API and a worker on this machine, kept running by supervisord: what `make run` and `make up` start.

Everything is written below one folder; ports are of the loopback interface only.
"""

import contextlib
import ctypes
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from supervisor.xmlrpc import SupervisorTransport

from scripts.redis_server import find_redis
from storage.errors import StorageUnavailable
from storage.jobs.workers import RedisWorkers, WorkerState

ROOT = Path(__file__).parent.parent
PROGRAMS = ("redis", "worker", "api")
"""In the order in which they start; they stop in the opposite one."""

_READY_AFTER_S = 90.0
_STOPPED_AFTER_S = 40.0
_LOG_TAIL_LINES = 15
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>

# Log files are named relative to the working directory: supervisord expands `%` in their paths twice.
_SUPERVISOR = """\
[supervisord]
nodaemon=true
logfile=supervisord.log
pidfile=supervisord.pid
childlogdir=.

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
_PROGRAM = """
[program:{name}]
command={command}
directory={directory}
priority={priority}
startsecs=15
startretries=3
autorestart=true
stopsignal=TERM
stopwaitsecs=25
killasgroup=true
redirect_stderr=true
stdout_logfile={name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""


class ServiceDied(Exception):
    """A part of the service does not do its work; the sentence says why, or ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that was started.

    Attributes:
        url: Of the API.
        redis_url: Of its Redis.
        volumes: Folder of everything that it keeps.
        folder: Where its configuration and logs lie.
        socket: On which supervisord answers.
        pid: Of supervisord.
        process: The same, for who started it.
    """

    url: str
    redis_url: str
    volumes: str
    folder: str
    socket: str
    pid: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def objects(self) -> Path:
        """The folder that holds the store's files under their keys."""
        return Path(self.volumes) / "storage" / "objects"

    def client(self, timeout_s: float = 10.0) -> httpx.Client:
        """A client of the API, whatever proxy this machine is set up for."""
        return httpx.Client(base_url=self.url, timeout=timeout_s, trust_env=False)

    def wait_until_ready(self) -> None:
        """Return when the API is ready and a worker has announced itself.

        Raises:
            ServiceDied: A part has given up, or it takes too long.
        """
        deadline_s = time.monotonic() + _READY_AFTER_S
        while not self._answers():
            self.check()
            if time.monotonic() > deadline_s:
                raise ServiceDied(f"The service is not ready after {_READY_AFTER_S:.0f} seconds.\n{self._tails()}")
            time.sleep(0.1)

    def check(self) -> None:
        """Raise `ServiceDied` when a part has given up, or the worker will do no job."""
        if not is_alive(self):
            raise ServiceDied(f"The service has been stopped.\n{self._tails()}")
        for name in PROGRAMS:
            if self._state(name) == "FATAL":
                raise ServiceDied(f"The {name} does not run. The end of {self.folder}/{name}.log:\n{self._tail(name)}")
        why = self._why_no_jobs()
        if why:
            raise ServiceDied(f"The worker takes no jobs: {why}")

    def stop(self) -> None:
        """Stop all of it and return when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline_s = time.monotonic() + _STOPPED_AFTER_S
        while is_alive(self) and time.monotonic() < deadline_s:
            time.sleep(0.05)
        if self.process:  # one that has just ended still waits for its parent to hear of it
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1.0)
        shutil.rmtree(Path(self.socket).parent, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return client.get("/ready").is_success and bool(client.get("/v1/exercises").json()["exercises"])
        except (httpx.HTTPError, ValueError, KeyError):
            return False

    def _why_no_jobs(self) -> str:
        """What a worker says that will do no job; "" where none says so, or Redis does not answer just now."""
        try:
            workers = RedisWorkers(self.redis_url).list()
        except StorageUnavailable:
            return ""
        unable = (WorkerState.FAILED_SELF_TEST, WorkerState.NO_ROOM)
        return next((worker.detail for worker in workers if worker.alive and worker.state in unable), "")

    def _state(self, name: str) -> str:
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            info: Any = proxy.supervisor.getProcessInfo(name)
            return str(info["statename"])
        except (OSError, xmlrpc.client.Error):
            return "UNKNOWN"  # supervisord has just begun, or just ended: see `is_alive`
        finally:
            transport.close()

    def _tail(self, name: str) -> str:
        log = Path(self.folder) / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:] if log.exists() else []
        return "\n".join(f"  {line}" for line in lines)

    def _tails(self) -> str:
        return "\n".join(f"{name}:\n{self._tail(name)}" for name in PROGRAMS)


def start(folder: Path, *, volumes: Path, redis_folder: Path, port: int | None = None, tied: bool = True) -> Service:
    """Start a service; it is not ready yet.

    Args:
        folder: For its configuration and logs.
        volumes: For videos, results and staging.
        redis_folder: For Redis' append-only file; no other Redis may use it.
        port: Of the API; by default a free one.
        tied: Ends by itself when this process ends, however it ends.
    """
    for each in (folder, volumes, redis_folder):
        each.mkdir(parents=True, exist_ok=True)
    folder, redis_folder = folder.resolve(), redis_folder.resolve()
    redis_port, api_port = free_port(), port or free_port()
    place = Path(tempfile.mkdtemp(prefix="goodrep-")) / "socket"  # a short path: the kernel allows 107 bytes
    service = Service(
        url=f"http://127.0.0.1:{api_port}",
        redis_url=f"redis://127.0.0.1:{redis_port}/0",
        volumes=str(volumes.resolve()),
        folder=str(folder),
        socket=str(place),
        pid=0,
    )
    configuration = folder / "supervisord.conf"
    configuration.write_text(_configuration(service, redis_port, api_port, redis_folder))
    with (folder / "supervisord.out").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)],
            cwd=folder,
            env=_environment(service),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it in order
            preexec_fn=_die_with_parent() if tied else None,
        )
    started = replace(service, pid=process.pid)
    (folder / "service.json").write_text(json.dumps(asdict(started), indent=1))
    return replace(started, process=process)


def find_started(folder: Path) -> Service | None:
    """The service that was started in `folder` and still runs."""
    try:
        service = Service(**json.loads((folder / "service.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return service if is_alive(service) else None


def is_alive(service: Service) -> bool:
    """Whether its supervisord runs: the process of that number, started with that configuration."""
    if service.process and service.process.poll() is not None:
        return False
    try:
        command = Path(f"/proc/{service.pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(f"{service.folder}/supervisord.conf") in command


@contextlib.contextmanager
def running(folder: Path, *, volumes: Path, redis_folder: Path) -> Iterator[Service]:
    """A service that is ready, stopped at the end of the block."""
    service = start(folder, volumes=volumes, redis_folder=redis_folder)
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()


def default_volumes() -> Path:
    """`GOODREP_VOLUMES`, or the folder `volumes` of this clone."""
    return Path(os.environ.get("GOODREP_VOLUMES") or ROOT / "volumes").absolute()


def free_port() -> int:
    """A port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(service: Service) -> dict[str, str]:
    own = {
        "GOODREP_REDIS_URL": service.redis_url,
        "GOODREP_VOLUMES": service.volumes,
        "GOODREP_STORAGE_URL": f"local://{service.volumes}/storage",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(Path(service.socket).parent),  # gone with the service, even where a worker was killed
    }
    return os.environ | own


def _configuration(service: Service, redis_port: int, api_port: int, redis_folder: Path) -> str:
    python = [sys.executable, "-m"]
    redis = [str(find_redis()), "--bind", "127.0.0.1", "--port", str(redis_port), "--save", ""]
    redis += ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"]
    api = [*python, "gunicorn", "--config", "python:api.server", "--no-control-socket"]
    api += ["--bind", f"127.0.0.1:{api_port}", "api:create_app()"]
    worker = [*python, "celery", "--app", "worker.app", "worker", "--queues", "goodrep"]
    worker += ["--without-mingle", "--without-gossip"]  # there is no other worker to greet, which would take a second
    parts = [_SUPERVISOR.format(socket=_escaped(service.socket))]
    for priority, (name, command) in enumerate(zip(PROGRAMS, (redis, worker, api), strict=True)):
        parts.append(
            _PROGRAM.format(
                name=name,
                command=_escaped(shlex.join(command)),
                directory=_escaped(str(redis_folder if name == "redis" else ROOT)),
                priority=10 * (priority + 1),
            )
        )
    return "".join(parts)


def _escaped(text: str) -> str:
    """For a value of supervisord's configuration, which expands `%`."""
    return text.replace("%", "%%")


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def set_signal() -> None:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)

    return set_signal
