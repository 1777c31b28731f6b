"""gunicorn's settings: `gunicorn --config python:api.server "api:create_app()"`.

One process with many threads: requests only wait for Redis and the storage. Options on the command line, such as
`--bind` and `--workers`, win over these; the bounds on waiting requests hold for each process. Metrics of all of them
are served by the parent, on a port of their own.
"""

import socket
import struct
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from prometheus_client.multiprocess import mark_process_dead

from api.queue_metrics import ServiceCollector
from api.start import settings_or_exit
from storage.figures import RedisFigures
from telemetry.disks import DiskCollector
from telemetry.exposition import serve_counters, share_counters
from telemetry.log import configure_logging

_settings = settings_or_exit()
configure_logging(level=_settings.log_level, as_json=True, to=sys.stdout)
if _settings.metrics_port:
    share_counters()


class OneLog(Logger):  # type: ignore[misc]
    """gunicorn's own lines go where ours go."""

    def setup(self, cfg: Any) -> None:
        """See gunicorn."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


logger_class = OneLog

worker_class = "gthread"
workers = 1
threads = _settings.http_threads
timeout = 60  # without a sign of life of the process itself; a request may last longer
graceful_timeout = 10  # then event streams are cut; their clients come back by themselves
keepalive = 5
control_socket_disable = True  # it would lie in the home folder, shared by every gunicorn of this user
accesslog = None  # request_log.py writes one line for each request


def when_ready(server: Any) -> None:
    """Cut clients that stall, whom gunicorn itself would let hold a thread for ever; serve the metrics."""
    patience = struct.pack("ll", _settings.client_timeout_s, 0)
    for listener in server.LISTENERS:
        # connections inherit it from the socket that accepts them
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
    if _settings.metrics_port:
        figures = RedisFigures(_settings.redis_url, answer_timeout_s=_settings.redis_answer_s)
        disks = {"uploads": _settings.upload_folder}
        if _settings.storage.startswith("local://"):
            disks["storage"] = Path(_settings.storage.removeprefix("local://"))
        collectors = [ServiceCollector(figures), DiskCollector(disks)]
        serve_counters(_settings.metrics_port, _settings.metrics_address, collectors)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget what a process that is gone had open; what it counted stays."""
    if _settings.metrics_port:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
