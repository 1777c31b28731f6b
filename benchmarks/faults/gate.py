"""A gate between a client and Redis, which stops what a predicate names and lets everything else through."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class Gate:
    """Listens on loopback. What is stopped is never passed on; `stopped` is set then."""

    def __init__(self, upstream_port: int, stop: Callable[[bytes], bool]) -> None:
        self.stopped = threading.Event()
        self._upstream_port, self._stop = upstream_port, stop
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End every connection."""
        for each in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._upstream_port))
            self._ends += [client, server]
            for source, sink, watched in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass, args=(source, sink, watched), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, watched: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if watched and self._stop(chunk):
                    self.stopped.set()
                    return
                sink.sendall(chunk)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def gate(upstream_port: int, stop: Callable[[bytes], bool]) -> Iterator[Gate]:
    """A gate before the server on that port."""
    made = Gate(upstream_port, stop)
    try:
        yield made
    finally:
        made.close()
