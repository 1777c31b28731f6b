"""A server on loopback for the length of a block, in threads of this process."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Handler(ABC, BaseHTTPRequestHandler):
    """Answers every method alike, without a word in the log."""

    @abstractmethod
    def answer(self) -> None:
        """Answer the request."""

    def _answer(self) -> None:
        self.answer()

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status: int, content: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """The whole reply."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def reply_json(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Likewise, of JSON."""
        self.reply(status, content, {"Content-Type": "application/json", **(headers or {})})

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[Handler], port: int = 0) -> Iterator[str]:
    """The server's URL; nobody listens there before and after."""
    listener = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
