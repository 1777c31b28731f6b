"""A proxy on loopback between a real client and a real server, which behaves as bad networks do.

Set `faults` at any time: connections that are open are reset, and new ones meet the new faults. What speaks of bytes
counts those of one connection.
Clients connect to `url`; a `Host` header passes as it is, so a server that answers with its own address names the
proxy's.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Faults:
    """What is wrong; nothing, as made.

    Attributes:
        latency_s: Before anything is passed on, in either direction.
        late_answers_s: Before each piece of an answer; can be set while a connection is open.
        bytes_per_s: No faster than this in either direction; 0 is unlimited.
        cut_down_after: Bytes to the client after which the connection is reset; None is never.
        cut_up_after: Likewise, from the client.
        answer: What is answered instead of asking the server, such as an HTTP 503; None passes on.
        refuse: Reset every connection at once.
        black_hole: Accept, read, and never say anything.
        corrupt_down_at: Byte to the client that is changed; None is none.
        corrupt_up_at: Likewise, from the client.
        times: Connections for which all this holds; then the weather is fine again. None is for ever.
        only: Whether the faults hold for a connection that begins with these bytes (the request's first line).
    """

    latency_s: float = 0.0
    late_answers_s: float = 0.0
    bytes_per_s: float = 0.0
    cut_down_after: int | None = None
    cut_up_after: int | None = None
    answer: bytes | None = None
    refuse: bool = False
    black_hole: bool = False
    corrupt_down_at: int | None = None
    corrupt_up_at: int | None = None
    times: int | None = None
    only: Callable[[bytes], bool] = field(default=lambda _first: True)


def http_answer(status: int, body: bytes = b"{}", *headers: str) -> bytes:
    """For `Faults.answer`."""
    lines = [f"HTTP/1.1 {status} Weather", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


class Proxy:
    """A running proxy."""

    def __init__(self, upstream_port: int) -> None:
        self._faults = Faults()
        self.requests: list[bytes] = []
        """The first line of every connection's first request."""
        self._upstream_port = upstream_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def faults(self) -> Faults:
        """What is wrong now."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        with self._lock:
            self._faults = faults
            for each in list(self._open):
                _reset(each)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """Likewise, without a scheme."""
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        """End every connection."""
        self._listener.close()
        with self._lock:
            for each in list(self._open):
                _reset(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._open.add(client)
        try:
            with contextlib.suppress(OSError), client:
                self._weather(client)
        finally:
            with self._lock:
                self._open.discard(client)

    def _weather(self, client: socket.socket) -> None:
        first = client.recv(65536)
        if not first:
            return
        with self._lock:
            self.requests.append(first.split(b"\r\n", 1)[0])
            faults = self._faults_for(first)
        time.sleep(faults.latency_s)
        if faults.refuse:
            _reset(client)
        elif faults.black_hole:
            while client.recv(65536):
                pass
        elif faults.answer is not None:
            _read_request(client, first)
            client.sendall(faults.answer)
            client.shutdown(socket.SHUT_WR)
        else:
            self._pass_on(client, first, faults)

    def _faults_for(self, first: bytes) -> Faults:
        faults = self._faults
        if not faults.only(first):
            return Faults()
        if faults.times is not None:
            if faults.times <= 0:
                return Faults()
            faults.times -= 1
        return faults

    def _pass_on(self, client: socket.socket, first: bytes, faults: Faults) -> None:
        with contextlib.closing(socket.create_connection(("127.0.0.1", self._upstream_port))) as server:
            up = _Pipe(client, server, faults, faults.cut_up_after, faults.corrupt_up_at)
            down = _Pipe(server, client, faults, faults.cut_down_after, faults.corrupt_down_at, is_answer=True)
            back = threading.Thread(target=down.run, daemon=True)
            back.start()
            up.run(first)
            back.join()


class _Pipe:
    def __init__(
        self,
        source: socket.socket,
        sink: socket.socket,
        faults: Faults,
        cut: int | None,
        corrupt: int | None,
        *,
        is_answer: bool = False,
    ) -> None:
        self._source, self._sink, self._faults, self._cut, self._corrupt = source, sink, faults, cut, corrupt
        self._is_answer = is_answer
        self._passed = 0

    def run(self, first: bytes = b"") -> None:
        with contextlib.suppress(OSError):
            chunk = first or self._source.recv(65536)
            while chunk:
                if not self._pass(chunk):
                    return
                chunk = self._source.recv(65536)
        with contextlib.suppress(OSError):
            self._sink.shutdown(socket.SHUT_WR)

    def _pass(self, chunk: bytes) -> bool:
        start, end = self._passed, self._passed + len(chunk)
        if self._corrupt is not None and start <= self._corrupt < end:
            changed = bytearray(chunk)
            changed[self._corrupt - start] ^= 0x01
            chunk = bytes(changed)
        if self._cut is not None and end > self._cut:
            self._sink.sendall(chunk[: max(0, self._cut - start)])
            for each in (self._source, self._sink):
                _reset(each)
            return False
        if self._is_answer:
            time.sleep(self._faults.late_answers_s)
        if self._faults.bytes_per_s:
            time.sleep(len(chunk) / self._faults.bytes_per_s)
        self._sink.sendall(chunk)
        self._passed = end
        return True


def _read_request(client: socket.socket, first: bytes) -> None:
    """Take the whole request, so that the client hears the answer instead of a reset."""
    head, _, body = first.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = (int(lengths[0]) if lengths else 0) - len(body)
    while left > 0 and (chunk := client.recv(65536)):
        left -= len(chunk)


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # linger of zero: the other end sees "connection reset by peer"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        connection.close()


@contextlib.contextmanager
def running_proxy(upstream_port: int) -> Iterator[Proxy]:
    """A proxy before the server on that port."""
    proxy = Proxy(upstream_port)
    try:
        yield proxy
    finally:
        proxy.close()
