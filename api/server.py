"""gunicorn's settings: `gunicorn --config python:api.server "api:create_app()"`.

One process with many threads: requests only wait for Redis and the storage. Options on the command line, such as
`--bind` and `--workers`, win over these; the bounds on waiting requests hold for each process.
"""

import socket
import struct
from typing import Any

from api.start import settings_or_exit

_settings = settings_or_exit()

worker_class = "gthread"
workers = 1
threads = _settings.http_threads
timeout = 60  # without a sign of life of the process itself; a request may last longer
graceful_timeout = 10  # then event streams are cut; their clients come back by themselves
keepalive = 5
control_socket_disable = True  # it would lie in the home folder, shared by every gunicorn of this user
accesslog = None  # request_log.py writes one line for each request


def when_ready(server: Any) -> None:
    """Cut clients that stall; gunicorn itself would let each of them hold a thread for ever."""
    patience = struct.pack("ll", _settings.client_timeout_s, 0)
    for listener in server.LISTENERS:
        # connections inherit it from the socket that accepts them
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
