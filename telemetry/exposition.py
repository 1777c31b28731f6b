"""How counters of several processes become one page for Prometheus.

Each process counts into files of its own in a folder that they share (prometheus_client's multiprocess mode), so what a
process counted is still there when it was killed. One of them serves the sum, on a port of its own.
"""

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from prometheus_client import CollectorRegistry, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_MEMORY = Path("/dev/shm")  # noqa: S108 - its folders get random names and are ours alone
_PREFIX = "goodrep-metrics-"
_Made = TypeVar("_Made")
_log = structlog.get_logger("goodrep.telemetry")


def share_counters() -> None:
    """Let this process, and those that it starts from now on, count into one folder, gone when this process ends."""
    if os.environ.get(_FOLDER):
        return
    # in memory: on a full disk a process that counts would be killed
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(place)
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place)
    os.environ[_FOLDER] = folder
    _count_anew()
    atexit.register(_remove, folder, os.getpid())


def serve_counters(port: int, address: str, collectors: Sequence[Collector]) -> None:
    """Serve `GET /metrics` from a thread, when `share_counters` has been called.

    A port that cannot be had is logged and nothing else: nobody's video shall wait for a counter.

    Args:
        port: Where to listen.
        address: Of this machine, such as `127.0.0.1`, or `0.0.0.0` for all.
        collectors: What is found out when it is asked for, beside what was counted.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    try:
        start_http_server(port, address, registry)
    except OSError as error:
        _log.error("metrics are not served", port=port, error=str(error))
    else:
        _log.info("metrics are served", port=port, address=address)


class OneEachProcess(Generic[_Made]):
    """Gives what `make` makes, made once in every process, after a fork once more. Threads may share it."""

    def __init__(self, make: Callable[[], _Made]) -> None:
        self._make = make
        self._made: _Made | None = None
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def __call__(self) -> _Made:
        """This process' own."""
        if self._made is None:
            with self._lock:
                if self._made is None:
                    self._made = self._make()
        return self._made

    def _forget(self) -> None:
        self._made = None
        self._lock = threading.Lock()  # in a child it may be held by a thread that is not there


def _count_anew() -> None:
    """A fork may come while another thread counts and holds the library's lock: the child gets a new one."""
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


os.register_at_fork(after_in_child=_count_anew)  # before any `OneEachProcess` makes its counters anew


def _remove(folder: str, of_process: int) -> None:
    if os.getpid() == of_process:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Remove what killed processes left."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)
