"""`make up`: start the service and leave it running; `make down` stops it.

`GOODREP_PORT` names the API's port, 8000 by default.
"""

import os
import socket
import sys

from scripts.service import Service, ServiceDied, default_volumes, find_started, start

DEFAULT_PORT = 8000


def main() -> int:
    """Start the service unless it runs; the exit status."""
    volumes = default_volumes()
    folder = volumes / "run" / "up"
    service = find_started(folder)
    if service:
        print("It is running already.")
    else:
        port = int(os.environ.get("GOODREP_PORT") or DEFAULT_PORT)
        if not _is_free(port):
            print(f"Port {port} is in use: choose another one with GOODREP_PORT=8001 make up.", file=sys.stderr)
            return 2
        service = start(folder, volumes=volumes, redis_folder=volumes / "redis", port=port, tied=False)
        try:
            service.wait_until_ready()
        except BaseException as error:
            service.stop()
            if isinstance(error, ServiceDied):
                print(error, file=sys.stderr)
                return 3
            raise
    _tell(service)
    return 0


def _tell(service: Service) -> None:
    print(f"API:   {service.url}")
    print(f"try:   {service.url}/docs")
    print(f"logs:  {service.folder}")
    print(f"store: {service.objects}")
    print("stop:  make down")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
